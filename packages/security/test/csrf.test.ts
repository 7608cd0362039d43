import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { bindCsrfSecret, checkCsrfToken, createCsrfSecret, csrfHeaderToken, csrfToken } from '../src/index.ts'

describe('csrfToken', () => {
  it('passes the check of its own secret', () => {
    const secret = createCsrfSecret()
    expect(() => checkCsrfToken(csrfToken(secret), secret)).not.toThrow()
  })

  it('is another text at each call, all valid', () => {
    const secret = createCsrfSecret()
    const tokens = Array.from({ length: 50 }, () => csrfToken(secret))
    expect(new Set(tokens).size).toBe(50)
    for (const token of tokens) expect(() => checkCsrfToken(token, secret)).not.toThrow()
  })

  it('is 86 characters that need no escaping anywhere', () => {
    expect(csrfToken(createCsrfSecret())).toMatch(/^[\w-]{86}$/)
  })

  it('takes its mask from the random source it is given', () => {
    const secret = createCsrfSecret(() => new Uint8Array(32).fill(1))
    const token = csrfToken(secret, () => new Uint8Array(32).fill(2))
    expect(Buffer.from(token, 'base64url')).toEqual(Buffer.concat([Buffer.alloc(32, 2), Buffer.alloc(32, 3)]))
  })
})

describe('checkCsrfToken', () => {
  it.each([
    ['no token', null, 'MISSING'],
    ['an empty token', '', 'MISSING'],
    ['an unreadable token', 'nonsense', 'TOKEN'],
  ] as const)('refuses %s with its reason', (_, token, reason) => {
    expect(() => checkCsrfToken(token, createCsrfSecret())).toThrow(
      expect.objectContaining({ status: 403, reason, code: `ERR_SECURITY_CSRF_${reason}` }),
    )
  })

  it('says that the session has ended when there is no secret', () => {
    const token = csrfToken(createCsrfSecret())
    expect(() => checkCsrfToken(token, undefined)).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_CSRF_SESSION' }),
    )
  })
})

describe('bindCsrfSecret', () => {
  it('makes tokens for one method and path', () => {
    const secret = createCsrfSecret()
    const token = csrfToken(bindCsrfSecret(secret, 'post', '/transfer'))
    expect(() => checkCsrfToken(token, bindCsrfSecret(secret, 'POST', '/transfer'))).not.toThrow()
    expect(() => checkCsrfToken(token, bindCsrfSecret(secret, 'POST', '/delete'))).toThrow()
    expect(() => checkCsrfToken(token, bindCsrfSecret(secret, 'PUT', '/transfer'))).toThrow()
    expect(() => checkCsrfToken(token, secret)).toThrow()
  })
})

describe('csrfHeaderToken', () => {
  it('finds the first header that holds a token', () => {
    expect(csrfHeaderToken(new Headers({ 'x-csrftoken': 'b' }))).toBe('b')
    expect(csrfHeaderToken(new Headers({ 'X-CSRFToken': 'b', 'X-CSRF-Token': 'a' }))).toBe('a')
    expect(csrfHeaderToken(new Headers({ 'X-CSRF-Token': '' }))).toBe(null)
    expect(csrfHeaderToken(new Headers({ 'X-My-Token': 'c' }), ['X-My-Token'])).toBe('c')
  })
})
