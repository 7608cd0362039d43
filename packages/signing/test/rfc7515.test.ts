/** RFC 7515 appendix A, through the same functions that make our tokens. */
import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../src/base64url.ts'
import { makeHmac } from '../src/hmac.ts'
import { signCompact, splitCompact, verifyCompact } from '../src/jws.ts'

const max = 65_536

describe('RFC 7515 A.1: HMAC SHA-256', () => {
  const key = createSecretKey(
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    'base64url',
  )
  const header = 'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9'
  const payload =
    'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
  const token = `${header}.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`

  it('encodes header and payload as the RFC does', () => {
    expect(encodeBase64url('{"typ":"JWT",\r\n "alg":"HS256"}')).toBe(header)
    expect(
      encodeBase64url('{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'),
    ).toBe(payload)
  })

  it('makes the signature of the RFC', () => {
    expect(signCompact(header, payload, makeHmac(key))).toBe(token)
  })

  it('verifies the token of the RFC, and not with another key', () => {
    const parts = splitCompact(token, max)
    expect(parts && verifyCompact(parts, makeHmac(key))).toBe(true)
    expect(parts && verifyCompact(parts, makeHmac(createSecretKey('another key', 'utf8')))).toBe(false)
  })
})

describe('RFC 7515 A.5 to A.7, which are not for us', () => {
  it('does not verify the unsecured token of A.5', () => {
    const token =
      'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.'
    const parts = splitCompact(token, max)
    expect(parts && verifyCompact(parts, makeHmac(createSecretKey('any', 'utf8')))).toBe(false)
  })

  it('does not take the JSON serialisations of A.6 and A.7 for tokens', () => {
    expect(splitCompact('{"payload":"e30","protected":"e30","signature":"e30"}', max)).toBeNull()
  })
})

describe('RFC 7515 appendix C: base64url', () => {
  it('encodes the octets of the RFC', () => {
    expect(encodeBase64url(Uint8Array.of(3, 236, 255, 224, 193))).toBe('A-z_4ME')
    expect(decodeBase64url('A-z_4ME')).toEqual(Buffer.from([3, 236, 255, 224, 193]))
  })

  it.each([
    ['padding', 'A-z_4ME='],
    ['the other alphabet', 'A+z/4ME'],
    ['a blank', 'A-z_ 4ME'],
    ['a line break', 'A-z_4ME\n'],
    ['spare low bits', 'A-z_4MF'],
    ['a lone last character', 'A-z_4'],
    ['a character beyond ASCII', 'A-z_4MĀ'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64url(text)).toBeNull()
  })
})
