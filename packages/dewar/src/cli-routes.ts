/** `dewar routes`: what the app answers, and who may ask for it. */
import type { Rule } from '@dewar/routing'
import type { Rate } from '@dewar/security'
import { type Command, Option } from 'commander'
import type { App } from './app.ts'
import type { CommandLine } from './cli.ts'
import type { GlobalFlags } from './cli-program.ts'
import { endpointTypes } from './endpoint-types.ts'

/** A route as the table shows it. */
export interface RouteRow {
  readonly host: string
  readonly rule: string
  readonly endpoint: string
  readonly methods: readonly string[]
  /** `public`, `authenticated`, or the policy's name. */
  readonly access: string
  /** `checked`, `bound` (to method and path), `exempt`, or nothing where no method needs it. */
  readonly csrf: string
  readonly limit: string
  /** The origins whose scripts may read its answers. */
  readonly cors: string
}

type SortKey = 'rule' | 'endpoint' | 'methods' | 'match'

interface RouteFlags {
  readonly app?: string
  readonly sort: SortKey
  readonly allMethods?: boolean
  readonly json?: boolean
  readonly types?: boolean
}

const implied: ReadonlySet<string> = new Set(['HEAD', 'OPTIONS'])
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Adds `dewar routes`. Flask: `flask routes`. @internal */
export function addRoutes(program: Command, session: CommandLine, globals: GlobalFlags): Command {
  return program
    .command('routes')
    .description('List the routes: rule, endpoint, methods, access, CSRF, limit.')
    .argument('[app]', 'The file that exports the app, and the export: app.ts:app.')
    .addOption(
      new Option('-s, --sort <column>', 'Order by this; match is the order in which rules are tried.')
        .choices(['rule', 'endpoint', 'methods', 'match'])
        .default('rule'),
    )
    .option('--all-methods', 'Show HEAD and OPTIONS, too.')
    .option('--json', 'Print JSON, for programs.')
    .addOption(
      new Option('--types', 'Print declarations, so that the compiler checks urlFor by name.').conflicts(
        'json',
      ),
    )
    .addHelpText('after', '\nExample:\n  dewar routes --types > endpoints.d.ts')
    .action(async (place: string | undefined, flags: RouteFlags) => {
      const app = await session.app(place ?? flags.app ?? globals.app)
      if (flags.types === true) return void process.stdout.write(endpointTypes(app))
      const rows = routeRows(app, flags.allMethods === true)
      const { sort } = flags
      if (sort !== 'match') rows.sort((a, b) => compare(textOf(a, sort), textOf(b, sort)))
      process.stdout.write(flags.json === true ? `${JSON.stringify(rows, null, 2)}\n` : table(rows))
    })
}

/** The routes of an app, in the order in which they are tried. @internal */
export function routeRows(app: App, allMethods = false): RouteRow[] {
  app.freeze()
  return [...app.urlMap.rules()].map((rule) => rowOf(app, rule, allMethods))
}

function rowOf(app: App, rule: Rule, allMethods: boolean): RouteRow {
  const { access, csrfExempt, csrfBound, limits, cors, automaticOptions } = app.endpointOf(rule)
  const own = rule.methods === null ? ['any'] : [...rule.methods]
  const all = automaticOptions && rule.methods !== null ? [...new Set([...own, 'OPTIONS'])] : own
  const methods = allMethods ? all : own.filter((method) => own.length === 1 || !implied.has(method))
  const unsafe = own.some((method) => !safe.has(method))
  return {
    host: rule.options.host ?? rule.options.subdomain ?? '',
    rule: rule.text,
    endpoint: rule.endpoint,
    methods: methods.toSorted(),
    access: typeof access === 'function' ? access.name || 'a policy' : access,
    csrf: unsafe ? (csrfExempt ? 'exempt' : csrfBound ? 'bound' : 'checked') : '',
    limit: limits.flatMap(({ limit }) => limit.rates.map(rateText)).join('; '),
    cors: cors?.origins.join(' ') ?? '',
  }
}

const units = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const

function rateText({ count, seconds }: Rate): string {
  const [size, unit] = units.find(([length]) => seconds % length === 0) ?? [1, 'second']
  return seconds === size ? `${count}/${unit}` : `${count}/${seconds / size} ${unit}s`
}

function textOf(row: RouteRow, key: Exclude<SortKey, 'match'>): string {
  const { host, rule, endpoint, methods } = row
  if (key === 'endpoint') return `${endpoint}\n${rule}`
  return key === 'methods' ? `${methods.join()}\n${rule}` : `${host}\n${rule}\n${endpoint}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function table(rows: readonly RouteRow[]): string {
  if (rows.length === 0) return 'No routes are registered.\n'
  const columns = ['Host', 'Rule', 'Endpoint', 'Methods', 'Access', 'CSRF', 'Limit', 'Read by']
  const cells = rows.map(({ host, rule, endpoint, methods, access, csrf, limit, cors }) => [
    host,
    rule,
    endpoint,
    methods.join(', '),
    access,
    csrf || '–',
    limit || '–',
    cors,
  ])
  const isFilled = (i: number) => cells.some((row) => row[i] !== '')
  const shown = columns.map((_, i) => isFilled(i) || (i > 0 && i < columns.length - 1))
  const widths = columns.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .filter((_, i) => shown[i])
      .join('  ')
      .trimEnd()
  return `${[columns, widths.map((width) => '-'.repeat(width)), ...cells].map(line).join('\n')}\n`
}
