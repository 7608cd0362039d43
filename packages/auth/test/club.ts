/** What the tests of logins share: a club with members, a clock, and every way in and out. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { generateKey } from '@dewar/signing'
import { MemoryStore, type Store } from '@dewar/stores'
import { type App, type ConfigInput, createApp, request, type SecurityEvent, session } from 'dewar'
import { type TestClient, testClient } from 'dewar/testing'
import { onTestFinished } from 'vitest'
import { type Auth, type AuthOptions, createAuth } from '../src/index.ts'

export interface Member {
  readonly id: number
  readonly name: string
  password: string
  isActive: boolean
  token: string
}

export const sessionCookie = '__Host-session'
export const rememberCookie = '__Host-remember_token'

export interface Club {
  readonly app: App
  readonly auth: Auth<Member>
  readonly members: Map<string, Member>
  readonly store: Store
  readonly clock: { now: number }
  /** A browser, with cookies of its own. */
  browser(headers?: Record<string, string>, remoteAddr?: string): TestClient
  /** A copy of a browser's cookies, in another hand. */
  thiefOf(client: TestClient): TestClient
}

export interface ClubOptions {
  readonly options?: Partial<AuthOptions<Member>>
  readonly config?: ConfigInput
  readonly clock?: { now: number }
}

const number = (name: string) => {
  const text = request.args.get(name)
  return text === undefined ? undefined : Number(text)
}

export function makeClub({
  options = {},
  config = {},
  clock = { now: 1_800_000_000 },
}: ClubOptions = {}): Club {
  const now = () => clock.now
  const store = new MemoryStore({ now })
  const app = createApp({
    config: { SECRET_KEY: generateKey(), ...config },
    environment: {},
    logger: { level: 'silent' },
    store,
    now,
  })
  const member = (id: number, name: string): Member => ({
    id,
    name,
    password: `hash-${id}`,
    isActive: true,
    token: `t${id}`,
  })
  const members = new Map([
    ['1', member(1, 'ada')],
    ['2', member(2, 'bob')],
  ])
  const auth = createAuth<Member>(app, {
    load: async (id) => members.get(id),
    passwordHash: (user) => user.password,
    loginView: 'login',
    ...options,
  })
  addRoutes(app, auth, members)
  const browser = (headers: Record<string, string> = {}, remoteAddr = '192.0.2.1') =>
    testClient(app, { defaults: { headers, remoteAddr } })
  const thiefOf = (client: TestClient) => {
    const thief = browser()
    for (const name of [sessionCookie, rememberCookie]) {
      const value = client.getCookie(name)
      if (value !== undefined) thief.setCookie(name, value)
    }
    return thief
  }
  return { app, auth, members, store, clock, browser, thiefOf }
}

function addRoutes(app: App, auth: Auth<Member>, members: ReadonlyMap<string, Member>): void {
  const who = () => auth.user?.name ?? 'stranger'
  app.get('/login', { endpoint: 'login' }, () => 'the login page')
  app.get('/again', { endpoint: 'again' }, () => 'the password again')
  app.get('/as/<id>', ({ id }) => {
    const { args } = request
    const isIn = auth.login(members.get(id) as Member, {
      remember: args.has('remember'),
      fresh: !args.has('stale'),
      force: args.has('force'),
      duration: number('duration'),
    })
    return isIn ? who() : 'inactive'
  })
  app.get('/out', () => {
    auth.logout()
    return who()
  })
  app.get('/confirm', () => {
    auth.confirmLogin()
    return String(auth.isFresh)
  })
  app.get('/who', () => who())
  app.get('/how', () => [who(), auth.isFresh, auth.source])
  app.get('/members', { access: 'authenticated' }, () => who())
  app.post('/members', { access: 'authenticated' }, () => `posted by ${who()}`)
  app.get('/money', { access: 'fresh' }, () => `money of ${who()}`)
  app.get('/id', () => session.id)
  app.get('/everywhere', async () => {
    await auth.logoutEverywhere(auth.user as Member, { exceptThis: request.args.has('except') })
    return who()
  })
  app.get('/change/<id>/<hash>', async ({ id, hash }) => {
    const user = members.get(id) as Member
    user.password = hash
    await auth.passwordChanged(user, { exceptThis: !request.args.has('all') })
    return who()
  })
  app.get('/sessions', async () => auth.sessions())
  app.get('/end/<handle>', async ({ handle }) => String(await auth.endSession(handle)))
}

/** How a browser is known: name, freshness, source. */
export async function how(client: TestClient): Promise<unknown> {
  return (await client.get('/how')).json()
}

export async function who(client: TestClient): Promise<string> {
  return (await client.get('/who')).text
}

/** What `dewar:security` says from now on: the types and details. */
export function watchSecurity(): (readonly [string, unknown])[] {
  const seen: (readonly [string, unknown])[] = []
  const listener = (message: unknown) => {
    const { type, details } = message as SecurityEvent
    seen.push([type, details])
  }
  subscribe('dewar:security', listener)
  onTestFinished(() => void unsubscribe('dewar:security', listener))
  return seen
}
