/**
 * `dewar serve --locked`: the app in processes under Node's permission model.
 *
 * Threat: a hole in the app or in a dependency through which somebody's code runs.
 * Construction: this process never imports the app. It works out what the app has to read, starts processes with
 * `--permission` that may read that, write the instance folder and use the network, and looks after them. They share the
 * port by SO_REUSEPORT instead of node:cluster, whose first process would open sockets and files for those it is to guard
 * against. What the model does not see is closed in `locked-guard.ts`.
 * Defaults: one process; nothing but the above. When not to change: each `--allow-write` is a place to leave something.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DewarError } from '@dewar/base'
import { type ListenFlags, untilStopped } from './cli-listen.ts'
import { compileAhead } from './decorator-loader.ts'
import { defaults } from './defaults.ts'
import { locateApp, projectOf } from './load-app.ts'
import { readableFolders } from './locked-paths.ts'
import { scriptFiles } from './own-files.ts'

/** What the command line says. @internal */
export interface LockedOptions extends ListenFlags {
  readonly place: string | undefined
  readonly workers: number
  readonly allowRead: readonly string[]
  readonly allowWrite: readonly string[]
}

/** The folder of Dewar's package. */
const ownFolder = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Starts locked processes and looks after them until a signal comes.
 *
 * @returns the exit status: 1 if the app cannot start
 * @throws {DewarError} `ERR_DEWAR_CLI_LOCK` where the system or Node cannot do it
 * @internal
 */
export async function superviseLocked(options: LockedOptions): Promise<number> {
  checkSystem(options.workers)
  const { path } = locateApp(options.place ?? process.env['DEWAR_APP'])
  const app = realpathSync(path)
  const compiled = mkdtempSync(join(tmpdir(), 'dewar-locked-'))
  try {
    compileAhead(scriptFiles(projectOf(dirname(app))), compiled)
    const flags = permissionFlags(app, compiled, options)
    return await supervise(options.workers, (port) => startLocked(flags, compiled, options, port))
  } finally {
    rmSync(compiled, { recursive: true, force: true })
  }
}

function checkSystem(workers: number): void {
  const flags = process.allowedNodeEnvironmentFlags
  if (!flags.has('--permission')) {
    throw cannotLock(`Node ${process.versions.node} has no permission model.`, 'Use Node 24.10 or newer.')
  }
  if (workers > 1 && !['linux', 'freebsd', 'aix', 'sunos'].includes(process.platform)) {
    const reason = `Several locked processes share a port by SO_REUSEPORT, which ${process.platform} does not have.`
    throw cannotLock(reason, 'Run one, or one for each of several ports behind the proxy.')
  }
}

function cannotLock(message: string, fix: string): DewarError {
  return new DewarError('ERR_DEWAR_CLI_LOCK', message, { fix })
}

/** The arguments of Node that lock a process. */
function permissionFlags(app: string, compiled: string, options: LockedOptions): string[] {
  const folder = dirname(app)
  const project = projectOf(folder)
  const instances = [folder, project, process.cwd()].map((each) => join(each, 'instance'))
  const { allowRead, allowWrite, cert, key } = options
  const files = [cert === 'adhoc' ? undefined : cert, key, ...namedFiles()].filter(
    (file) => file !== undefined,
  )
  const write = [...instances, ...allowWrite].map((path) => resolve(path))
  const read = [
    ...readableFolders([project, ownFolder]),
    ...[compiled, ...files, ...allowRead].map((path) => resolve(path)),
    ...write,
  ]
  const known = process.allowedNodeEnvironmentFlags
  return [
    '--permission',
    ...(known.has('--allow-net') ? ['--allow-net', '--disable-warning=ExperimentalWarning'] : []),
    ...new Set(read.flatMap((path) => grant('--allow-fs-read', path))),
    ...new Set(write.flatMap((path) => grant('--allow-fs-write', path))),
  ]
}

/** Files of secrets that variables name, as container platforms do. */
function namedFiles(): string[] {
  return Object.entries(process.env).flatMap(([name, path]) =>
    /^DEWAR_\w+_FILE$/.test(name) && path !== undefined ? [path] : [],
  )
}

/** A folder that is not there yet is granted, too, with what will be in it; links are followed once, here. */
function grant(flag: string, path: string): string[] {
  const real = existsSync(path) ? realpathSync(path) : path
  return [...new Set([path, real])].flatMap((each) => [`${flag}=${each}`, `${flag}=${join(each, '*')}`])
}

function startLocked(
  flags: readonly string[],
  compiled: string,
  { place, host, cert, key, workers, port: asked }: LockedOptions,
  port: number | undefined,
): ChildProcess {
  const guard = join(
    dirname(fileURLToPath(import.meta.url)),
    `locked-guard${extname(fileURLToPath(import.meta.url))}`,
  )
  const given = { host, port: port === undefined ? asked : `${port}`, cert, key, app: place }
  const args = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  if (workers > 1) args.push('--reuse-port')
  const command = [join(ownFolder, 'bin', 'dewar.js'), 'serve', '--locked-with', compiled, ...args]
  const node = [...process.execArgv, ...flags, '--import', guard]
  return spawn(process.execPath, [...node, ...command], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

/** The first one finds the port; the others join it. One that dies after it was ready is replaced. */
async function supervise(count: number, start: (port?: number) => ChildProcess): Promise<number> {
  const children = new Set<ChildProcess>()
  let stopping = false
  let ready = 0
  const failed = new Promise<number>((fail) => {
    const begin = (port?: number): void => {
      let isUp = false
      const child = start(port)
      children.add(child)
      child.on('message', (message: unknown) => {
        const url = readyUrl(message)
        if (isUp || url === null) return
        isUp = true
        ready += 1
        if (ready === count) announce(url, count)
        if (port !== undefined) return
        port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
        for (let i = 1; i < count; i++) begin(port)
      })
      child.on('exit', (code, signal) => {
        children.delete(child)
        if (stopping) return
        if (!isUp) return fail(1) // It has said why, and the next would say the same.
        process.stderr.write(`Worker ${child.pid} ended with ${signal ?? code}.\n`)
        begin(port)
      })
    }
    begin()
  })
  const status = await Promise.race([failed, untilStopped().then(() => 0)])
  stopping = true
  await Promise.all([...children].map(stop))
  return status
}

function announce(url: URL, count: number): void {
  const how = count === 1 ? 'locked' : `with ${count} locked workers`
  process.stdout.write(`Ready on ${url.href.replace(/\/$/, '')} ${how}\n`)
}

/** What a locked process says may be anything. */
function readyUrl(message: unknown): URL | null {
  const { ready } = (message ?? {}) as { readonly ready?: unknown }
  const url = typeof ready === 'string' && ready.length < defaults.readyLength.value ? URL.parse(ready) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' ? url : null
}

/** Requests in flight are answered; a process that does not end then is ended. */
function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), defaults.stopPatience.value * 1000)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
