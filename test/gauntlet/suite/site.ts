/** The app of the gauntlet as a child process, started as the contract says. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Answer, type Sent, send } from './wire.ts'

/** A key and a token that nobody may ever see. */
export const secretKey = 'q8Zr2vN5yT1wX7cK4mP9sB6dF3hJ0aLuEoIgQtRz-x'
export const apiToken = 'API-TOKEN-SECRET-9f2c'

/** The variables of the contract; `undefined` leaves one out. */
export type Variables = Readonly<Record<string, string | undefined>>

/** A started app. */
export interface Site {
  readonly port: number
  readonly dataDir: string
  /** Whether it stands behind one proxy that speaks https. */
  readonly behindProxy: boolean
  /** One request on a connection of its own. */
  send(path: string, sent?: Sent): Promise<Answer>
  /** The whole of its log. */
  log(): Promise<string>
  stop(): Promise<void>
}

/** What became of a process: its output, and its exit if it has ended. */
export interface Start {
  readonly child: ChildProcess
  readonly output: () => string
  /** The port of the READY line, or the exit status if there was none. */
  readonly outcome: Promise<{ port: number } | { status: number | null }>
}

/** Starts the app's program and listens for its READY line. */
export function start(dataDir: string, variables: Variables): Start {
  const program = join(import.meta.dirname, '../app/main.ts')
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [program], {
    cwd: tmpdir(),
    env: { PATH, HOME, NODE_ENV: 'production', PORT: '0', DATA_DIR: dataDir, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const outcome = new Promise<{ port: number } | { status: number | null }>((resolve) => {
    child.on('exit', (status) => resolve({ status }))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        text += piece
        const port = /^READY http:\/\/127\.0\.0\.1:(\d+)$/m.exec(text)?.[1]
        if (port !== undefined) resolve({ port: Number(port) })
      })
    }
  })
  return { child, output: () => text, outcome }
}

/** Starts an app that must be there. */
export async function openSite(variables: Variables = {}): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gauntlet-'))
  const { child, output, outcome } = start(dataDir, {
    GAUNTLET_SECRET_KEY: secretKey,
    GAUNTLET_API_TOKEN: apiToken,
    ...variables,
  })
  const found = await outcome
  if (!('port' in found)) throw new Error(`The app did not start: ${output()}`)
  const { port } = found
  return {
    port,
    dataDir,
    behindProxy: variables['GAUNTLET_HTTPS_PROXY'] === '1',
    send: (path, sent) => send(port, path, sent),
    log: () => readFile(join(dataDir, 'app.log'), 'utf8').catch(() => ''),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
