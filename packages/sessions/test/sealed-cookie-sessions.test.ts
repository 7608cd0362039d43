import { generateKey, KeyRing, Sealer, TimedSigner } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { sealedCookieSessions, signedCookieSessions } from '../src/index.ts'

const start = 1_750_000_000
const keys = new KeyRing(generateKey())
const sessions = sealedCookieSessions({ keys })
const { cookieName } = sessions
const sentBack = (setCookie: string | null) => (setCookie ?? '').split(';')[0] ?? ''
const good = sentBack(sessions.save(sessions.open(undefined, start).set('user', 'ann'), start))
const token = good.slice(cookieName.length + 1)

describe('a sealed session cookie', () => {
  it('gives the data back, to the server only', () => {
    expect(sessions.open(good, start).get('user')).toBe('ann')
    for (const part of token.split('.'))
      expect(Buffer.from(part, 'base64url').toString()).not.toContain('ann')
  })

  it('is __Host-, Secure, HttpOnly, SameSite=Lax and for the whole host', () => {
    const setCookie = sessions.save(sessions.open(undefined).set('user', 7))
    expect(setCookie).toMatch(/^__Host-session=[\w.-]+; Secure; HttpOnly; Path=\/; SameSite=Lax$/)
  })

  it('is not sent again when nothing has changed, and is other bytes when it is', () => {
    const session = sessions.open(good, start)
    session.get('user')
    expect(sessions.save(session, start)).toBeNull()
    expect(sentBack(sessions.save(session.set('a', 1), start))).not.toBe(good)
  })

  it.each([
    ['idle for half an hour', 1800, 'idle'],
    ['twelve hours old', 43_200, 'expired'],
    ['from the future', -60, 'notYetValid'],
  ])('%s, is refused', (_, seconds, reason) => {
    expect(sessions.open(good, start + seconds).refused?.reason).toBe(reason)
  })

  it('with any byte changed, gives a fresh session and the reason, never an error', () => {
    for (let i = 0; i < token.length; i++)
      for (const other of ['A', '_', '.', '=', '\u0100']) {
        const altered = token.slice(0, i) + other + token.slice(i + 1)
        if (altered === token) continue
        const session = sessions.open(`${cookieName}=${altered}`, start)
        expect(session.get('user'), altered).toBeUndefined()
        expect(session.refused?.reason, altered).toMatch(/^(tampered|unknownKey)$/)
      }
  })

  it('is worth nothing as a signed one, and the other way round', () => {
    const signed = signedCookieSessions({ keys })
    const signedCookie = sentBack(signed.save(signed.open(undefined, start).set('user', 'eve'), start))
    expect(signed.open(good, start).refused?.reason).toBe('tampered')
    expect(sessions.open(signedCookie, start).refused?.reason).toBe('tampered')
  })

  it('cannot be made from another token of the same keys', () => {
    const text = `[1,"id",${start},0,0,[],["user","eve"]]`
    const tokens = [
      new Sealer({ keys, purpose: 'draft' }).seal(text, { now: start }),
      new TimedSigner({ keys, purpose: 'session:session' }).sign(text, { now: start }),
    ]
    for (const each of tokens)
      expect(sessions.open(`${cookieName}=${each}`, start).refused?.reason).toBe('tampered')
  })

  it('opens with an older key after rotation, and not when that is gone', () => {
    const ring = new KeyRing(generateKey())
    const rotating = sealedCookieSessions({ keys: ring })
    const cookie = sentBack(rotating.save(rotating.open(undefined, start).set('user', 7), start))
    const newest = generateKey()
    ring.add(newest)
    expect(rotating.open(cookie, start).get('user')).toBe(7)
    ring.replace([newest])
    expect(rotating.open(cookie, start).refused?.reason).toBe('unknownKey')
  })
})
