/**
 * The four globals: `request`, `session`, `g` and `currentApp` stand for whatever the current context holds. Each is one
 * object with accessors made once from the class behind it, which is some ten times cheaper than a `Proxy`; `g`, whose
 * names are the app's own, is the one `Proxy`. Dewar's own code passes the objects themselves and never reads these.
 */
import { Session } from '@dewar/sessions'
import { App } from './app.ts'
import type { Globals, SessionData } from './augment.ts'
import { useContext, useRequest } from './context.ts'
import { AppRequest } from './request.ts'

/**
 * The current request.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` when read outside a request
 * @see Flask: `flask.request`
 */
export const request: AppRequest = createStandIn(
  new AppRequest({ method: 'GET', target: '/', headers: [] }),
  (name) => useRequest(`request.${name}`),
)

/**
 * The current session: a map typed by `interface SessionData`. It is opened at the first touch and saved if it changed.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` when read outside a request
 * @see Flask: `flask.session`
 */
export const session: Session<SessionData> = createStandIn(
  new Session<SessionData>({ record: null, now: 0 }),
  (name) => useContext(`session.${name}`).session,
)

/**
 * The current app.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` when read outside a context
 * @see Flask: `flask.current_app`
 */
export const currentApp: App = createStandIn(
  new App({ environment: {}, staticFolder: null }, () => {}),
  (name) => useContext(`currentApp.${name}`).app,
)

/**
 * A place for the data of one request, typed by `interface Globals`; a name that was never set is `undefined`.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` when read outside a context
 * @see Flask: `flask.g`
 */
export const g: Globals = new Proxy(Object.create(null) as Globals, {
  get: (_target, name) => Reflect.get(useContext(`g.${String(name)}`).g, name),
  set: (_target, name, value) => Reflect.set(useContext(`g.${String(name)}`).g, name, value),
  has: (_target, name) => Reflect.has(useContext(`g.${String(name)}`).g, name),
  deleteProperty: (_target, name) => Reflect.deleteProperty(useContext(`g.${String(name)}`).g, name),
  ownKeys: () => Reflect.ownKeys(useContext('g').g),
  getOwnPropertyDescriptor: (_target, name) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(useContext('g').g, name)
    return descriptor === undefined ? undefined : { ...descriptor, configurable: true }
  },
})

/** An object with every property of `sample` (its own and its classes'), each read from whatever `find` gives then. */
function createStandIn<T extends object>(sample: T, find: (name: string) => T): T {
  const standIn = Object.create(null)
  const define = (name: string | symbol) => Object.defineProperty(standIn, name, accessor(name, find))
  for (let level: object | null = sample; level !== null && level !== Object.prototype; ) {
    for (const name of Reflect.ownKeys(level)) if (!Object.hasOwn(standIn, name)) define(name)
    level = Object.getPrototypeOf(level)
  }
  return standIn
}

function accessor<T extends object>(name: string | symbol, find: (name: string) => T): PropertyDescriptor {
  const shown = String(name)
  return {
    enumerable: false,
    configurable: false,
    get: () => {
      const object = find(shown)
      const value: unknown = Reflect.get(object, name)
      return typeof value === 'function' ? value.bind(object) : value
    },
    set: (value: unknown) => {
      Reflect.set(find(shown), name, value)
    },
  }
}
