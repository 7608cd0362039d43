import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { generateKey } from '@dewar/signing'
import {
  BadPayload,
  BadSignature,
  BadTimeSignature,
  SignatureExpired,
  type Text,
  UrlSafeTimedSerializer,
} from '@dewar/signing/itsdangerous'
import { describe, expect, it } from 'vitest'
import { FlaskUuid, flaskCookieSessions, flaskSerializer, flaskTuple, isFlaskTuple } from '../src/index.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
interface Case {
  readonly id: string
  readonly op: string
  readonly in: {
    secret_key: string
    fallbacks?: string[]
    data?: Json
    cookie?: string
    now: number
    max_age?: number
  }
  readonly out?: Json
  readonly error?: string
  readonly detail?: Record<string, Json>
}

const file = new URL('vectors/flask-session.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }
const start = 1_750_000_000

/** Values that JSON lacks are one-key objects in the vectors. */
function fromVector(json: Json): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(fromVector)
  const [key, value = null] = Object.entries(json)[0] ?? []
  if (Object.keys(json).length === 1) {
    if (key === '_tuple') return flaskTuple((value as Json[]).map(fromVector))
    if (key === '_b64') return new Uint8Array(Buffer.from(value as string, 'base64'))
    if (key === '_markup') return { toHtml: () => value as string }
    if (key === '_uuid') return new FlaskUuid(value as string)
    if (key === '_datetime') return new Date((value as number) * 1000)
  }
  return Object.fromEntries(Object.entries(json).map(([name, item]) => [name, fromVector(item)]))
}

function toVector(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return value as Json
  if (isFlaskTuple(value)) return { _tuple: value.map(toVector) }
  if (Array.isArray(value)) return value.map(toVector)
  if (value instanceof Uint8Array) return { _b64: Buffer.from(value).toString('base64') }
  if (value instanceof Date) return { _datetime: value.getTime() / 1000 }
  if (value instanceof FlaskUuid) return { _uuid: `${value}` }
  if ('toHtml' in value) return { _markup: (value.toHtml as () => string)() }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toVector(item)]))
}

function outcome({ op, in: input }: Case): Pick<Case, 'out' | 'error' | 'detail'> {
  const keys = [fromVector(input.secret_key) as Text, ...(input.fallbacks ?? []).toReversed()]
  const serializer = flaskSerializer({ keys, unsafeWeakKeys: true, now: () => input.now })
  try {
    if (op === 'flask_session_dump') return { out: serializer.dumps(fromVector(input.data ?? null) as never) }
    return { out: toVector(serializer.loads(input.cookie ?? '', { maxAge: input.max_age })) }
  } catch (error) {
    if (error instanceof BadPayload) return { error: 'BadPayload' }
    if (!(error instanceof BadSignature)) throw error
    const kind = error instanceof SignatureExpired ? 'SignatureExpired' : 'BadTimeSignature'
    const detail: Record<string, Json> = {}
    if (error.payload !== undefined) detail['payload'] = error.payload as string
    if (error instanceof BadTimeSignature && error.dateSigned !== undefined)
      detail['date_signed'] = error.dateSigned
    return {
      error: error instanceof BadTimeSignature ? kind : 'BadSignature',
      ...(Object.keys(detail).length > 0 ? { detail } : {}),
    }
  }
}

/** Flask decodes leniently: stray characters and spare low bits; ours accepts the canonical spelling only. */
const lenient: ReadonlySet<string> = new Set([
  'flask_session_load-tamper-4b6ccb8ac7',
  'flask_session_load-tamper-09b270f532',
  'flask_session_load-tamper-90757fd71e', // refused by both, but there the altered time still reads
])

describe('the value of the cookie', () => {
  it.each(cases.filter(({ id }) => !lenient.has(id)))('$id is as Flask has it', (each) => {
    const { out, error, detail } = each
    const ours = outcome(each)
    if (typeof out === 'object' && out !== null && 'compressed' in out && each.op === 'flask_session_dump') {
      const payload = (ours.out as string).slice(1).split('.')[0] ?? ''
      expect(inflateSync(Buffer.from(payload, 'base64url')).toString('utf8')).toBe(out['compressed'])
      return
    }
    expect(ours).toEqual(error === undefined ? { out } : detail === undefined ? { error } : { error, detail })
  })

  it.each(cases.filter(({ id }) => lenient.has(id)))('$id is refused, where Flask is lenient', (each) => {
    expect(outcome(each).error).toMatch(/^Bad/)
  })
})

const keys = generateKey()
const sessions = flaskCookieSessions({ keys, now: () => start })
const flask = flaskSerializer({ keys, now: () => start })
const cookieOf = (data: Record<string, unknown>) => `session=${flask.dumps(data)}`
const sentBack = (setCookie: string | null) => (setCookie ?? '').split(';')[0] ?? ''

describe('flaskCookieSessions', () => {
  it("reads Flask's cookie under Flask's name, messages and permanence included", () => {
    const session = sessions.open(
      cookieOf({
        _user_id: '7',
        _fresh: true,
        _permanent: true,
        _flashes: [flaskTuple(['message', 'Hi']), flaskTuple(['error', { toHtml: () => '<b>No</b>' }])],
        roles: flaskTuple(['a', 'b']),
        when: new Date(5000),
      }),
    )
    expect([...session.keys()]).toEqual(['_fresh', '_user_id', 'roles', 'when'])
    expect([session.get('_user_id'), session.get('roles'), session.get('when')]).toEqual([
      '7',
      ['a', 'b'],
      new Date(5000),
    ])
    expect([session.permanent, session.isNew, session.modified]).toEqual([true, false, false])
    const [hi, no] = session.takeFlashes()
    expect(hi).toEqual({ category: 'message', message: 'Hi' })
    expect(`${no?.message}`).toBe('<b>No</b>')
  })

  it('writes what Flask reads, tuples as tuples, and what is its own beside it', () => {
    const session = sessions.open(cookieOf({ roles: flaskTuple(['a']), user: 7 }))
    session.set('theme', 'dark')
    session.flash('Saved.')
    const setCookie = sessions.save(session)
    expect(setCookie).toMatch(/^session=[\w.-]+; Secure; HttpOnly; Path=\/; SameSite=Lax$/)
    const data = flask.loads(sentBack(setCookie).slice('session='.length))
    expect(toVector(data)).toMatchObject({
      roles: { _tuple: ['a'] },
      user: 7,
      theme: 'dark',
      _flashes: [{ _tuple: ['message', 'Saved.'] }],
      _dewar: [session.id, start, null],
    })
  })

  it('keeps id and CSRF secret when Flask has written in between', () => {
    const session = sessions.open(undefined).set('a', 1)
    const secret = session.csrfSecret
    const ours = flask.loads(sentBack(sessions.save(session)).slice('session='.length))
    const after = sessions.open(cookieOf({ ...(ours as object), b: 2 }))
    expect([after.id, after.csrfSecret, after.get('b')]).toEqual([session.id, secret, 2])
  })

  it('ends sessions by idle timeout and lifetime', () => {
    const cookie = cookieOf({ user: 7 })
    expect(sessions.open(cookie, start + 1799).get('user')).toBe(7)
    expect(sessions.open(cookie, start + 1800).refused?.reason).toBe('idle')
    expect(sessions.open(cookie, start + 43_200).refused?.reason).toBe('expired')
    expect(sessions.open(cookie, start - 6).refused?.reason).toBe('notYetValid')
  })

  it.each([
    ['tampered', 'session=eyJhIjoxfQ.aE7hgA.x', 'tampered'],
    ['no token', 'session=x', 'tampered'],
    ['not JSON', `session=${flaskRaw('{')}`, 'unreadable'],
    ['a list', `session=${flaskRaw('[1]')}`, 'unreadable'],
    ['a tag with something else in it', `session=${flaskRaw('{"a":{" u":"x"}}')}`, 'unreadable'],
    ['huge', `session=${'A'.repeat(10_000)}`, 'tooLarge'],
  ])('gives a fresh session for a cookie that is %s', (_, cookie, reason) => {
    const session = sessions.open(cookie)
    expect([session.isNew, session.refused?.reason]).toEqual([true, reason])
    expect(sessions.save(session)).toMatch(/^session=; .*Max-Age=0/)
  })

  it('accepts no cookie with a character exchanged', () => {
    const cookie = cookieOf({ user: 7 })
    for (let i = 'session='.length; i < cookie.length; i++)
      for (const other of ['A', 'b', '-', '=', '+']) {
        const altered = cookie.slice(0, i) + other + cookie.slice(i + 1)
        if (altered !== cookie) expect(sessions.open(altered).isNew, altered).toBe(true)
      }
  })

  it('refuses weak keys, where Flask takes any', () => {
    expect(() => flaskCookieSessions({ keys: 'dev' })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNING_WEAK_KEY' }),
    )
    expect(flaskCookieSessions({ keys: 'dev', unsafeWeakKeys: true }).cookieName).toBe('session')
  })

  it.each([
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['NaN', Number.NaN],
  ])('does not keep %s, which Flask could not read', (_, value) => {
    expect(() => sessions.open(undefined).set('v', value)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSIONS_VALUE' }),
    )
  })
})

function flaskRaw(text: string): string {
  const raw = { dump: () => text, load: () => ({}) }
  return rawSerializer(raw).dumps({})
}

function rawSerializer(serializer: { dump(): string; load(): object }) {
  return new UrlSafeTimedSerializer({
    keys,
    salt: 'cookie-session',
    keyDerivation: 'hmac',
    now: () => start,
    serializer: serializer as never,
  })
}
