import { describe, expect, it } from 'vitest'
import { createBlueprint, request, urlFor } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describe('subdomainMatching', () => {
  function app() {
    const made = makeApp({ subdomainMatching: true, config: { SERVER_NAME: 'shop.example' } })
    made.get('/', function home() {
      return 'home'
    })
    made.get(
      '/',
      { subdomain: '<tenant>', endpoint: 'tenant' },
      () => `tenant ${request.viewArgs?.['tenant']}`,
    )
    const api = createBlueprint('api', { subdomain: 'api' })
    api.get('/', function index() {
      return [urlFor('home'), urlFor('.index'), urlFor('tenant', { tenant: 'a' })].join(' ')
    })
    made.register(api)
    return made
  }

  it.each([
    { host: 'shop.example', text: 'home' },
    { host: 'ann.shop.example', text: 'tenant ann' },
    { host: 'api.shop.example', text: 'http://shop.example/ / http://a.shop.example/' },
    { host: 'API.SHOP.EXAMPLE', text: 'http://shop.example/ / http://a.shop.example/' },
  ])('answers $host with "$text"', async ({ host, text }) => {
    expect((await testClient(app()).get('/', { host })).text).toBe(text)
  })

  it.each(['evil.example', 'notshop.example', 'shop.example.evil.example', 'shop.example:81'])(
    'refuses the foreign host %s',
    async (host) => {
      expect((await testClient(app()).get('/', { host })).status).toBe(400)
    },
  )
})

describe('hostMatching', () => {
  it('takes rules by their whole hosts', async () => {
    const app = makeApp({ hostMatching: true, staticFolder: null })
    app.get('/', { host: 'a.example', endpoint: 'a' }, () => `a ${urlFor('b')}`)
    app.get('/', { host: 'b.example:8080', endpoint: 'b' }, () => 'b')
    const client = testClient(app)
    expect((await client.get('/', { host: 'b.example:8080' })).text).toBe('b')
    expect((await client.get('/', { host: 'c.example' })).status).toBe(404)
  })

  it.each([
    { what: 'both ways', options: { hostMatching: true, subdomainMatching: true } },
    { what: 'a static host without host matching', options: { staticHost: 'cdn.example' } },
    { what: 'static files without a host', options: { hostMatching: true, root: '/srv' } },
  ])('refuses $what', ({ options }) => {
    expect(() => makeApp(options)).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_OPTION' }))
  })
})
