import { randomBytes } from 'node:crypto'
import { CompactSign, compactVerify, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { BadPayload, generateKey, KeyRing, Signer, TimedSigner, UnknownKey } from '../src/index.ts'

const ring = new KeyRing([generateKey(), generateKey()])
const now = 1_750_000_000

function bytesFor(keys: KeyRing, purpose: string, use: 'sign' | 'sign-timed'): Uint8Array {
  return new Uint8Array(keys.derive(purpose, use).newest.secret.export())
}

const texts = [
  ['empty text', ''],
  ['ASCII', 'user=7'],
  ['JSON', '{"a":[1,"\\"",null]}'],
  ['text beyond ASCII', 'é ☃ 🎉'],
  ['control characters', '\0\n\u2028'],
  ['4 kB', 'x'.repeat(4096)],
  ['random bytes as text', randomBytes(200).toString('base64url')],
] as const

describe('jose and Dewar agree', () => {
  it.each(texts)('jose verifies a Signer token of %s', async (_, text) => {
    const token = new Signer({ keys: ring, purpose: 'mail' }).sign(text)
    const { payload, protectedHeader } = await compactVerify(token, bytesFor(ring, 'mail', 'sign'), {
      algorithms: ['HS256'],
    })
    expect(new TextDecoder().decode(payload)).toBe(text)
    expect(protectedHeader).toEqual({ alg: 'HS256', kid: ring.ids[0] })
  })

  it.each(texts)('jose verifies a TimedSigner token of %s as a JSON Web Token', async (_, text) => {
    const token = new TimedSigner({ keys: ring, purpose: 'mail', now: () => now, maxAge: 60 }).sign(text)
    const { payload } = await jwtVerify(token, bytesFor(ring, 'mail', 'sign-timed'), {
      algorithms: ['HS256'],
      audience: 'mail',
      typ: 'JWT',
      currentDate: new Date((now + 59) * 1000),
    })
    expect(payload).toEqual({ aud: 'mail', iat: now, exp: now + 60, data: text })
  })

  it('jose finds a TimedSigner token expired at the very second at which Dewar does', async () => {
    const signer = new TimedSigner({ keys: ring, purpose: 'mail', now: () => now, maxAge: 60 })
    const token = signer.sign('x')
    const jose = jwtVerify(token, bytesFor(ring, 'mail', 'sign-timed'), {
      currentDate: new Date((now + 60) * 1000),
    })
    await expect(jose).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' })
    expect(signer.verify(token, { now: now + 59 }).ok).toBe(true)
    expect(signer.verify(token, { now: now + 60 }).ok).toBe(false)
  })

  it.each(texts)("Dewar verifies jose's token of %s", async (_, text) => {
    const signer = new Signer({ keys: ring, purpose: 'mail' })
    const token = await new CompactSign(new TextEncoder().encode(text))
      .setProtectedHeader({ kid: ring.ids[0] ?? '', alg: 'HS256' }) // in another order than ours
      .sign(bytesFor(ring, 'mail', 'sign'))
    expect(signer.verify(token)).toEqual({ ok: true, payload: text })
  })

  it.each(texts)("Dewar verifies jose's JSON Web Token of %s", async (_, text) => {
    const signer = new TimedSigner({ keys: ring, purpose: 'mail', now: () => now })
    const token = await new SignJWT({ data: text })
      .setProtectedHeader({ typ: 'JWT', kid: ring.ids[0] ?? '', alg: 'HS256' })
      .setAudience('mail')
      .setIssuedAt(now)
      .setExpirationTime(now + 10)
      .sign(bytesFor(ring, 'mail', 'sign-timed'))
    expect(signer.verify(token)).toEqual({ ok: true, payload: text, issuedAt: now, expiresAt: now + 10 })
  })

  it('makes byte for byte the token that jose makes of the same header and payload', async () => {
    const ours = new Signer({ keys: ring, purpose: 'mail' }).sign('user=7')
    const theirs = await new CompactSign(new TextEncoder().encode('user=7'))
      .setProtectedHeader({ alg: 'HS256', kid: ring.ids[0] ?? '' })
      .sign(bytesFor(ring, 'mail', 'sign'))
    expect(ours).toBe(theirs)
  })
})

describe("what Dewar refuses of jose's", () => {
  const key = bytesFor(ring, 'mail', 'sign-timed')
  const signer = new TimedSigner({ keys: ring, purpose: 'mail', now: () => now })
  const kid = ring.ids[0] ?? ''

  it.each([
    ['no exp', { aud: 'mail', iat: now, data: 'x' }],
    ['no iat', { aud: 'mail', exp: now + 9, data: 'x' }],
    ['no aud', { iat: now, exp: now + 9, data: 'x' }],
    ['another aud', { aud: 'other', iat: now, exp: now + 9, data: 'x' }],
    ['a list as aud', { aud: ['mail'], iat: now, exp: now + 9, data: 'x' }],
    ['data that is no text', { aud: 'mail', iat: now, exp: now + 9, data: 7 }],
    ['a fraction as exp', { aud: 'mail', iat: now, exp: now + 0.5, data: 'x' }],
  ])('a well signed token with %s', async (_, claims) => {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(key)
    const result = signer.verify(token)
    expect(result.ok === false && result.reason).toBeInstanceOf(BadPayload)
  })

  it.each([
    ['the crit header', { alg: 'HS256', kid, crit: ['b64'], b64: true }],
    ['another typ', { alg: 'HS256', kid, typ: 'at+jwt' }],
    ['a jku', { alg: 'HS256', kid, jku: 'https://evil.example/keys' }],
    ['no kid', { alg: 'HS256' }],
  ])('a well signed token with %s', async (_, header) => {
    const claims = { aud: 'mail', iat: now, exp: now + 9, data: 'x' }
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader(header)
      .sign(key)
    expect(signer.verify(token)).toMatchObject({ ok: false, reason: { code: 'ERR_SIGNING_BAD_SIGNATURE' } })
  })

  it('a token of HS512 under the same key', async () => {
    const wide = new Uint8Array(64).fill(1)
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS512', kid }).sign(wide)
    expect(signer.verify(token)).toMatchObject({ ok: false, reason: { code: 'ERR_SIGNING_BAD_SIGNATURE' } })
  })

  it('a token of a key that is not in the ring, by its own name', async () => {
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'elsewhere' }).sign(key)
    const result = signer.verify(token)
    expect(result.ok === false && result.reason).toBeInstanceOf(UnknownKey)
    expect(result.ok === false && result.reason.details).toEqual({ keyId: 'elsewhere' })
  })
})
