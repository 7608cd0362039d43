import { channel } from 'node:diagnostics_channel'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore } from '@dewar/stores'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type App,
  abort,
  redirect,
  reportSecurityEvent,
  request,
  type SecurityEvent,
  session,
} from '../src/index.ts'
import { type RequestInit, testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const events: SecurityEvent[] = []
const keep = (event: unknown): void => void events.push(event as SecurityEvent)

beforeEach(() => {
  events.length = 0
  channel('dewar:security').subscribe(keep)
})
afterEach(() => {
  channel('dewar:security').unsubscribe(keep)
})

/** An app with something to attack in each corner, and what it logs. */
function attacked(lines: Record<string, unknown>[] = []): App {
  const root = mkdtempSync(join(tmpdir(), 'dewar-events-'))
  mkdirSync(join(root, 'static'))
  writeFileSync(join(root, 'static', 'a.txt'), 'a')
  const app = makeApp({
    root,
    config: { TRUSTED_HOSTS: ['localhost'], MAX_CONTENT_LENGTH: 100 },
    logger: { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  })
  app.get('/', () => `${session.get('n') ?? 0}`)
  app.post('/save', async () => (await request.form()).get('a') ?? 'saved')
  app.get('/go', () => redirect(request.args.get('next')))
  app.get('/often', { limit: '1/minute' }, () => 'x')
  app.get('/forbidden', () => abort(403))
  app.get('/policy', { access: () => false }, () => 'x')
  return app
}

interface Attack {
  readonly type: SecurityEvent['type']
  readonly what: string
  readonly method?: 'POST'
  readonly path: string
  readonly init?: RequestInit
  readonly times?: number
  readonly details: object
}

const attacks: readonly Attack[] = [
  {
    type: 'csrf-refused',
    what: 'no token',
    method: 'POST',
    path: '/save',
    init: { csrf: false },
    details: { reason: 'missing' },
  },
  {
    type: 'csrf-refused',
    what: 'another site',
    method: 'POST',
    path: '/save',
    init: { headers: { Origin: 'https://evil.example' } },
    details: { reason: 'origin' },
  },
  {
    type: 'host-refused',
    what: 'a foreign host',
    path: '/',
    init: { host: 'evil.example' },
    details: { host: 'evil.example' },
  },
  {
    type: 'limit-hit',
    what: 'a large body',
    method: 'POST',
    path: '/save',
    init: { form: { a: 'x'.repeat(200) } },
    details: { limit: 'MAX_CONTENT_LENGTH' },
  },
  {
    type: 'rate-exceeded',
    what: 'flooding',
    path: '/often',
    times: 2,
    details: { retryAfter: expect.any(Number) },
  },
  {
    type: 'redirect-refused',
    what: 'a target off this site',
    path: '/go?next=https://evil.example/p?token=T0KEN',
    details: { target: 'https://evil.example/p' },
  },
  { type: 'traversal-refused', what: 'dots', path: '/static/../../etc/passwd', details: {} },
  { type: 'traversal-refused', what: 'encoded dots', path: '/static/%2e%2e/%2e%2e/etc/passwd', details: {} },
  {
    type: 'traversal-refused',
    what: 'twice encoded dots',
    path: '/static/%252e%252e%252fetc/passwd',
    details: {},
  },
  { type: 'traversal-refused', what: 'backslashes', path: '/static/..%5c..%5cetc', details: {} },
  { type: 'access-refused', what: 'no right', path: '/forbidden', details: { status: 403 } },
]

describe('a refusal', () => {
  it.each(attacks)('is a typed event and a line of the log: $type, for $what', async (attack) => {
    const lines: Record<string, unknown>[] = []
    const client = testClient(attacked(lines))
    for (let i = 0; i < (attack.times ?? 1); i++)
      await client.open(attack.method ?? 'GET', attack.path, attack.init)
    expect(events).toEqual([
      {
        type: attack.type,
        app: 'dewar',
        time: expect.any(Number),
        request: expect.objectContaining({
          method: attack.method ?? 'GET',
          path: attack.path.split('?')[0],
          remoteAddr: '127.0.0.1',
        }),
        details: expect.objectContaining(attack.details),
      },
    ])
    expect(lines.filter(({ securityEvent }) => securityEvent === attack.type)).toEqual([
      expect.objectContaining({ level: 40, requestId: events[0]?.request?.id }),
    ])
    expect(JSON.stringify([lines, events])).not.toContain('T0KEN')
  })

  it.each([
    { what: 'altered', value: (cookie: string) => `${cookie.slice(0, -2)}AA`, reason: 'tampered' },
    { what: 'invented', value: () => 'eyJhbGciOiJub25lIn0.e30.', reason: expect.any(String) },
  ])('of a session cookie that was $what is one, without the cookie', async ({ value, reason }) => {
    const client = testClient(attacked())
    await client.sessionTransaction((data) => data.set('n' as never, 1 as never))
    const forged = value(client.getCookie('__Host-session') ?? '')
    client.setCookie('__Host-session', forged)
    await client.get('/')
    expect(events).toMatchObject([{ type: 'signature-refused', details: { what: 'session', reason } }])
    expect(JSON.stringify(events)).not.toContain(forged)
  })
})

describe('a session that is over', () => {
  it.each([
    ['unused for too long', { SESSION_IDLE_TIMEOUT: 60 }, 61, 'idle'],
    ['past its end', { SESSION_IDLE_TIMEOUT: 7200, PERMANENT_SESSION_LIFETIME: 7200 }, 7300, 'expired'],
  ] as const)('is told of, not as an attack: %s', async (_what, config, seconds, reason) => {
    let now = 1_800_000_000
    const lines: Record<string, unknown>[] = []
    const logger = { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } }
    const app = makeApp({ now: () => now, config, logger })
    app.get('/', () => `${session.get('n' as never) ?? 0}`)
    app.get('/set', () => {
      session.set('n' as never, 1 as never)
      return 'x'
    })
    const client = testClient(app)
    await client.get('/set')
    now += seconds
    client.setCookie('__Host-session', client.getCookie('__Host-session') ?? '')
    expect((await client.get('/')).text).toBe('0')
    expect(events).toMatchObject([{ type: 'session-expired', details: { reason } }])
    expect(lines.filter(({ securityEvent }) => securityEvent !== undefined)).toMatchObject([
      { level: 30, securityEvent: 'session-expired' },
    ])
  })

  it('is told of where the store does not know it', async () => {
    const app = makeApp({ config: { SESSION_TYPE: 'stored' }, store: new MemoryStore() })
    app.get('/', () => `${session.get('n' as never) ?? 0}`)
    const client = testClient(app)
    client.setCookie('__Host-session', 'A'.repeat(43))
    await client.get('/')
    expect(events).toMatchObject([{ type: 'session-expired', details: { reason: 'unknown' } }])
  })
})

describe('what is no attack', () => {
  it.each([
    { what: 'a page', path: '/' },
    { what: 'a form of this site', method: 'POST', path: '/save', init: { form: { a: '1' } } },
    { what: 'a missing page', path: '/nope' },
    { what: 'a missing file', path: '/static/b.txt' },
    { what: 'a file', path: '/static/a.txt' },
    { what: 'a name with dots', path: '/static/a..b' },
    { what: 'dots in a query', path: '/?path=../x' },
    { what: 'a redirect within the site', path: '/go?next=/' },
    { what: 'a stranger who has to log in', path: '/policy' },
  ])('is no event: $what', async ({ method = 'GET', path, init }) => {
    await testClient(attacked()).open(method, path, init)
    expect(events).toEqual([])
  })
})

describe('reportSecurityEvent', () => {
  it('tells of logins in the words of the app', async () => {
    const lines: Record<string, unknown>[] = []
    const app = attacked(lines)
    app.get('/in', () => {
      reportSecurityEvent('login-failed', { account: 'ada' })
      reportSecurityEvent('login-succeeded', { account: 'ada' })
      return 'x'
    })
    await testClient(app).get('/in')
    expect(events.map(({ type, request: place }) => [type, place?.path])).toEqual([
      ['login-failed', '/in'],
      ['login-succeeded', '/in'],
    ])
    expect(lines.map(({ level, securityEvent }) => [level, securityEvent])).toEqual([
      [40, 'login-failed'],
      [30, 'login-succeeded'],
      [30, undefined],
    ])
  })

  it('works in a command, and outside of any context', () => {
    const app = attacked()
    app.context(() => reportSecurityEvent('password-changed', { account: 'ada' }))
    reportSecurityEvent('password-changed', {})
    expect(events).toMatchObject([
      { app: 'dewar', request: null, details: { account: 'ada' } },
      { app: '', request: null },
    ])
  })

  it('gives events that nobody can change', () => {
    reportSecurityEvent('logged-out', {})
    expect(Object.isFrozen(events[0])).toBe(true)
  })
})
