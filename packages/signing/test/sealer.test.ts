import { createSecretKey, randomBytes } from 'node:crypto'
import { CompactEncrypt, EncryptJWT, jwtDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  BadPayload,
  generateKey,
  KeyRing,
  Sealer,
  SignatureExpired,
  TimedSigner,
  UnknownKey,
} from '../src/index.ts'
import { decrypt } from '../src/sealer.ts'

const keys = new KeyRing([generateKey(), generateKey()])
const now = 1_750_000_000
const sealer = new Sealer({ keys, purpose: 'draft', now: () => now, maxAge: 60 })
const kid = keys.ids[0] ?? ''
const key = new Uint8Array(keys.derive('draft', 'seal').newest.secret.export())
const texts = ['', 'x', 'é ☃ 🎉', '{"a":1}', 'y'.repeat(3000)]

describe('Sealer', () => {
  it.each(texts)('gives back %j, which does not stand in the token', (text) => {
    const token = sealer.seal(text)
    expect(sealer.open(token)).toEqual({ ok: true, payload: text, issuedAt: now, expiresAt: now + 60 })
    if (text.length > 1)
      expect(Buffer.from(token.split('.')[3] ?? '', 'base64url').includes(text)).toBe(false)
  })

  it('makes another token each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => sealer.seal('x'))).size).toBe(100)
  })

  it('ends tokens as TimedSigner does', () => {
    const token = sealer.seal('x')
    expect(() => sealer.unseal(token, { now: now + 60 })).toThrow(SignatureExpired)
    expect(sealer.unseal(token, { now: now + 59 })).toBe('x')
  })

  it('opens what an older key of the ring sealed', () => {
    const old = generateKey()
    const token = new Sealer({ keys: new KeyRing(old), purpose: 'draft' }).seal('x', { now })
    expect(
      new Sealer({ keys: new KeyRing([generateKey(), old]), purpose: 'draft' }).unseal(token, { now }),
    ).toBe('x')
    expect(() => sealer.unseal(token)).toThrow(UnknownKey)
  })

  it.each(texts)('jose opens our token of %j', async (text) => {
    const { payload } = await jwtDecrypt(sealer.seal(text), key, {
      audience: 'draft',
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      currentDate: new Date(now * 1000),
    })
    expect(payload).toEqual({ aud: 'draft', iat: now, exp: now + 60, data: text })
  })

  it.each(texts)("we open jose's token of %j", async (text) => {
    const token = await new EncryptJWT({ data: text })
      .setProtectedHeader({ enc: 'A256GCM', kid, alg: 'dir' })
      .setAudience('draft')
      .setIssuedAt(now)
      .setExpirationTime(now + 9)
      .encrypt(key)
    expect(sealer.unseal(token)).toBe(text)
  })
})

describe('attacks on Sealer', () => {
  const token = sealer.seal('secret text')

  it('no token with one character exchanged is opened', () => {
    const opened: string[] = []
    for (let i = 0; i < token.length; i++)
      for (const other of 'ABCDwxyz0189-_.=+/ \u0141') {
        const altered = token.slice(0, i) + other + token.slice(i + 1)
        if (altered !== token && sealer.open(altered).ok) opened.push(altered)
      }
    expect(opened).toEqual([])
    expect(sealer.unseal(token)).toBe('secret text')
  })

  it('no truncated token is opened, and no short tag', () => {
    for (let i = 0; i < token.length; i++) expect(sealer.open(token.slice(0, i)).ok).toBe(false)
    const [header, , iv, text, tag = ''] = token.split('.')
    const short = Buffer.from(tag, 'base64url').subarray(0, 12).toString('base64url')
    expect(sealer.open(`${header}..${iv}.${text}.${short}`).ok).toBe(false)
  })

  it.each([
    ['another content encryption', { alg: 'dir', enc: 'A128CBC-HS256', kid }, 32],
    ['compression', { alg: 'dir', enc: 'A256GCM', kid, zip: 'DEF' }, 32],
    ['no kid', { alg: 'dir', enc: 'A256GCM' }, 32],
  ])('a token of jose with %s is refused', async (_, header, bytes) => {
    const encryptor = new CompactEncrypt(new TextEncoder().encode('{}')).setProtectedHeader(header as never)
    const foreign = await encryptor.encrypt(key.slice(0, bytes)).catch(() => null)
    const forged =
      foreign ??
      `${Buffer.from(JSON.stringify(header)).toString('base64url')}..${token.split('.').slice(2).join('.')}`
    expect(sealer.open(forged).ok).toBe(false)
  })

  it('a token for another purpose, a signed one, and one of foreign claims are refused', async () => {
    expect(sealer.open(new Sealer({ keys, purpose: 'other' }).seal('x', { now })).ok).toBe(false)
    expect(sealer.open(new TimedSigner({ keys, purpose: 'draft' }).sign('x', { now })).ok).toBe(false)
    const foreign = await new EncryptJWT({ sub: 'x' })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
      .encrypt(key)
    expect(() => sealer.unseal(foreign)).toThrow(BadPayload)
  })

  it('random texts are refused', () => {
    for (let i = 0; i < 2000; i++) {
      const part = () => randomBytes(i % 40).toString('base64url')
      expect(sealer.open(`${token.split('.')[0]}..${part()}.${part()}.${part()}`).ok).toBe(false)
    }
  })
})

describe('AES-256-GCM', () => {
  it('opens test case 14 of the GCM specification, which has no additional data', () => {
    const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')
    const iv = base64url('000000000000000000000000')
    const text = base64url('cea7403d4d606b6e074ec5d3baf39d18')
    const tag = base64url('d0d1c8a799996bf0265b98b5d48ab919')
    const zeros = createSecretKey(Buffer.alloc(32))
    expect(decrypt('', iv, text, tag, zeros)).toEqual(Buffer.alloc(16))
    expect(decrypt('x', iv, text, tag, zeros)).toBeNull()
  })
})
