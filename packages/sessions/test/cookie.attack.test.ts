import { randomBytes } from 'node:crypto'
import { generateKey, KeyRing, TimedSigner } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { signedCookieSessions } from '../src/index.ts'

const keys = new KeyRing(generateKey())
const now = 1_750_000_000
const sessions = signedCookieSessions({ keys })
const { cookieName } = sessions
const good = (sessions.save(sessions.open(undefined, now).set('user', 7), now) ?? '').split(';')[0] ?? ''
const token = good.slice(cookieName.length + 1)

describe('a session cookie', () => {
  it('untouched, is accepted', () => {
    const session = sessions.open(good, now)
    expect([session.get('user'), session.refused]).toEqual([7, undefined])
  })

  it('with any byte changed, gives a fresh session and the reason, never an error', () => {
    for (let i = 0; i < token.length; i++)
      for (const other of ['A', '_', '.', '=', '%', ' ', '\u0100']) {
        const altered = token.slice(0, i) + other + token.slice(i + 1)
        if (altered === token) continue
        const session = sessions.open(`${cookieName}=${altered}`, now)
        expect(session.get('user'), altered).toBeUndefined()
        expect(session.refused?.reason, altered).toMatch(/^(tampered|unknownKey)$/)
      }
  })

  it.each([200, 256, 1000])('is found among %i cookies, wherever it stands', (count) => {
    const others = Array.from({ length: count - 1 }, (_, i) => `c${i}=${i}`)
    for (const header of [
      [good, ...others],
      [...others, good],
    ])
      expect(sessions.open(header.join('; '), now).get('user')).toBe(7)
  })

  it('is its name alone: no white space but blanks and tabs goes before it', () => {
    for (const space of ['\u00a0', '\u000b', '\u000c', '\u0085', '\ufeff'])
      expect(sessions.open(`${space}${good}`, now).hadCookie).toBe(false)
    expect(sessions.open(` \t${good}\t `, now).get('user')).toBe(7)
  })

  it('is not swallowed by a quote that another cookie opens', () => {
    const session = sessions.open(`a="x; ${good}; b=y"`, now)
    expect(session.get('user')).toBe(7)
  })

  it('cut off anywhere, is refused', () => {
    for (let i = 0; i < token.length; i++) {
      const session = sessions.open(`${cookieName}=${token.slice(0, i)}`, now)
      expect([session.isNew, session.hadCookie]).toEqual([true, true])
    }
  })

  it('refused once, is deleted, so that it is not sent for ever', () => {
    const session = sessions.open(`${cookieName}=x.y.z`, now)
    expect(session.refused?.reason).toBe('tampered')
    expect(sessions.save(session, now)).toMatch(/^__Host-session=; .*Max-Age=0/)
  })

  it('from the future is refused', () => {
    expect(sessions.open(good, now - 60).refused?.reason).toBe('notYetValid')
  })

  it('of the same keys under another name is refused', () => {
    const other = signedCookieSessions({ keys, cookieName: 'admin' })
    const cookie = other.save(other.open(undefined, now).set('user', 1), now) ?? ''
    const value = cookie.split(';')[0]?.split('=')[1]
    expect(other.open(`${other.cookieName}=${value}`, now).get('user')).toBe(1)
    expect(sessions.open(`${cookieName}=${value}`, now).refused?.reason).toBe('tampered')
  })

  it('of the same keys but another purpose is refused', () => {
    const reset = new TimedSigner({ keys, purpose: 'reset' }).sign('[1,"id",1750000000,0,0,[],["user",1]]', {
      now,
    })
    expect(sessions.open(`${cookieName}=${reset}`, now).refused?.reason).toBe('tampered')
  })

  it.each([
    ['no JSON', 'x'],
    ['another version', '[2,"id",1750000000,0,0,[],[]]'],
    ['an object', '{}'],
    ['too few parts', '[1,"id"]'],
    ['an odd list', '[1,"id",1750000000,0,0,[],["a"]]'],
    ['keys that are no text', '[1,"id",1750000000,0,0,[],[1,2]]'],
  ])('that is authentic but %s is unreadable, not an error', (_, payload) => {
    const foreign = new TimedSigner({ keys, purpose: 'session:session' }).sign(payload, { now })
    expect(sessions.open(`${cookieName}=${foreign}`, now).refused?.reason).toBe('unreadable')
  })

  it('whose authentic values are of no known form gives undefined for them', () => {
    const data = '["a",{"$bigint":"x"},"b",{"$eval":"1"},"c",{"$map":7},"d",1]'
    const foreign = new TimedSigner({ keys, purpose: 'session:session' }).sign(
      `[1,"id",${now},0,0,[],${data}]`,
      { now },
    )
    const session = sessions.open(`${cookieName}=${foreign}`, now)
    expect(['a', 'b', 'c', 'd'].map((key) => session.get(key))).toEqual([undefined, undefined, undefined, 1])
  })

  it('that is huge is refused without being hashed', () => {
    expect(sessions.open(`${cookieName}=${'A'.repeat(1e6)}`, now).refused?.reason).toBe('tooLarge')
  })

  it('set from a subdomain before the true one does not sign the visitor out', () => {
    expect(sessions.open(`${cookieName}=evil; ${good}`, now).get('user')).toBe(7)
  })

  it('among a thousand others gives a fresh session, not an error', () => {
    const header = Array.from({ length: 1000 }, (_, i) => `${cookieName}=x${i}`).join('; ')
    expect(sessions.open(header, now).isNew).toBe(true)
  })

  it('of random bytes is refused, 2,000 times', () => {
    for (let i = 0; i < 2000; i++) {
      const session = sessions.open(`${cookieName}=${randomBytes(i % 90).toString('latin1')}`, now)
      expect(session.isNew).toBe(true)
    }
  })
})

describe('an id chosen by an attacker', () => {
  it('is not adopted, whatever the cookie says', () => {
    const session = sessions.open(`${cookieName}=my-chosen-id`, now).set('a', 1)
    expect(session.id).not.toContain('my-chosen-id')
  })

  it('given to a victim in a good cookie does not survive the login', () => {
    const planted = sessions.open(good, now)
    const before = planted.id
    planted.regenerate()
    planted.set('user', 42)
    expect(planted.id).not.toBe(before)
    expect(sessions.open(good, now).get('user')).toBe(7)
  })
})

describe('prototypes', () => {
  it('are not polluted by what a session holds', () => {
    const session = sessions
      .open(undefined, now)
      .set('a', JSON.parse('{"constructor":{"prototype":{"polluted":1}}}'))
    const cookie = (sessions.save(session, now) ?? '').split(';')[0]
    sessions.open(cookie, now).get('a')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
