/**
 * Whatever a template looks like, a hostile value changes no more of its page than a harmless one.
 *
 * Each template is made of a seed of its own, which a failure prints. `TEMPLATES_SEED=<seed> TEMPLATES_RUNS=1` runs that one
 * alone; `TEMPLATES_RUNS=200000` looks at more of them, from `TEMPLATES_SEED` on, which takes some minutes.
 */
import { Markup } from '@dewar/markup'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { expect, it } from 'vitest'
import { createTemplates, TemplateError } from '../src/index.ts'
import { generatedTemplate, included, opening, pick, type Random } from './generated-templates.ts'
import { hostileValue, random } from './places.ts'

type Node = DefaultTreeAdapterTypes.Node

const runs = Number(process.env['TEMPLATES_RUNS'] ?? 2500)
const seed = Number(process.env['TEMPLATES_SEED'] ?? 1)
const freshSeed = Math.floor(Math.random() * 2 ** 31)
const freshRuns = process.env['TEMPLATES_SEED'] === undefined ? Math.ceil(runs / 10) : 0
const valuesPerTemplate = 4

const settings = {
  sources: included,
  globals: { csp_nonce: () => 'NONCE', csrf_token: () => 'TOKEN' },
}
const templates = createTemplates(settings)

/** HTML of the app that is safe between tags, and only there. */
const htmlValues = [
  'tt',
  '<i>tt</i>',
  '<b title="</title></textarea>--></noscript><script>tripwire(1)</script>">tt</b>',
  'tt" onclick=tripwire(9) "',
  "tt' onclick=tripwire(9) '",
  '&quot; tt &lt;',
  'javascript&colon;tripwire(1)tt',
]

/** What a template is rendered with. */
interface Values {
  readonly x: string
  readonly y: string
  readonly html: string
  /** Which branch is taken. */
  readonly t: boolean
}

/** A page, or `null` where the engine refuses; an error that is not the engine's own goes on. */
function rendered(engine: typeof templates, source: string, { x, y, html, t }: Values): string | null {
  try {
    return engine.renderString(source, { x, y, t, html: new Markup(html), e: '', n: 3, list: [x, y] })
  } catch (error) {
    if (error instanceof TemplateError) return null
    throw new Error(`No error of the engine for ${source}`, { cause: error })
  }
}

function childrenOf(node: Node): readonly Node[] {
  if ('content' in node) return node.content.childNodes
  return 'childNodes' in node ? node.childNodes : []
}

function attributesOf(node: Node): { name: string; value: string }[] {
  if (!('attrs' in node)) return []
  return node.attrs.map(({ prefix, name, value }) => ({ name: prefix ? `${prefix}:${name}` : name, value }))
}

/**
 * What a page consists of, without its texts: elements, events, and comments. Templates write `{{ x }}onclick`, which is an
 * event or not as `x` ends; what such a handler says is looked at instead.
 */
function shape(node: Node): string {
  if (node.nodeName === '#comment') return '<!---->'
  if (!('childNodes' in node)) return ''
  const events = attributesOf(node).filter(({ name }) => /^on(?!click$)/.test(name))
  return `<${[node.nodeName, ...events.map(({ name }) => name)].join(' ')}>${childrenOf(node).map(shape).join('')}</>`
}

function everyNode(node: Node): Node[] {
  return [node, ...childrenOf(node).flatMap(everyNode)]
}

const addressNames = /^(?:href|src|action|formaction|data|xlink:href|poster)$/
const animatedNames = /^(?:to|values)$/

function isAddress(element: string, name: string): boolean {
  return addressNames.test(name) || (animatedNames.test(name) && /^(?:set|animate)$/.test(element))
}

/** As browsers read the start of an address. */
function runsCode(address: string): boolean {
  const text = address.replace(/[\t\n\r]/g, '').replace(/^[\0-\x20]+/, '')
  return /^(?:javascript|vbscript|data):/i.test(text)
}

/** What a node does that its template has nothing of; what the author wrote himself is no find. */
function foreignTo(body: string, node: Node): string[] {
  const finds: string[] = []
  if (node.nodeName === 'script' && !body.includes('<script')) finds.push('a script')
  for (const { name, value } of attributesOf(node)) {
    const isEvent = name.startsWith('on')
    // A value may stand in the author's handler, but only inside its strings.
    if (isEvent && (!body.includes('onclick') || /^[^'"]*tripwire\(/.test(value)))
      finds.push(`${name}=${value}`)
    const isAuthors = /javascript:|data:/.test(body.replaceAll('&#10;', ''))
    if (isAddress(node.nodeName, name) && runsCode(value) && !isAuthors) finds.push(`${name}=${value}`)
  }
  return finds
}

/** What these filters give is HTML made of the value: the page's shape is theirs to choose. */
const choosesShape = /urlize|sanitize/

/** What a hostile page has that the harmless one does not, with scripts and without. */
function finds(source: string, harmless: string, hostile: string): string[] {
  const body = source.slice(opening.length)
  return [true, false].flatMap((scriptingEnabled) => {
    const page = parse(hostile, { scriptingEnabled })
    const isOther = shape(page) !== shape(parse(harmless, { scriptingEnabled }))
    const changes = isOther && !choosesShape.test(body) ? ['another shape'] : []
    return [...changes, ...everyNode(page).flatMap((node) => foreignTo(body, node))]
  })
}

/** A template with values that broke out of it. */
interface Breakout {
  readonly seed: number
  readonly what: string[]
  readonly source: string
  readonly values: Values
  readonly page: string
}

/** The first breakout from the template of a seed; `undefined` if it is refused. */
function breakout(engine: typeof templates, templateSeed: number): Breakout | null | undefined {
  const next: Random = random(templateSeed)
  const source = generatedTemplate(next)
  const t = next() < 0.5
  const harmless = { x: 'abc', y: 'def', html: 'tt', t }
  if (rendered(engine, source, harmless) === null) return undefined
  for (let count = 0; count < valuesPerTemplate; count++) {
    const values = { x: hostileValue(next), y: hostileValue(next), html: pick(next, htmlValues), t }
    const page = rendered(engine, source, values)
    // The HTML stays the same: it may have elements of its own.
    const expected = rendered(engine, source, { ...harmless, html: values.html })
    if (page === null || expected === null) continue
    const what = finds(source, expected, page)
    if (what.length > 0)
      return { seed: templateSeed, what, source: source.slice(opening.length), values, page }
  }
  return null
}

function breakouts(engine: typeof templates, first: number, count: number) {
  const all = Array.from({ length: count }, (_, index) => breakout(engine, first + index))
  return { found: all.filter((one) => one != null), compiled: all.filter((one) => one !== undefined).length }
}

it('lets no value out of its place in templates of known seeds', { timeout: 60_000 + runs * 20 }, () => {
  const { found, compiled } = breakouts(templates, seed, runs)
  expect(found[0]).toBeUndefined()
  if (runs > 100) expect(compiled / runs).toBeGreaterThan(0.2)
})

it(`lets no value out of its place in templates from seed ${freshSeed} on`, {
  timeout: 60_000 + runs * 20,
}, () => {
  expect(breakouts(templates, freshSeed, freshRuns).found[0]).toBeUndefined()
})

it('sees what breaks out where escaping is for HTML only', () => {
  const unsafe = createTemplates({ ...settings, unsafeHtmlEscapingOnly: true })
  const kinds = new Set(
    breakouts(unsafe, 1, 300).found.flatMap(({ what }) => what.map((one) => one.split('=')[0])),
  )
  expect([...kinds]).toEqual(expect.arrayContaining(['another shape', 'href']))
})
