/** `node test/conformance/page.ts`: the departures as a section of `docs/differences.md`. */
import { type Difference, differences } from './differences.ts'

const reasons: Readonly<Record<Difference['reason'], string>> = {
  safer: 'safer',
  python: 'means nothing outside Python',
}

/** The departures of each area as a table in Markdown. */
export function differencesPage(): string {
  const areas = [...new Set(differences.map(({ area }) => area))].sort()
  return areas.map((area) => `### ${area}\n\n${tableOf(area)}`).join('\n\n')
}

function tableOf(area: string): string {
  const rows = differences.filter((difference) => difference.area === area)
  const lines = rows.map(
    ({ op, text, reason }) => `| \`${op}\` | ${text.replaceAll('|', '\\|')} | ${reasons[reason]} |`,
  )
  return ['| operation | Dewar | why |', '|---|---|---|', ...lines].join('\n')
}

if (import.meta.main) console.log(differencesPage())
