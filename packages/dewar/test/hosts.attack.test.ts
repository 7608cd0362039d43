import { describe, expect, it } from 'vitest'
import { request, urlFor } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function site(config = {}) {
  const app = makeApp({ config })
  app.get('/', () => `${request.scheme} ${request.host} ${request.remoteAddr}`)
  app.get('/reset', () => urlFor('GET /', {}, { external: true }))
  return testClient(app)
}

describe('the Host header', () => {
  it.each(['blog.example', 'BLOG.example', 'blog.example:8080', 'a.shop.example'])(
    'is taken if trusted: %s',
    async (host) => {
      const client = site({ TRUSTED_HOSTS: ['blog.example', '.shop.example'] })
      expect((await client.get('/', { host })).status).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'blog.example.evil.example',
    'evilblog.example',
    'blog.example@evil.example',
    'a b',
    '',
    'x/y',
  ])('is refused if not: %j', async (host) => {
    const client = site({ TRUSTED_HOSTS: ['blog.example'] })
    expect((await client.get('/', { host })).status).toBe(400)
  })

  it('does not get into links', async () => {
    const client = site({ TRUSTED_HOSTS: ['blog.example'] })
    expect((await client.get('/reset', { host: 'blog.example', scheme: 'https' })).text).toBe(
      'https://blog.example/',
    )
    expect((await client.get('/reset', { host: 'evil.example' })).status).toBe(400)
  })

  it('is checked in the target too, where a request names it there', async () => {
    const client = site({ TRUSTED_HOSTS: ['blog.example'] })
    expect((await client.get('http://evil.example/', { host: 'blog.example' })).status).toBe(400)
  })

  it('must name this machine while debugging, so that no page elsewhere reaches in by a name of its own', async () => {
    const client = site({ DEBUG: true })
    expect((await client.get('/', { host: 'localhost:5000' })).status).toBe(200)
    const refused = await client.get('/', { host: 'rebound.example' })
    expect(refused.status).toBe(400)
    expect(refused.text).toContain(
      'rebound.example&#39; is untrusted. If it is a name of this site, add it to TRUSTED_HOSTS.',
    )
  })

  it('may name this machine while debugging, beside the trusted hosts', async () => {
    const client = site({ DEBUG: true, TRUSTED_HOSTS: ['blog.example'] })
    const statuses = ['blog.example', '127.0.0.1:5000', 'evil.example'].map((host) =>
      client.get('/', { host }),
    )
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([200, 200, 400])
  })

  it('gets its refusal with all security headers', async () => {
    const response = await site({ TRUSTED_HOSTS: ['blog.example'] }).get('/', { host: 'evil.example' })
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'self'")
    expect(response.text).not.toMatch(/evil\.example|TRUSTED_HOSTS|untrusted/)
  })
})

describe('forwarding headers', () => {
  const headers = {
    'X-Forwarded-For': '1.2.3.4, 5.6.7.8',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'evil.example',
  }

  it('are not believed', async () => {
    expect((await site().get('/', { headers })).text).toBe('http localhost 127.0.0.1')
  })

  it('are believed as far as proxies are declared', async () => {
    const client = site({ TRUSTED_PROXY: { for: 1, proto: 1 } })
    expect((await client.get('/', { headers })).text).toBe('https localhost 5.6.7.8')
  })

  it('turn on what only https has', async () => {
    const secure = await site({ TRUSTED_PROXY: { proto: 1 } }).get('/', { headers })
    expect(secure.headers.get('Strict-Transport-Security')).toContain('max-age=')
    expect((await site().get('/', { headers })).headers.has('Strict-Transport-Security')).toBe(false)
  })
})
