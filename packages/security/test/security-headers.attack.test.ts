import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { ContentSecurityPolicy, createNonceSource, securityHeaders } from '../src/index.ts'

/** What a browser would make of the answer to a visitor over https. */
function read(secure = true) {
  const headers = new Headers({ 'Content-Type': 'text/html; charset=utf-8' })
  securityHeaders().apply(headers, { secure, nonce: createNonceSource() })
  const policy = ContentSecurityPolicy.parse(headers.get('Content-Security-Policy') ?? '')
  return { headers, policy, sources: (name: string) => policy.get(name) ?? policy.get('default-src') ?? [] }
}

describe('what injected markup can do under the default headers', () => {
  it.each([
    'script-src',
    'script-src-attr',
    'style-src',
    'style-src-attr',
    'object-src',
    'connect-src',
    'frame-src',
    'font-src',
    'media-src',
    'manifest-src',
    'worker-src',
    'child-src',
  ])('never holds a source that lets strangers in: %s', (directive) => {
    const { policy, sources } = read()
    const applied = policy.get(directive) ?? sources(directive.replace(/-(?:attr|elem)$/, ''))
    expect(applied.length).toBeGreaterThan(0)
    for (const source of applied) expect(source).toMatch(/^'(?:self|none|nonce-[\w-]{22})'$/)
  })

  it('cannot run script from anywhere without the nonce, own files included', () => {
    expect(read().sources('script-src')).toEqual([expect.stringMatching(/^'nonce-/)])
  })

  it('cannot move the base address, frame the page or send forms elsewhere', () => {
    const { policy, headers } = read()
    expect(policy.get('base-uri')).toEqual(["'none'"])
    expect(policy.get('frame-ancestors')).toEqual(["'none'"])
    expect(policy.get('form-action')).toEqual(["'self'"])
    expect(headers.get('X-Frame-Options')).toBe('DENY')
  })

  it('cannot learn the nonce of another answer', () => {
    const nonces = Array.from({ length: 100 }, () => read().sources('script-src')[0])
    expect(new Set(nonces).size).toBe(100)
  })
})

describe("the marks of Mozilla's HTTP Observatory", () => {
  it('leaves no test of its list unpassed', () => {
    const { headers, policy } = read()
    const sixMonths = 15_768_000
    const age = Number(/max-age=(\d+)/.exec(headers.get('Strict-Transport-Security') ?? '')?.[1])
    expect({
      'no unsafe-inline or unsafe-eval': !/unsafe/.test(policy.serialize()),
      'no data: or wildcard for script and objects':
        !/(?:script|object|default)-src[^;]*(?:\*|data:|https:)/.test(policy.serialize()),
      'HSTS for six months at least': age >= sixMonths,
      'no sniffing': headers.get('X-Content-Type-Options') === 'nosniff',
      'framing refused by CSP': policy.get('frame-ancestors') !== undefined,
      'a private referrer policy': headers.get('Referrer-Policy') === 'strict-origin-when-cross-origin',
      'resources for this origin only': headers.get('Cross-Origin-Resource-Policy') === 'same-origin',
      'no CORS permission': !headers.has('Access-Control-Allow-Origin'),
    }).toEqual({
      'no unsafe-inline or unsafe-eval': true,
      'no data: or wildcard for script and objects': true,
      'HSTS for six months at least': true,
      'no sniffing': true,
      'framing refused by CSP': true,
      'a private referrer policy': true,
      'resources for this origin only': true,
      'no CORS permission': true,
    })
  })

  it('promises nothing about https to a visitor who came without', () => {
    expect(read(false).headers.has('Strict-Transport-Security')).toBe(false)
  })
})
