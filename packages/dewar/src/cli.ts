/** The command `dewar`. */

import { DewarError } from '@dewar/base'
import { CommanderError } from 'commander'
import type { App } from './app.ts'
import { loadEnvironment } from './cli-environment.ts'
import { createProgram, isOwnCommand, readGlobals } from './cli-program.ts'
import { loadApp } from './load-app.ts'

/** What a command line works with. @internal */
export interface CommandLine {
  /** The exit status so far. */
  status: number
  /** The app, imported at the first call. */
  app(place?: string, compiled?: string): Promise<App>
}

/**
 * Runs a command line.
 *
 * @param args what follows `dewar`
 * @param given the app its commands are for; found and imported by default
 * @returns the exit status: 0 for success, 1 for an error of the app, 2 for a wrong command line, or what a command of the
 *   app's own returns
 * @see Flask: `flask`, `FlaskGroup`
 */
export async function main(args: readonly string[], given?: App): Promise<number> {
  const session = createSession(given)
  try {
    const globals = readGlobals(args)
    if (given === undefined) loadEnvironment(globals.envFile)
    if (globals.debug !== undefined) process.env['DEWAR_DEBUG'] = globals.debug ? '1' : '0'
    const program = createProgram(session, globals, await appForHelp(session, globals.command, globals.app))
    if (globals.command === undefined) program.outputHelp()
    else await program.parseAsync([...args], { from: 'user' })
    return session.status
  } catch (error) {
    return report(error, args)
  }
}

function createSession(given: App | undefined): CommandLine {
  let loading: Promise<App> | undefined
  return {
    status: 0,
    app(place, compiled) {
      const named = place ?? process.env['DEWAR_APP']
      loading ??= given === undefined ? loadApp(named, compiled) : Promise.resolve(given)
      return loading
    },
  }
}

/** Only commands that are not Dewar's own, and the list of all, need the app's commands. */
async function appForHelp(
  session: CommandLine,
  command: string | undefined,
  place: string | undefined,
): Promise<App | null> {
  if (command !== undefined && isOwnCommand(command)) return null
  try {
    return await session.app(place)
  } catch (error) {
    const isAbsent = error instanceof DewarError && error.code === 'ERR_DEWAR_CLI_NO_FILE'
    if (isAbsent && place === undefined) return null
    if (command !== undefined) throw error
    process.stderr.write(
      `The app's own commands are missing here: it cannot be loaded.\n${describe(error)}\n`,
    )
    return null
  }
}

/** A command line that cannot be read says how to; errors of Dewar's say what to do; all others where they come from. */
function report(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    // A group without a command: its help has been shown.
    if (error.code === 'commander.help') return 2
    const place = error.code === 'commander.unknownCommand' ? '' : helpPath(args)
    process.stderr.write(`${usageText(error.message)}\nTry: dewar ${place}--help\n`)
    return 2
  }
  process.stderr.write(`${describe(error)}\n`)
  return error instanceof DewarError && error.code === 'ERR_DEWAR_CLI_USAGE' ? 2 : 1
}

function describe(error: unknown): string {
  if (error instanceof DewarError) {
    return `${error.message}\n${error.fix === '' ? '' : `${error.fix}\n`}(${error.code})`
  }
  const denied = deniedText(error)
  if (denied !== null) return denied
  return error instanceof Error ? stackText(error) : String(error)
}

/** Where an error of the app's comes from: its own lines. A file that cannot be parsed has none, but its place stands in front. */
function stackText(error: Error): string {
  const lines = (error.stack ?? error.message).split('\n')
  const isFrame = (line: string) => /^ {4}at /.test(line)
  if (error instanceof SyntaxError)
    return lines
      .filter((line) => !isFrame(line))
      .join('\n')
      .trimEnd()
  const end = lines.findIndex((line) => isFrame(line) && /\bloadApp \(/.test(line))
  const own = end < 0 ? lines : lines.slice(0, end)
  return own.filter((line) => !isFrame(line) || !line.includes('node:internal')).join('\n')
}

/** What a locked app was refused while it was loaded, and how to grant it. */
function deniedText(error: unknown): string | null {
  const { code, permission, resource } = (error ?? {}) as Readonly<Record<string, unknown>>
  if (code !== 'ERR_ACCESS_DENIED') return null
  const flags: Readonly<Record<string, string>> = {
    FileSystemRead: '--allow-read',
    FileSystemWrite: '--allow-write',
  }
  const flag = flags[String(permission)]
  const fix =
    flag === undefined ? 'Start the app without --locked, or do without it.' : `Allow it: ${flag} ${resource}`
  return `The app is locked: ${permission ?? 'this'} is refused${resource ? `, for ${resource}` : ''}.\n${fix}\n(${code})`
}

/** `error: unknown option '--prot'\n(Did you mean --port?)` as a sentence. */
function usageText(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replace(
      /\n?\(Did you mean (?:one of )?(.+?)\?\)/s,
      (_, names: string) => `. Did you mean '${names.replaceAll(', ', "' or '")}'?`,
    )
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`
}

function helpPath([command]: readonly string[]): string {
  return command === undefined || command.startsWith('-') ? '' : `${command} `
}
