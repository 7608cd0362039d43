import type { ContentSecurityPolicy } from '@dewar/security'
import { describe, expect, it } from 'vitest'
import { clearSiteData, createBlueprint } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const csp = 'Content-Security-Policy'
const https = { baseUrl: 'https://localhost' }

async function policyOf(app: ReturnType<typeof makeApp>, path: string) {
  return (await testClient(app).get(path)).headers.get(csp) ?? ''
}

describe('headers of a route', () => {
  it('merge into the policy of the app, directive by directive', async () => {
    const app = makeApp({ config: { CONTENT_SECURITY_POLICY: { 'font-src': ["'self'"] } } })
    app.get(
      '/map',
      { headers: { contentSecurityPolicy: { 'img-src': ['https://tiles.example'] } } },
      () => 'x',
    )
    app.get('/', () => 'x')
    expect(await policyOf(app, '/map')).toMatch(/font-src 'self'.*/)
    expect(await policyOf(app, '/map')).toContain('img-src https://tiles.example')
    expect(await policyOf(app, '/map')).toContain("object-src 'none'")
    expect(await policyOf(app, '/')).toContain("img-src 'self' data:")
  })

  it('may add to what is there', async () => {
    const app = makeApp()
    const headers = {
      contentSecurityPolicy: (policy: ContentSecurityPolicy) =>
        policy.extend({ 'img-src': ['https://tiles.example'] }),
    }
    app.get('/map', { headers }, () => 'x')
    expect(await policyOf(app, '/map')).toContain("img-src 'self' data: https://tiles.example")
  })

  it('are laid over those of the blueprints around it', async () => {
    const app = makeApp()
    const outer = createBlueprint('outer', { headers: { frameOptions: 'SAMEORIGIN' } })
    const inner = createBlueprint('inner', { headers: { referrerPolicy: 'same-origin' } })
    inner.get('/inner', { headers: { crossOriginEmbedderPolicy: 'require-corp' } }, () => 'x')
    outer.register(inner)
    app.register(outer)
    app.get('/', () => 'x')
    const { headers } = await testClient(app).get('/inner')
    expect(headers.get('X-Frame-Options')).toBe('SAMEORIGIN')
    expect(headers.get(csp)).toContain("frame-ancestors 'self'")
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp')
    expect((await testClient(app).get('/')).headers.get('X-Frame-Options')).toBe('DENY')
  })

  it('stand on its error pages too', async () => {
    const app = makeApp()
    app.get('/boom', { headers: { frameOptions: 'SAMEORIGIN' } }, () => {
      throw new Error('x')
    })
    const response = await testClient(app).get('/boom')
    expect([response.status, response.headers.get('X-Frame-Options')]).toEqual([500, 'SAMEORIGIN'])
  })

  it('are checked at start', () => {
    const app = makeApp()
    app.get('/', { headers: { contentSecurityPolicy: { 'img-scr': "'self'" } } }, () => 'x')
    expect(() => app.freeze()).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CSP_DIRECTIVE' }))
  })
})

describe('settings that harden the policy', () => {
  it('ask for trusted types, of the named policies or of none', async () => {
    const app = makeApp({ config: { TRUSTED_TYPES: [] } })
    app.get('/', () => 'x')
    app.get('/editor', { headers: { trustedTypes: ['dompurify'] } }, () => 'x')
    app.get('/old', { headers: { trustedTypes: null } }, () => 'x')
    expect(await policyOf(app, '/')).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
    expect(await policyOf(app, '/editor')).toContain(
      "require-trusted-types-for 'script'; trusted-types dompurify",
    )
    expect(await policyOf(app, '/old')).not.toContain('trusted')
  })

  it('trust what scripts with the nonce load', async () => {
    const app = makeApp({ config: { CSP_STRICT_DYNAMIC: true } })
    app.get('/', () => 'x')
    expect(await policyOf(app, '/')).toMatch(/script-src 'nonce-[\w-]{22}' 'strict-dynamic'/)
  })

  it('leave a policy alone that was written in full', async () => {
    const policy = {
      'script-src': ["'nonce'", "'strict-dynamic'"],
      'report-uri': 'https://reports.example/x',
    }
    const app = makeApp({ config: { CONTENT_SECURITY_POLICY: policy } })
    app.get('/', () => 'x')
    expect(await policyOf(app, '/')).toContain("'strict-dynamic'")
    expect(await policyOf(app, '/')).toContain('report-uri https://reports.example/x')
  })
})

describe('clearSiteData', () => {
  function makeExit(config = {}) {
    const app = makeApp({ config })
    app.get('/out', () => {
      clearSiteData()
      return 'out'
    })
    return testClient(app, https)
  }

  it('says what to forget, over https', async () => {
    expect((await makeExit().get('/out')).headers.get('Clear-Site-Data')).toBe('"cache", "storage"')
    expect(
      (await makeExit({ CLEAR_SITE_DATA: ['cookies'] }).get('/out')).headers.get('Clear-Site-Data'),
    ).toBe('"cookies"')
  })

  it('says nothing over http, where browsers do not listen, and nothing for an empty list', async () => {
    expect((await makeExit().get('http://localhost/out')).headers.has('Clear-Site-Data')).toBe(false)
    expect((await makeExit({ CLEAR_SITE_DATA: [] }).get('/out')).headers.has('Clear-Site-Data')).toBe(false)
  })
})
