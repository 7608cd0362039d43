/** Servers of our own for tests: each on a free port, with a folder of its own that goes with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server that a test has started. */
export interface RunningService {
  readonly port: number
  /** The folder with its data. */
  readonly folder: string
  /** Kills it as a crash would. */
  kill(): Promise<void>
  /** Lets it stand still, or go on: it is there and does not answer. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
  /** Starts it again, on the same port and data. */
  start(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

interface Program {
  readonly program: string
  readonly args: (port: number, folder: string) => readonly string[]
  readonly user?: UnixUser | null
  readonly prepare?: (folder: string) => Promise<void>
  /** Whether it answers; it listens in any case. */
  readonly answers?: (port: number, folder: string) => Promise<boolean>
}

/** Starts a Redis or Valkey server. @param extra further arguments */
export function startRedis(
  program: string,
  extra: (folder: string) => readonly string[] = () => [],
): Promise<RunningService> {
  const args = (port: number, folder: string) => [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    ...extra(folder),
  ]
  return startService({ program, args })
}

/** Starts Memcached. */
export function startMemcached(program: string): Promise<RunningService> {
  const asRoot = process.getuid?.() === 0 ? ['-u', 'root'] : []
  const args = (port: number) => ['-l', '127.0.0.1', '-p', `${port}`, '-U', '0', '-m', '64', ...asRoot]
  return startService({ program, args })
}

/** Starts PostgreSQL with a fresh cluster: user `postgres`, database `postgres`, no password, on 127.0.0.1 only. */
export function startPostgres(program: string): Promise<RunningService> {
  const user = process.getuid?.() === 0 ? unixUser('postgres') : null // it refuses to run as root
  const programs = dirname(realpathSync(program)) // the one in the PATH may be a link to where the others are
  const prepare = async (folder: string) => {
    const initdb = join(programs, 'initdb')
    const args = [
      '-D',
      join(folder, 'data'),
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
      '--locale=C',
    ]
    const [code] = await once(run(initdb, args, folder, user), 'exit')
    if (code !== 0) throw new Error(`initdb ended with ${code}`)
  }
  const args = (port: number, folder: string) => [
    ...['-D', join(folder, 'data'), '-p', `${port}`, '-h', '127.0.0.1', '-k', folder],
    ...['-c', 'fsync=off', '-c', 'shared_buffers=16MB'],
  ]
  const answers = async (port: number, folder: string) => {
    const check = run(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', `${port}`], folder, user)
    const [code] = await once(check, 'exit')
    return code === 0
  }
  return startService({ program, args, user, prepare, answers })
}

async function startService({
  program,
  args,
  user = null,
  prepare,
  answers = canConnect,
}: Program): Promise<RunningService> {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-service-'))
  if (user !== null) chownSync(folder, user.uid, user.gid)
  await prepare?.(folder)
  const port = await freePort()
  let child: ChildProcess | null = null
  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    child = null
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return
    ending.kill(signal)
    await once(ending, 'exit')
  }
  const killWithUs = () => child?.kill('SIGKILL')
  process.once('exit', killWithUs)
  const service: RunningService = {
    port,
    folder,
    kill: () => end('SIGKILL'),
    signal: (signal) => void child?.kill(signal),
    async start() {
      child = run(program, args(port, folder), folder, user)
      await comesUp(child, () => answers(port, folder))
    },
    async stop() {
      await end('SIGKILL')
      process.off('exit', killWithUs)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await service.start()
  return service
}

function run(program: string, args: readonly string[], cwd: string, user: UnixUser | null): ChildProcess {
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' }
  return spawn(program, args, { cwd, env, stdio: 'ignore', ...(user ?? {}) })
}

async function comesUp(child: ChildProcess, answers: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`)
    if (await answers()) return
    await sleep(20)
  }
  throw new Error(`${child.spawnfile} does not answer`)
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface UnixUser {
  readonly uid: number
  readonly gid: number
}

function unixUser(name: string): UnixUser | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}
