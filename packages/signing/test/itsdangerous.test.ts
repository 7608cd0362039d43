import { deflateSync } from 'node:zlib'
import { Secret } from '@dewar/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateKey, WeakKey } from '../src/index.ts'
import {
  BadPayload,
  BadSignature,
  BadTimeSignature,
  Serializer,
  SignatureExpired,
  Signer,
  TimestampSigner,
  UrlSafeSerializer,
  UrlSafeTimedSerializer,
} from '../src/itsdangerous.ts'

const keys = generateKey()

describe('Signer', () => {
  it('gives text for text and bytes for bytes', () => {
    const signer = new Signer({ keys })
    const bytes = Uint8Array.of(0xff, 0x2e, 0)
    expect(signer.unsign(signer.sign('a.b'))).toBe('a.b')
    expect(signer.unsign(signer.sign(bytes))).toEqual(bytes)
    expect(signer.validate(signer.sign('a'))).toBe(true)
    expect(signer.validate('a.b')).toBe(false)
  })

  it('signs with the newest key, which comes first, and verifies with all', () => {
    const older = generateKey()
    const before = new Signer({ keys: new Secret(older) }).sign('x')
    const both = new Signer({ keys: [keys, older] })
    expect(both.unsign(before)).toBe('x')
    expect(new Signer({ keys }).unsign(both.sign('y'))).toBe('y')
    expect(() => new Signer({ keys }).unsign(before)).toThrow(BadSignature)
  })

  it('refuses keys that can be guessed, unless told otherwise by name', () => {
    expect(() => new Signer({ keys: 'secret-key' })).toThrow(WeakKey)
    expect(() => new Serializer({ keys: 'dev' })).toThrow(WeakKey)
    expect(new Signer({ keys: 'dev', unsafeWeakKeys: true }).sign('x')).toMatch(/^x\./)
  })

  it.each([
    ['an unknown option', { key: 'x' }, 'ERR_SIGNING_OPTION'],
    ['an unknown digest', { digest: 'md5' }, 'ERR_SIGNING_OPTION'],
    ['an unknown derivation', { keyDerivation: 'pbkdf2' }, 'ERR_SIGNING_OPTION'],
    ['a letter as separator', { sep: 'x' }, 'ERR_SIGNING_SEPARATOR'],
    ['no key', { keys: [] }, 'ERR_SIGNING_NO_KEYS'],
  ])('is not made with %s', (_, options, code) => {
    expect(() => new Signer({ keys, ...options } as never)).toThrow(expect.objectContaining({ code }))
  })

  it('accepts no token with any character exchanged', () => {
    const signer = new Signer({ keys })
    const token = signer.sign('value')
    for (let i = 0; i < token.length; i++)
      for (const other of ['A', 'B', '-', '+', '/', '=', ' ', '\0', 'é']) {
        const altered = token.slice(0, i) + other + token.slice(i + 1)
        if (altered !== token) expect(signer.validate(altered), altered).toBe(false)
      }
    for (const more of ['=', ' ', '\n']) expect(signer.validate(token + more)).toBe(false)
  })
})

describe('TimestampSigner', () => {
  it('tells age, date and payload of an expired token', () => {
    let now = 1_750_000_000
    const signer = new TimestampSigner({ keys, now: () => now })
    const token = signer.sign('v')
    now += 61
    expect(signer.unsign(token)).toBe('v')
    expect(() => signer.unsign(token, { maxAge: 60 })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNING_EXPIRED', payload: 'v', dateSigned: 1_750_000_000 }),
    )
    now = 1_749_999_999
    expect(() => signer.unsign(token, { maxAge: 60 })).toThrow(SignatureExpired)
    expect(signer.validate(token)).toBe(true)
  })

  it('refuses a good signature without a time', () => {
    const token = new Signer({ keys }).sign('v')
    expect(() => new TimestampSigner({ keys }).unsign(token)).toThrow(BadTimeSignature)
  })
})

describe('serializers', () => {
  it('give back any JSON', () => {
    const plain = new Serializer({ keys })
    const urlSafe = new UrlSafeTimedSerializer({ keys, salt: 'test' })
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const json = JSON.parse(JSON.stringify(data))
        expect(plain.loads(plain.dumps(json))).toEqual(json)
        expect(urlSafe.loads(urlSafe.dumps(json))).toEqual(json)
      }),
    )
  })

  it('take a salt for one call', () => {
    const serializer = new UrlSafeSerializer({ keys })
    const token = serializer.dumps([1], { salt: 'activate' })
    expect(serializer.loads(token, { salt: 'activate' })).toEqual([1])
    expect(() => serializer.loads(token)).toThrow(BadSignature)
  })

  it('deflate what becomes shorter, and bound what they inflate', () => {
    const serializer = new UrlSafeSerializer({ keys })
    const token = serializer.dumps('x'.repeat(10_000))
    expect(token.length).toBeLessThan(200)
    expect(serializer.loads(token)).toBe('x'.repeat(10_000))
    const bomb = deflateSync(Buffer.alloc(50_000_000)).toString('base64url')
    const signed = new Signer({ keys, salt: 'itsdangerous' }).sign(`.${bomb}`)
    expect(() => serializer.loads(signed)).toThrow(BadPayload)
  })

  it('write numbers as Python does', () => {
    const serializer = new Serializer({ keys })
    const numbers = [0, -1, 1.5, 0.0001, 0.00001, 1.25e-7, 1e16, 1.5e16, 1e22, 1e300, 123456789.125]
    const written = serializer.dumps(numbers).split(']')[0]
    expect(written).toBe('[0, -1, 1.5, 0.0001, 1e-05, 1.25e-07, 1e+16, 1.5e+16, 1e+22, 1e+300, 123456789.125')
  })

  it.each([
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['a Date', new Date()],
    ['a function', () => 1],
  ])('do not write %s', (_, data) => {
    expect(() => new Serializer({ keys }).dumps(data)).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNING_PAYLOAD' }),
    )
  })

  it('may have another format', () => {
    const upper = { dump: (data: string) => data.toUpperCase(), load: (text: string) => text.toLowerCase() }
    const serializer = new Serializer<string>({ keys, serializer: upper })
    expect(serializer.dumps('abc')).toMatch(/^ABC\./)
    expect(serializer.loads(serializer.dumps('abc'))).toBe('abc')
  })
})
