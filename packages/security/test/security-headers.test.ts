import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { ContentSecurityPolicy, type SecurityHeadersOptions, securityHeaders } from '../src/index.ts'

function stamped(options: SecurityHeadersOptions = {}, secure = true, init: Record<string, string> = {}) {
  const headers = new Headers(init)
  securityHeaders(options).apply(headers, { secure, nonce: () => 'r4nd0m' })
  return headers
}

describe('securityHeaders', () => {
  it('sends the whole set over https', () => {
    expect(Object.fromEntries(stamped())).toMatchInlineSnapshot(`
      {
        "Content-Security-Policy": "default-src 'self'; script-src 'nonce-r4nd0m'; style-src 'self' 'nonce-r4nd0m'; img-src 'self' data:; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Origin-Agent-Cluster": "?1",
        "Permissions-Policy": "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Permitted-Cross-Domain-Policies": "none",
      }
    `)
  })

  it('leaves out Strict-Transport-Security over plain http, and nothing else', () => {
    const names = (secure: boolean) => [...stamped({}, secure).keys()]
    expect(names(true).filter((name) => !names(false).includes(name))).toEqual(['Strict-Transport-Security'])
  })

  it('adds only what is absent, in any letter case', () => {
    const headers = stamped({}, true, {
      'x-frame-options': 'SAMEORIGIN',
      'content-security-policy': "default-src 'none'",
    })
    expect(headers.getAll('X-Frame-Options')).toEqual(['SAMEORIGIN'])
    expect(headers.getAll('Content-Security-Policy')).toEqual(["default-src 'none'"])
  })

  it('asks for a nonce only when the answer has no policy of its own', () => {
    let asked = 0
    const nonce = () => `n${++asked}`
    const stamp = securityHeaders()
    stamp.apply(new Headers({ 'Content-Security-Policy': "default-src 'none'" }), { secure: true, nonce })
    expect(asked).toBe(0)
    const headers = new Headers()
    stamp.apply(headers, { secure: true, nonce })
    expect(asked).toBe(1)
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'nonce-n1'")
  })

  it('does not carry one answer over into the next', () => {
    const stamp = securityHeaders()
    const [first, second] = [new Headers(), new Headers()]
    stamp.apply(first, { secure: true, nonce: () => 'first' })
    stamp.apply(second, { secure: true, nonce: () => 'second' })
    expect(first.get('Content-Security-Policy')).toContain("'nonce-first'")
    expect(second.get('Content-Security-Policy')).toContain("'nonce-second'")
    expect(second.get('Content-Security-Policy')).not.toContain('first')
  })

  it('merges a policy, directive by directive', () => {
    const policy = stamped({
      contentSecurityPolicy: { 'img-src': "'self' https://cdn.example", 'worker-src': null },
    }).get('Content-Security-Policy')
    expect(policy).toContain("img-src 'self' https://cdn.example")
    expect(policy).not.toContain('worker-src')
    expect(policy).toContain("object-src 'none'")
  })

  it('takes a whole policy in place of its own', () => {
    const policy = new ContentSecurityPolicy({ 'default-src': "'none'" })
    expect(stamped({ contentSecurityPolicy: policy }).get('Content-Security-Policy')).toBe(
      "default-src 'none'",
    )
  })

  it('reports only, beside what it enforces', () => {
    const headers = stamped({
      contentSecurityPolicyReportOnly: { 'style-src': "'nonce'", 'report-uri': '/csp-report' },
    })
    expect(headers.get('Content-Security-Policy')).toContain("style-src 'self' 'nonce-r4nd0m'")
    expect(headers.get('Content-Security-Policy-Report-Only')).toContain("style-src 'nonce-r4nd0m'")
    expect(headers.get('Content-Security-Policy-Report-Only')).toContain('report-uri /csp-report')
  })

  it('makes a stamp for one route that keeps what it does not name', () => {
    const app = securityHeaders({
      referrerPolicy: 'same-origin',
      contentSecurityPolicy: { 'img-src': 'https:' },
    })
    const route = app.with({
      contentSecurityPolicy: { 'frame-src': 'https://maps.example' },
      permissionsPolicy: { geolocation: ['self'] },
    })
    const headers = new Headers()
    route.apply(headers, { secure: true })
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('Content-Security-Policy')).toMatch(/img-src https:.*frame-src https:\/\/maps.example/)
    expect(headers.get('Permissions-Policy')).toContain('geolocation=(self)')
    expect(app.policy.get('frame-src')).toBeUndefined()
  })

  it('keeps frame-ancestors in step with X-Frame-Options', () => {
    const headers = stamped({ frameOptions: 'SAMEORIGIN' })
    expect(headers.get('X-Frame-Options')).toBe('SAMEORIGIN')
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'self'")
  })

  it('writes HSTS as asked', () => {
    expect(stamped({ hstsMaxAge: 63_072_000, hstsPreload: true }).get('Strict-Transport-Security')).toBe(
      'max-age=63072000; includeSubDomains; preload',
    )
    expect(stamped({ hstsIncludeSubdomains: false }).get('Strict-Transport-Security')).toBe(
      'max-age=31536000',
    )
  })

  it('writes permissions with origins', () => {
    const policy = stamped({
      permissionsPolicy: { camera: ['self', 'https://meet.example'], fullscreen: ['*'], midi: null },
    }).get('Permissions-Policy')
    expect(policy).toContain('camera=(self "https://meet.example")')
    expect(policy).toContain('fullscreen=*')
    expect(policy).not.toContain('midi')
  })

  it('leaves out a header only by its name', () => {
    const headers = stamped({
      unsafeOmitHeaders: ['cross-origin-opener-policy', 'Strict-Transport-Security'],
    })
    expect(headers.has('Cross-Origin-Opener-Policy')).toBe(false)
    expect(headers.has('Strict-Transport-Security')).toBe(false)
    expect(headers.has('X-Frame-Options')).toBe(true)
  })

  it.each([
    ['an unknown option', { frameOption: 'DENY' }, 'ERR_SECURITY_OPTION', "Did you mean 'frameOptions'?"],
    ['an unknown value', { frameOptions: 'ALLOW-FROM' }, 'ERR_SECURITY_OPTION', 'DENY'],
    [
      'an unknown header',
      { unsafeOmitHeaders: ['X-Frame-Option'] },
      'ERR_SECURITY_HEADER_NAME',
      'X-Frame-Options',
    ],
    [
      'a broken permission',
      { permissionsPolicy: { camera: ['evil.example'] } },
      'ERR_SECURITY_PERMISSION',
      'https://',
    ],
    [
      'a broken policy',
      { contentSecurityPolicy: { 'img-src': 'self' } },
      'ERR_SECURITY_CSP_SOURCE',
      "'self'",
    ],
    [
      'an embedder policy browsers do not know',
      { crossOriginEmbedderPolicy: 'yes' },
      'ERR_SECURITY_OPTION',
      'credentialless',
    ],
  ])('refuses %s at setup', (_, options, code, fix) => {
    expect(() => securityHeaders(options as SecurityHeadersOptions)).toThrow(
      expect.objectContaining({ code, fix: expect.stringContaining(fix) }),
    )
  })

  it('refuses a nonce that would break out of the policy', () => {
    expect(() =>
      securityHeaders().apply(new Headers(), { secure: true, nonce: () => "x' 'unsafe-inline" }),
    ).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_NONCE' }))
  })

  it('describes what it sends', () => {
    expect(
      securityHeaders()
        .describe(true)
        .map(([name]) => name),
    ).toEqual([...stamped().keys()])
  })
})
