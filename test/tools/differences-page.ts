/** The part of `docs/differences.md` that is made from the departures of the conformance suite. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is read of an entry of `test/conformance/differences.json`. */
interface Departure {
  readonly area: string
  readonly op: string
  readonly reason: 'safer' | 'python'
  readonly text: string
}

const PAGE = 'docs/differences.md'
const SOURCE = 'test/conformance/differences.json'
const START = '<!-- Written by `npm run docs` from test/conformance/differences.json. -->'
const END = '<!-- End of what is written. -->'

/** Titles of the areas, in the order of the page. */
const titles: Readonly<Record<string, string>> = {
  request: 'Requests',
  response: 'Responses',
  cookies: 'Cookies',
  headers: 'Header values',
  urls: 'Addresses',
  datastructures: 'MultiDict and Headers',
  routing: 'Routing',
  app: 'Apps',
  config: 'Configuration',
  formparser: 'Forms',
  templates: 'Templates',
  markup: 'Markup',
  signing: 'Signing',
  passwords: 'Passwords',
  paths: 'Paths',
}

/**
 * Writes the page anew: what stands outside of the markers stays as it is.
 *
 * @param repository the root
 * @throws {Error} if the page has no markers
 */
export async function renderDifferences(repository: string): Promise<string> {
  const page = readFileSync(join(repository, PAGE), 'utf8')
  const [start, end] = [page.indexOf(START), page.indexOf(END)]
  if (start < 0 || end < start) throw new Error(`${PAGE} lacks the lines ${START} and ${END}`)
  const file = join(repository, SOURCE)
  const departures = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Departure[]) : []
  return `${page.slice(0, start)}${START}\n\n${sections(departures)}${page.slice(end)}`
}

function sections(departures: readonly Departure[]): string {
  const areas = [...new Set(departures.map(({ area }) => area))]
  const order = Object.keys(titles)
  areas.sort((a, b) => order.indexOf(a) - order.indexOf(b))
  return areas
    .map((area) =>
      section(
        area,
        departures.filter((departure) => departure.area === area),
      ),
    )
    .join('')
}

function section(area: string, departures: readonly Departure[]): string {
  const byText = new Map<string, { safer: boolean; operations: Set<string> }>()
  for (const { text, op, reason } of departures) {
    const row = byText.get(text) ?? { safer: reason === 'safer', operations: new Set() }
    row.operations.add(op)
    byText.set(text, row)
  }
  const rows = Array.from(byText, ([text, { safer, operations }]) => {
    const where = [...operations].map((operation) => `\`${operation}\``).join(', ')
    return `| ${text.replaceAll('|', '\\|').replaceAll('<', '\\<')} | ${safer ? 'safer' : 'not a matter of safety'} | ${where} |\n`
  })
  const title = titles[area] ?? area
  return `### ${title}\n\n| departure | why | operations of the suite |\n|---|---|---|\n${rows.join('')}\n`
}
