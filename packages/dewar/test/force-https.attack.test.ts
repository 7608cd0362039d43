import { describe, expect, it } from 'vitest'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function behindProxy(config = {}) {
  const app = makeApp({ config: { TRUSTED_PROXY: { for: 1, proto: 1 }, ...config } })
  app.get('/page', () => 'page')
  app.post('/page', () => 'posted')
  return testClient(app)
}

const over = (scheme: string) => ({ headers: { 'X-Forwarded-Proto': scheme } })

describe('behind a declared proxy', () => {
  it('sends visits in clear text to the same page over https', async () => {
    const response = await behindProxy().get('/page?a=1', over('http'))
    expect([response.status, response.location]).toEqual([308, 'https://localhost/page?a=1'])
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it('refuses changes in clear text, whose body has travelled in the open', async () => {
    expect((await behindProxy().post('/page', over('http'))).status).toBe(403)
  })

  it('lets in what came over https, and what no proxy speaks for', async () => {
    expect((await behindProxy().get('/page', over('https'))).text).toBe('page')
    expect((await behindProxy().get('/page')).text).toBe('page')
    const standard = behindProxy({ TRUSTED_PROXY: { forwarded: 1 } })
    expect((await standard.get('/page', { headers: { Forwarded: 'proto=http' } })).status).toBe(308)
    expect((await standard.get('/page', { headers: { Forwarded: 'proto=https' } })).status).toBe(200)
  })

  it('goes to no other host, whatever the target says', async () => {
    for (const target of ['//evil.example/', '/\\evil.example', '/%0d%0aX: y']) {
      const { status, location } = await behindProxy().get(target, over('http'))
      expect(status === 308 ? new URL(location ?? '').host : 'refused', target).toMatch(
        /^(localhost|refused)$/,
      )
    }
    const untrusted = behindProxy({ TRUSTED_HOSTS: ['shop.example'] })
    expect((await untrusted.get('/page', { ...over('http'), host: 'evil.example' })).status).toBe(400)
  })

  it('is not done for an app that says it has no https', async () => {
    expect((await behindProxy({ SESSION_COOKIE_SECURE: false }).get('/page', over('http'))).text).toBe('page')
  })

  it('can be left to the proxy', async () => {
    expect((await behindProxy({ FORCE_HTTPS: false }).get('/page', over('http'))).text).toBe('page')
  })

  it('is not done without a declared proxy, whose word the header would be', async () => {
    expect((await behindProxy({ TRUSTED_PROXY: null }).get('/page', over('http'))).text).toBe('page')
  })
})
