/**
 * Loaded into a locked process before the app: closes what Node's permission model leaves open.
 *
 * Threat: code that an attacker got to run in the app. The model refuses files, processes, workers, add-ons, the
 * inspector; it does not see files that SQLite opens, Unix sockets, signals to other processes, and what V8 writes.
 * Construction: the few functions that reach those are replaced, in the one place all others go through, by functions
 * that ask the model first. What they need is taken before the app runs, so that nothing the app changes changes them; the
 * originals cannot be reached any more. If a function is not where it is expected, the app does not start.
 * Defaults: what `--allow-read` and `--allow-write` name. When not to change: never.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

type Fn = (...args: never[]) => unknown

const require = createRequire(import.meta.url)
const { apply, construct } = Reflect
const { isUint8Array } = require('node:util').types as typeof import('node:util').types
const { defineProperty } = Object
const startsWith = Function.prototype.call.bind(String.prototype.startsWith) as (
  text: string,
  start: string,
) => boolean
const includes = Function.prototype.call.bind(String.prototype.includes) as (
  text: string,
  part: string,
) => boolean
const lowerCase = Function.prototype.call.bind(String.prototype.toLowerCase) as (text: string) => string
const bufferFrom = Buffer.from.bind(Buffer) as (bytes: Uint8Array) => Buffer
const bufferText = Function.prototype.call.bind(Buffer.prototype.toString) as (bytes: Buffer) => string
const ownId = process.pid

const { permission } = process as { permission?: { has(scope: string, reference?: string): boolean } }
if (permission === undefined) throw new Error('This module is for processes under --permission.')
const has = permission.has.bind(permission)

/** Whether the process may read or write a path; names that are no paths it may not. */
function may(mode: 'read' | 'write', path: string): boolean {
  return !includes(path, '\0') && has(mode === 'read' ? 'fs.read' : 'fs.write', path)
}

function denied(what: string, resource = ''): Error {
  const error = new Error(`Access to this API has been restricted: ${what}. The app is locked.`)
  return Object.assign(error, { code: 'ERR_ACCESS_DENIED', permission: what, resource })
}

/** Puts a function in the place of another, for good. */
function replace(target: object, name: string, value: unknown): void {
  if (Reflect.get(target, name) === undefined)
    throw new Error(`Node ${process.versions.node} has no ${name} to guard: this version cannot be locked.`)
  defineProperty(target, name, { value, writable: false, configurable: false, enumerable: true })
}

/** SQLite opens files by itself: each path is checked, and statements that name further files are refused. */
function guardSqlite(): void {
  const sqlite: typeof import('node:sqlite') = require('node:sqlite')
  const { DatabaseSync: Original, backup, constants } = sqlite
  const { SQLITE_ATTACH, SQLITE_PRAGMA, SQLITE_DENY, SQLITE_OK } = constants
  const prototype = Original.prototype
  const { open, setAuthorizer } = prototype
  if (setAuthorizer === undefined)
    throw new Error(
      `Node ${process.versions.node} cannot be locked: node:sqlite has no setAuthorizer. 24.10 is needed.`,
    )
  const refuse = (code: number, name: string | null): number | null => {
    if (code === SQLITE_ATTACH) {
      // An expression has no name before it runs; '' is a temporary database.
      if (name === '' || name === ':memory:') return null
      return name === null || startsWith(name, 'file:') || !mayOpen(resolve(name), false) ? SQLITE_DENY : null
    }
    if (code !== SQLITE_PRAGMA || name === null) return null
    return includes(lowerCase(name), 'store_directory') ? SQLITE_DENY : null
  }
  const authorize = (db: object, further: Fn | null): void => {
    const decide = (code: number, ...names: (string | null)[]) =>
      refuse(code, names[0] ?? null) ??
      (further === null ? SQLITE_OK : apply(further, undefined, [code, ...names]))
    apply(setAuthorizer, db, [decide])
  }
  function Guarded(this: unknown, path: unknown, options: object = {}) {
    if (new.target === undefined) throw new TypeError("Cannot call constructor without 'new'")
    const copy: Record<string, unknown> = { ...options }
    const opensNow = copy['open'] !== false
    const db: object = construct(Original, [checkedPath(path, copy['readOnly'] === true), copy], new.target)
    if (opensNow) authorize(db, null)
    return db
  }
  Guarded.prototype = prototype
  replace(prototype, 'constructor', Guarded)
  replace(prototype, 'open', function (this: object) {
    apply(open, this, [])
    authorize(this, null)
  })
  replace(prototype, 'setAuthorizer', function (this: object, further: Fn | null) {
    authorize(this, typeof further === 'function' ? further : null)
  })
  replace(sqlite, 'DatabaseSync', Guarded)
  replace(sqlite, 'backup', (source: never, path: unknown, options: never) =>
    apply(backup, sqlite, [source, checkedPath(path, false), ...(options === undefined ? [] : [options])]),
  )
}

function mayOpen(path: string, readOnly: boolean): boolean {
  return may('read', path) && (readOnly || may('write', path))
}

/** The path of a database, absolute, so that what is opened is what was checked. */
function checkedPath(given: unknown, readOnly: boolean): string {
  const text =
    typeof given === 'string' ? given : isUint8Array(given) ? bufferText(bufferFrom(given)) : hrefOf(given)
  if (text === ':memory:' || text === '') return text
  const path = resolve(startsWith(text, 'file:') ? fileURLToPath(text) : text)
  if (!mayOpen(path, readOnly)) throw denied(readOnly ? 'FileSystemRead' : 'FileSystemWrite', path)
  return path
}

function hrefOf(given: unknown): string {
  const { href } = (given ?? {}) as { href?: unknown }
  if (typeof href !== 'string')
    throw new TypeError('The path of a database is a string, a Uint8Array or a URL.')
  return href
}

/** Unix sockets: whoever may talk to one may do what listens there does. All ways lead through the handle. */
function guardPipes(): void {
  const { Socket }: typeof import('node:net') = require('node:net')
  const refused = -13 // EACCES, as the system says it
  const socket = new Socket()
  socket.on('error', () => {})
  socket.connect({ path: resolve(process.execPath, 'none') })
  const handle: object | null = Reflect.get(socket, '_handle')
  socket.destroy()
  const prototype: object = Object.getPrototypeOf(handle ?? {})
  const bind = Reflect.get(prototype, 'bind') as Fn
  const connect = Reflect.get(prototype, 'connect') as Fn
  replace(prototype, 'bind', function (this: object, path: unknown) {
    const text = resolve(`${path}`)
    return may('write', text) ? apply(bind, this, [text]) : refused
  })
  replace(prototype, 'connect', function (this: object, request: unknown, path: unknown) {
    const text = resolve(`${path}`)
    return mayOpen(text, false) ? apply(connect, this, [request, text]) : refused
  })
}

/** Signals to others: one of them starts a debugger in a process that is not locked. */
function guardProcess(): void {
  const { kill } = process
  const rawKill: Fn = Reflect.get(process, '_kill')
  const onlyOwn = (original: Fn) => (id: unknown, signal: unknown) => {
    if (Number(id) !== ownId) throw denied('Signal', `${id}`)
    return apply(original, process, [ownId, signal])
  }
  replace(process, '_kill', onlyOwn(rawKill))
  replace(process, 'kill', onlyOwn(kill as Fn))
  for (const name of ['_debugProcess', '_debugEnd']) {
    if (name in process)
      replace(process, name, () => {
        throw denied('Inspector')
      })
  }
}

/** V8 and the tracer write files that nobody is asked about. */
function guardDiagnostics(): void {
  const refuse = (what: string) => () => {
    throw denied(what)
  }
  const v8: object = require('node:v8')
  replace(v8, 'setFlagsFromString', refuse('V8 flags'))
  replace(v8, 'setHeapSnapshotNearHeapLimit', refuse('Heap snapshots'))
  replace(require('node:trace_events'), 'createTracing', refuse('Tracing'))
}

guardSqlite()
guardPipes()
guardProcess()
guardDiagnostics()
syncBuiltinESMExports()
