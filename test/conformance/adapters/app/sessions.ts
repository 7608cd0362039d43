/** Sessions and flashed messages over several requests of one visitor. */
import { abort, flash as flashMessage, getFlashedMessages, session } from 'dewar'
import { type TestResponse, testClient } from 'dewar/testing'
import { build } from './build.ts'
import type { Step } from './steps.ts'

declare module 'dewar' {
  interface SessionData {
    [key: string]: unknown
  }
}

type Do = (first: unknown, second: unknown, read: unknown[]) => unknown

const actions: Readonly<Record<string, Do>> = {
  set: (key, value) => session.set(String(key), value),
  get: (key, _, read) => read.push(session.get(String(key)) ?? null),
  contains: (key, _, read) => read.push(session.has(String(key))),
  all: (_first, _second, read) =>
    read.push({
      ...(session.permanent ? { _permanent: true } : {}),
      ...Object.fromEntries(session.entries()),
    }),
  setdefault(key, value, read) {
    if (!session.has(String(key))) session.set(String(key), value)
    read.push(session.get(String(key)))
  },
  append: (key, value) => (session.get(String(key)) as unknown[]).push(value),
  delete: (key) => session.delete(String(key)),
  clear: () => session.clear(),
  update(values) {
    for (const [key, value] of Object.entries(values as object)) session.set(key, value)
  },
  permanent(flag) {
    session.permanent = flag === true
  },
  modified: () => session.accessed,
  abort: (status) => abort(Number(status)),
  raise() {
    throw new Error('raised')
  },
}

interface LifetimeInput {
  readonly config: Record<string, unknown>
  readonly requests: readonly {
    readonly at: number
    readonly do: readonly Step[]
    readonly cookie?: string
  }[]
}

export async function session_lifetime({ config, requests }: LifetimeInput) {
  let now = 0
  let todo: readonly Step[] = []
  let read: unknown[] = []
  const app = build({ config }, [], { now: () => now })
  app.get('/', () => {
    for (const [name, first, second] of todo) actions[name]?.(first, second, read)
    return 'done'
  })
  const name = String(config['SESSION_COOKIE_NAME'] ?? 'session')
  let kept: string | null = null
  const answers: unknown[] = []
  for (const { at, do: steps, cookie } of requests) {
    ;[now, todo, read] = [at, steps, []]
    const sent = cookie === undefined ? kept : `${name}=${cookie}`
    const scheme = config['SESSION_COOKIE_SECURE'] === true ? 'https' : 'http'
    const headers = sent === null ? {} : { Cookie: sent }
    const response = await testClient(app).get('/', { scheme, headers })
    const set = response.headers.get('Set-Cookie')
    if (set !== null) kept = set.startsWith(`${nameIn(set)}=;`) ? null : (set.split(';', 1)[0] ?? null)
    answers.push({ status: response.status, read, vary: varyOf(response), set_cookie: attributesOf(set) })
  }
  return answers
}

function nameIn(cookie: string): string {
  return cookie.slice(0, cookie.indexOf('='))
}

/** Error pages depend on `Accept`, too. */
function varyOf(response: TestResponse): string | null {
  return response.headers.getAll('Vary').join(', ').includes('Cookie') ? 'Cookie' : null
}

function attributesOf(cookie: string | null) {
  if (cookie === null) return null
  const [pair = '', ...rest] = cookie.split('; ')
  const attributes = Object.fromEntries(
    rest.map((part) => {
      const [name = '', value] = part.split('=')
      return [name.toLowerCase(), value ?? true]
    }),
  )
  return { name: nameIn(pair), empty: pair.endsWith('='), attributes }
}

interface FlashInput {
  readonly requests: readonly (readonly Step[])[]
}

interface GetOptions {
  readonly with_categories?: boolean
  readonly category_filter?: readonly string[]
}

export async function flash({ requests }: FlashInput) {
  let todo: readonly Step[] = []
  let read: unknown[] = []
  const app = build({})
  app.get('/', () => {
    for (const [name, first, second] of todo) {
      if (name === 'flash') flashMessage(String(first), second as string | undefined)
      else read.push(getFlashed((first ?? {}) as GetOptions))
    }
    return 'done'
  })
  const client = testClient(app)
  const answers: unknown[] = []
  for (const steps of requests) {
    ;[todo, read] = [steps, []]
    const response = await client.get('/')
    const set = attributesOf(response.headers.get('Set-Cookie'))
    const cookie = set === null ? null : set.empty ? 'deleted' : 'set'
    answers.push({ read, vary: varyOf(response), cookie })
  }
  return answers
}

function getFlashed({ with_categories: withCategories = false, category_filter: categories }: GetOptions) {
  return withCategories
    ? getFlashedMessages({ withCategories: true, categories })
    : getFlashedMessages({ categories })
}
