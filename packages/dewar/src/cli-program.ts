/** The commands of `dewar`, put together: Dewar's own, and those of the app. */
import { Command, Option } from 'commander'
import type { App } from './app.ts'
import type { CommandLine } from './cli.ts'
import { addAppCommands } from './cli-app.ts'
import { addCheck } from './cli-check.ts'
import { addNew } from './cli-new.ts'
import { addRoutes } from './cli-routes.ts'
import { addRun } from './cli-run.ts'
import { addSecret } from './cli-secret.ts'
import { addServe } from './cli-serve.ts'
import { addShell } from './cli-shell.ts'
import { addTemplates } from './cli-templates.ts'
import { version } from './cli-version.ts'

/** What stands before the command. */
export interface GlobalFlags {
  readonly app: string | undefined
  readonly envFile: string | undefined
  /** `undefined` if the line does not say. */
  readonly debug: boolean | undefined
  /** The command's name, `undefined` for none. */
  readonly command: string | undefined
}

const adders = [addRun, addServe, addRoutes, addTemplates, addCheck, addShell, addNew, addSecret]

const ownCommands: ReadonlySet<string> = new Set([
  'run',
  'serve',
  'routes',
  'check',
  'templates',
  'shell',
  'new',
  'secret',
])

/** Whether a word is a command that needs no app to be known, or no command at all. @internal */
export function isOwnCommand(word: string): boolean {
  return ownCommands.has(word)
}

/** Reads what must be known before the app is loaded, and with it the other commands. @internal */
export function readGlobals(args: readonly string[]): GlobalFlags {
  let app: string | undefined
  let envFile: string | undefined
  let debug: boolean | undefined
  let command: string | undefined
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = splitOption(args[i] ?? '')
    if (name === '--') break
    const value = () => inline ?? args[++i]
    if (name === '-A' || name === '--app') app = value()
    else if (name === '-e' || name === '--env-file') envFile = value()
    else if (name === '--debug') debug = true
    else if (name === '--no-debug') debug = false
    else if (name === '--help' || name === '--version')
      command ??= isOwnCommand(args[0] ?? '') ? args[0] : name
    else if (!name.startsWith('-')) command ??= name
  }
  return { app, envFile, debug, command: command === '--help' ? undefined : command }
}

function splitOption(arg: string): readonly [string, string | undefined] {
  if (!arg.startsWith('--')) return [arg, undefined]
  const at = arg.indexOf('=')
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}

/** Makes the program. @internal */
export function createProgram(session: CommandLine, globals: GlobalFlags, app: App | null): Command {
  const program = new Command('dewar')
    .description('Runs and looks after Dewar apps.')
    .usage('[options] <command>')
    .helpOption('--help', 'Show this help.')
    .helpCommand(false)
    .version(version(), '--version', "Show Dewar's version and Node's.")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ subcommandTerm: termOf })
    .addHelpText(
      'after',
      '\nThe app is app.ts, main.ts or src/app.ts here, unless --app or DEWAR_APP names another.',
    )
  addGlobals(program)
  program.commandsGroup('Commands:')
  for (const add of adders) addGlobals(add(program, session, globals), true)
  if (app !== null) addAppCommands(program, session, app)
  return program
}

/** `import <files...>`, without the options that its own help has. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })
  return [command.name(), ...words].join(' ')
}

/** They may stand before the command or behind it; the help of a command does not repeat them. */
function addGlobals(command: Command, hidden = false): void {
  const options = [
    new Option('-A, --app <file[:export]>', 'The app: the file that exports it.'),
    new Option('-e, --env-file <file>', 'Variables to set first; .env is read after it.'),
    new Option('--debug', 'Debug mode: error pages with source, readable logs. For this machine only.'),
    new Option('--no-debug', 'No debug mode, whatever DEWAR_DEBUG says.'),
  ]
  for (const option of options) command.addOption(hidden ? option.hideHelp() : option)
}
