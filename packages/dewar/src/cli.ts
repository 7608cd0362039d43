/** The command `dewar`. */
import { DewarError, nearestName } from '@dewar/base'
import { runCommand } from './cli-run.ts'
import { secretCommand } from './cli-secret.ts'

/** A subcommand: its arguments in, the exit status out. */
export interface Command {
  readonly summary: string
  readonly run: (args: readonly string[]) => number | Promise<number>
}

const commands: ReadonlyMap<string, Command> = new Map([
  ['run', runCommand],
  ['secret', secretCommand],
])

/**
 * Runs a command line.
 *
 * @param args what follows `dewar`
 * @returns the exit status: 0 for success, 1 for an error of the app, 2 for a wrong command line
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return showHelp()
  const command = commands.get(name)
  if (command === undefined) return unknownCommand(name)
  try {
    return await command.run(rest)
  } catch (error) {
    return report(error)
  }
}

function showHelp(): number {
  const lines = Array.from(commands, ([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  process.stdout.write(`Usage: dewar <command> [options]\n\nCommands:\n${lines.join('\n')}\n`)
  return 0
}

function unknownCommand(name: string): number {
  const nearest = nearestName(name, commands.keys())
  const hint =
    nearest === undefined ? `Commands: ${[...commands.keys()].join(', ')}.` : `Did you mean '${nearest}'?`
  process.stderr.write(`dewar: '${name}' is no command. ${hint}\n`)
  return 2
}

/** Errors of Dewar's say what to do; all others show where they come from. */
function report(error: unknown): number {
  if (error instanceof DewarError) {
    process.stderr.write(`${error.message}\n${error.fix === '' ? '' : `${error.fix}\n`}(${error.code})\n`)
    return error.code === 'ERR_DEWAR_CLI_USAGE' ? 2 : 1
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}
