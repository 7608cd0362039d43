/** `dewar check`: what an attacker would look for first. */
import { dirname, resolve } from 'node:path'
import { DewarError } from '@dewar/base'
import { type Command, Option } from 'commander'
import type { App } from './app.ts'
import { jsonReport, textReport } from './check/report.ts'
import { type CheckId, checkRules, ruleOf, type Severity } from './check/rules.ts'
import { sarifReport } from './check/sarif.ts'
import { fails } from './check/summary.ts'
import type { CommandLine } from './cli.ts'
import type { GlobalFlags } from './cli-program.ts'
import { locateApp, projectOf } from './load-app.ts'

interface CheckFlags {
  readonly app?: string
  readonly deploy?: boolean
  readonly json?: boolean
  readonly sarif?: boolean
  readonly list?: boolean
  readonly failLevel: Severity | 'never'
  readonly advisories?: string
  readonly offline?: boolean
  readonly project?: string
}

/** Adds `dewar check`. Django: `manage.py check --deploy`. @internal */
export function addCheck(program: Command, session: CommandLine, globals: GlobalFlags): Command {
  return program
    .command('check')
    .description('Look for unsafe settings, routes, templates, source, files and dependencies.')
    .argument('[app]', 'The file that exports the app, and the export: app.ts:app.')
    .option('--deploy', 'Check for production, whatever this machine is: NODE_ENV=production.')
    .option('--json', 'Print JSON, for programs.')
    .addOption(new Option('--sarif', 'Print SARIF 2.1.0, for code hosts.').conflicts('json'))
    .addOption(
      new Option('--fail-level <level>', 'Fail, with status 1, from this severity on.')
        .choices(['error', 'warning', 'note', 'never'])
        .default('warning'),
    )
    .option('--advisories <path>', 'Compare dependencies with OSV entries of this file or folder.')
    .option('--offline', 'Do not ask the registry for published weaknesses.')
    .option('--project <folder>', "The folder of the app's own files; by default where its package.json is.")
    .option('--list', 'List what is looked for, and end.')
    .addHelpText(
      'after',
      `
The app is loaded and put together, not started. Silence ids with CHECK_SILENCED; what is silenced is listed.

Examples:
  dewar check --deploy                     before a release: status 1 for warnings and errors
  dewar check --deploy --sarif > dewar.sarif`,
    )
    .action(async (place: string | undefined, flags: CheckFlags) => {
      if (flags.list === true) process.stdout.write(listRules())
      else session.status = await check(session, place ?? flags.app ?? globals.app, flags)
    })
}

async function check(session: CommandLine, place: string | undefined, flags: CheckFlags): Promise<number> {
  const { NODE_ENV } = process.env
  if (flags.deploy === true) process.env['NODE_ENV'] = 'production'
  // With it comes the parser, which no other command needs.
  const { runChecks } = await import('./check/run-checks.ts')
  const { app, error } = await tryLoading(session, place)
  try {
    const deploy = process.env['NODE_ENV'] === 'production'
    const { advisories, offline } = flags
    const report = await runChecks(
      {
        app,
        deploy,
        project: flags.project === undefined ? findProject(app, place) : resolve(flags.project),
        environment: process.env,
        now: Date.now(),
        nodeVersion: process.versions.node,
        online: offline !== true,
        ...(advisories !== undefined && { advisories }),
      },
      error,
    )
    const failed = fails(report, flags.failLevel)
    const text =
      flags.sarif === true
        ? sarifReport(report)
        : flags.json === true
          ? jsonReport(report, failed)
          : textReport(report, process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined)
    process.stdout.write(text)
    return failed ? 1 : 0
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
  }
}

/** An app that is there and does not load is a finding; one that is not there is a wrong command line. */
async function tryLoading(
  session: CommandLine,
  place: string | undefined,
): Promise<{ app: App | null; error?: unknown }> {
  try {
    return { app: await session.app(place) }
  } catch (error) {
    if (error instanceof DewarError && /^ERR_DEWAR_CLI_(?:NO|USAGE)/.test(error.code)) throw error
    return { app: null, error }
  }
}

function findProject(app: App | null, place: string | undefined): string {
  if (app !== null && app.root !== null) return projectOf(app.root)
  try {
    return projectOf(dirname(locateApp(place ?? process.env['DEWAR_APP']).path))
  } catch {
    return process.cwd() // the app was handed over: it has no file
  }
}

function listRules(): string {
  const ids = Object.keys(checkRules) as CheckId[]
  const width = Math.max(...ids.map((id) => id.length))
  return ids
    .map((id) => `${id.padEnd(width)}  ${ruleOf(id).severity.padEnd(7)}  ${ruleOf(id).title}\n`)
    .join('')
}
