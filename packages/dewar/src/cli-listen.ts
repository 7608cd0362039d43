/** What `dewar run` and `dewar serve` share: where to listen, with which certificate, and a good end. */
import { readFileSync } from 'node:fs'
import { DewarError } from '@dewar/base'
import { listenDefaults, type RunningServer } from '@dewar/server'
import type { Command } from 'commander'
import type { App } from './app.ts'
import { createDevCertificate } from './cli-certificate.ts'
import { defaults } from './defaults.ts'
import type { RunOptions } from './run.ts'

/** The options as commander gives them. @internal */
export interface ListenFlags {
  readonly host?: string
  readonly port?: string
  readonly cert?: string
  readonly key?: string
}

/** Adds the options to a command. @internal */
export function addListenOptions(command: Command): Command {
  return command
    .option('-h, --host <address>', 'Where to listen; 127.0.0.1, this machine only, by default.')
    .option('-p, --port <number>', 'The port; 5000 by default, 0 for a free one.')
    .option('--cert <file>', 'Speak https with this certificate (PEM).')
    .option('--key <file>', 'The private key of the certificate (PEM).')
}

/**
 * Reads the options and their variables, `DEWAR_RUN_HOST` and `DEWAR_RUN_PORT`.
 *
 * @throws {DewarError} `ERR_DEWAR_CLI_USAGE` for what cannot be
 * @internal
 */
export function readListenFlags({ host, port, cert, key }: ListenFlags): RunOptions {
  const { DEWAR_RUN_HOST, DEWAR_RUN_PORT } = process.env
  return {
    host: host ?? DEWAR_RUN_HOST,
    port: readPort(port ?? DEWAR_RUN_PORT ?? String(listenDefaults.port.value)),
    tls: readCertificate(cert, key),
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw usageError(`Port '${text}' is no number from 0 to 65535.`, 'For example: --port 8000')
}

function readCertificate(cert: string | undefined, key: string | undefined): RunOptions['tls'] {
  if (cert === undefined && key === undefined) return undefined
  if (cert === 'adhoc' && key === undefined) return createDevCertificate()
  if (cert === undefined || key === undefined) {
    throw usageError('A certificate and its key come together.', 'Name both: --cert cert.pem --key key.pem')
  }
  return { cert: readPem(cert), key: readPem(key) }
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new DewarError('ERR_DEWAR_CLI_PEM', `The file ${file} cannot be read.`, {
      fix: 'Name PEM files that this user may read.',
      details: { file },
      cause,
    })
  }
}

/** A command line that says something impossible. @internal */
export function usageError(message: string, fix: string): DewarError {
  return new DewarError('ERR_DEWAR_CLI_USAGE', message, { fix })
}

/** Listens until a signal says to stop, then lets requests in flight finish. @internal */
export async function listen(
  app: App,
  options: RunOptions,
  onReady: (server: RunningServer) => void,
): Promise<void> {
  const stopped = untilStopped()
  const server = await app.run(options)
  onReady(server)
  await stopped
  await server.close()
  endSoon()
}

/** The app has ended; connections that it left open would keep the process for ever. */
function endSoon(): void {
  const end = (): void => {
    process.stderr.write(
      'Something is still open, such as a connection to a database: close it in app.onStop.\n',
    )
    process.exit()
  }
  setTimeout(end, defaults.exitPatience.value * 1000).unref()
}

/** Ctrl-C, or what a supervisor sends. @internal */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
