/** `dewar run --watch`: the app in a process of its own, which is started anew when a source file changes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, watch as watchPath } from 'node:fs'
import { extname, sep } from 'node:path'
import { defaults } from './defaults.ts'

/** What Node loads, and what settings come from. Templates reload by themselves in debug mode. */
const sources: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '.toml', '.sql'])

/** Not the app's sources, or written by the app itself. */
const ignoredFolders: ReadonlySet<string> = new Set(['node_modules', 'instance', 'dist', 'coverage', 'test'])

/** Whether a change of a file, relative to a watched folder, starts the app anew. @internal */
export function isSource(file: string): boolean {
  const parts = file.split(sep)
  if (parts.slice(0, -1).some((part) => part.startsWith('.') || ignoredFolders.has(part))) return false
  const name = parts.at(-1) ?? ''
  return name.startsWith('.env') || (!name.startsWith('.') && sources.has(extname(name)))
}

/**
 * Runs this command line without `--watch` in a child, again at each change, until a signal comes.
 *
 * @param further files or folders beside the working directory
 * @internal
 */
export async function watch(further: readonly string[]): Promise<void> {
  const args = process.argv.slice(1).filter((arg) => arg !== '--watch' && arg !== '-w')
  let child = start(args)
  let timer: NodeJS.Timeout | undefined
  const changed = (file: string): void => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      process.stdout.write(`${file} changed: starting anew.\n`)
      const old = child
      await stop(old)
      if (old === child) child = start(args)
    }, defaults.watchSettle.value)
  }
  const watchers = [
    watchPath('.', { recursive: true }, (_, file) => {
      if (file !== null && isSource(file)) changed(file)
    }),
    ...further
      .filter((path) => existsSync(path))
      .map((path) => watchPath(path, { recursive: true }, (_, file) => changed(file ?? path))),
  ]
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  clearTimeout(timer)
  for (const watcher of watchers) watcher.close()
  await stop(child)
}

/** An app that fails says why and is tried again at the next change. */
function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: 'inherit' })
  child.on('exit', (code) => {
    if (code !== null && code !== 0) process.stderr.write('Waiting for a change …\n')
  })
  return child
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
