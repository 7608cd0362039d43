import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { BearerTokens, type BearerTokensOptions } from '../src/bearer.ts'
import { SignatureExpired } from '../src/index.ts'

const now = 1_750_000_000
const issuer = 'https://login.example/'
const audience = 'https://api.example'
const rsa = await generateKeyPair('RS256', { extractable: true })
const other = await generateKeyPair('RS256', { extractable: true })
const ec = await generateKeyPair('ES256', { extractable: true })
const keys = {
  keys: [
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256' },
    { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256' },
  ],
}

const make = (options: Partial<BearerTokensOptions> = {}) =>
  new BearerTokens({ keys, issuer, audience, now: () => now, ...options })
const good: JWTPayload = { sub: 'user 7', iss: issuer, aud: audience, iat: now, exp: now + 60 }

async function sign(claims: JWTPayload = good, header: object = {}, key = rsa.privateKey): Promise<string> {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header })
    .sign(key)
  return `Bearer ${token}`
}

describe('BearerTokens', () => {
  it('accepts a token of the provider, with what it says', async () => {
    expect(await make().verify(await sign())).toEqual({ ok: true, subject: 'user 7', claims: good })
    expect((await make().verify(await sign(good, { alg: 'ES256', kid: 'ec' }, ec.privateKey))).ok).toBe(true)
  })

  it('takes the scheme in any case, and several audiences', async () => {
    const header = await sign({ ...good, aud: ['https://other.example', audience] })
    expect((await make().verify(header.replace('Bearer', 'bearer'))).ok).toBe(true)
  })

  it.each([
    ['nothing', undefined, 'ERR_SIGNING_BAD_SIGNATURE'],
    ['another scheme', 'Basic dXNlcjpwYXNz', 'ERR_SIGNING_BAD_SIGNATURE'],
    ['no token', 'Bearer ', 'ERR_SIGNING_BAD_SIGNATURE'],
    ['text', 'Bearer abc', 'ERR_SIGNING_BAD_SIGNATURE'],
    ['two tokens', 'Bearer a b', 'ERR_SIGNING_BAD_SIGNATURE'],
    ['a megabyte', `Bearer ${'A'.repeat(1e6)}`, 'ERR_SIGNING_BAD_SIGNATURE'],
  ])('refuses %s', async (_, header, code) => {
    expect(await make().verify(header)).toMatchObject({ ok: false, reason: { code } })
  })

  it.each([
    ['another issuer', { iss: 'https://evil.example/' }, 'ERR_SIGNING_BAD_PAYLOAD'],
    ['another audience', { aud: 'https://other.example' }, 'ERR_SIGNING_BAD_PAYLOAD'],
    ['no audience', { aud: undefined }, 'ERR_SIGNING_BAD_PAYLOAD'],
    ['no end', { exp: undefined }, 'ERR_SIGNING_BAD_PAYLOAD'],
    ['an end in the past', { exp: now - 6 }, 'ERR_SIGNING_EXPIRED'],
    ['a beginning in the future', { nbf: now + 60 }, 'ERR_SIGNING_NOT_YET_VALID'],
  ])('refuses a well signed token with %s', async (_, claims, code) => {
    const merged = JSON.parse(JSON.stringify({ ...good, ...claims }))
    expect(await make().verify(await sign(merged))).toMatchObject({ ok: false, reason: { code } })
  })

  it('tells what an expired token said', async () => {
    const result = await make({ now: () => now + 100 }).verify(await sign())
    expect(result.ok === false && result.reason).toBeInstanceOf(SignatureExpired)
    expect(result.ok === false && result.reason).toMatchObject({ issuedAt: now, expiresAt: now + 60 })
  })

  it('refuses a key that the provider does not have, and a signature of another key', async () => {
    const unknown = await sign(good, { kid: 'elsewhere' }, other.privateKey)
    expect(await make().verify(unknown)).toMatchObject({ reason: { code: 'ERR_SIGNING_UNKNOWN_KEY' } })
    const forged = await sign(good, {}, other.privateKey)
    expect(await make().verify(forged)).toMatchObject({ reason: { code: 'ERR_SIGNING_BAD_SIGNATURE' } })
  })

  it('accepts only the algorithms and the type it was told', async () => {
    const header = await sign(good, { typ: 'JWT' })
    expect((await make({ algorithms: ['ES256'] }).verify(header)).ok).toBe(false)
    expect((await make({ type: 'at+jwt' }).verify(header)).ok).toBe(false)
    expect((await make({ type: 'at+jwt' }).verify(await sign(good, { typ: 'at+jwt' }))).ok).toBe(true)
  })

  it('is not fooled by the public key as an HMAC secret, nor by no algorithm', async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const input = `${encode({ alg: 'HS256', kid: 'rsa' })}.${encode(good)}`
    const mac = createHmac('sha256', await exportSPKI(rsa.publicKey))
      .update(input)
      .digest('base64url')
    expect((await make().verify(`Bearer ${input}.${mac}`)).ok).toBe(false)
    expect((await make().verify(`Bearer ${encode({ alg: 'none', kid: 'rsa' })}.${encode(good)}.`)).ok).toBe(
      false,
    )
  })

  it('refuses a token with any character exchanged', async () => {
    const header = await sign()
    const tokens = make()
    for (let i = 'Bearer '.length; i < header.length; i++)
      for (const other of i === header.length - 1 ? 'ABCDEFGHIJKLMNOP-_=' : 'A=') {
        const altered = header.slice(0, i) + other + header.slice(i + 1)
        if (altered !== header) expect((await tokens.verify(altered)).ok, altered).toBe(false)
      }
  })
})

describe('a key set by URL', () => {
  it('is fetched once and kept; without an answer the error says so', async () => {
    let fetched = 0
    const server = createServer((_, response) => {
      fetched++
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(keys))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`)
    const tokens = make({ keys: url })
    for (let i = 0; i < 3; i++) expect((await tokens.verify(await sign())).ok).toBe(true)
    expect(fetched).toBe(1)
    server.close()
    server.closeAllConnections()
    const late = make({ keys: url })
    await expect(late.verify(await sign())).rejects.toMatchObject({ code: 'ERR_SIGNING_KEYS_UNAVAILABLE' })
  })

  it.each([
    ['clear text', { keys: new URL('http://login.example/jwks.json') }],
    ['no issuer', { issuer: '' }],
    ['no audience', { audience: undefined }],
    ['no keys', { keys: undefined }],
    ['a symmetric algorithm', { algorithms: ['HS256'] }],
    ['no algorithm', { algorithms: [] }],
    ['an unknown option', { audiance: 'x' }],
  ])('or the rest is refused at setup with %s', (_, options) => {
    expect(() => make(options as never)).toThrow(expect.objectContaining({ code: 'ERR_SIGNING_OPTION' }))
  })
})
