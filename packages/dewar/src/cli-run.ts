import { parseArgs } from 'node:util'
import { DewarError, nearestName } from '@dewar/base'
import type { Command } from './cli.ts'
import { loadApp } from './load-app.ts'

const options = {
  app: { type: 'string', short: 'A' },
  host: { type: 'string', short: 'h' },
  port: { type: 'string', short: 'p' },
  debug: { type: 'boolean' },
} as const

const usage = 'Usage: dewar run [file[:export]] [--host 127.0.0.1] [--port 5000] [--debug]'

/** `dewar run`: finds the app, listens, and stops in good order. Flask: `flask run`. */
export const runCommand: Command = {
  summary: 'Run the app: dewar run [file[:export]] [--host] [--port] [--debug].',
  run: async (args) => {
    if (args.includes('--help')) {
      process.stdout.write(`${usage}\n`)
      return 0
    }
    const { app: place, host, port, debug } = parse(args)
    if (debug) process.env['DEWAR_DEBUG'] = '1'
    const app = await loadApp(place)
    const server = await app.run({ host, port })
    process.stdout.write(
      `${app.debug ? 'Debug mode is on: for this machine only.\n' : ''}Ready on ${server.url}\n`,
    )
    await untilStopped()
    await server.close()
    return 0
  },
}

function parse(args: readonly string[]) {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error), args)
  }
  const { values, positionals } = parsed
  if (positionals.length > 1) throw usageError(`One app at a time, not ${positionals.length}.`, args)
  const { DEWAR_APP, DEWAR_RUN_HOST, DEWAR_RUN_PORT } = process.env
  return {
    app: positionals[0] ?? values.app ?? DEWAR_APP,
    host: values.host ?? DEWAR_RUN_HOST,
    port: readPort(values.port ?? DEWAR_RUN_PORT, args),
    debug: values.debug ?? false,
  }
}

function readPort(text: string | undefined, args: readonly string[]): number | undefined {
  if (text === undefined) return undefined
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw usageError(`Port '${text}' is no number from 0 to 65535.`, args)
}

function usageError(message: string, args: readonly string[]): DewarError {
  const names = Object.keys(options).map((name) => `--${name}`)
  const unknown = args.find((arg) => arg.startsWith('--') && !names.includes(arg.split('=', 1)[0] ?? ''))
  const nearest = unknown === undefined ? undefined : nearestName(unknown.split('=', 1)[0] ?? '', names)
  return new DewarError('ERR_DEWAR_CLI_USAGE', message.split('. To specify')[0] ?? message, {
    fix: nearest === undefined ? usage : `Did you mean '${nearest}'? ${usage}`,
  })
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
