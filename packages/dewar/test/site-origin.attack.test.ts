import { describe, expect, it } from 'vitest'
import { createApp, siteOrigin, urlFor } from '../src/index.ts'

function setUp(config: object) {
  const app = createApp({ config, environment: {}, logger: { level: 'silent' } })
  app.get('/reset/<token>', { endpoint: 'reset' }, () => '')
  app.get('/forgot', () => urlFor('reset', { token: 'secret' }, { anchor: 'form', canonical: true }))
  return app.testClient()
}

const link = 'https://accounts.example/reset/secret#form'

describe('a link for a mail', () => {
  it.each([
    ['SERVER_NAME', { SERVER_NAME: 'accounts.example' }],
    ['TRUSTED_HOSTS', { TRUSTED_HOSTS: ['.accounts.example', 'accounts.example', 'other.example'] }],
  ])('leads to the name of %s, whatever the request says', async (_, config) => {
    const client = setUp(config)
    const plain = await client.get('/forgot', { host: 'accounts.example' })
    expect(plain.text).toBe(link)
    const headers = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
      Forwarded: 'host=evil.example',
      'X-Host': 'evil.example',
    }
    expect((await client.get('/forgot', { host: 'accounts.example', headers })).text).toBe(link)
  })

  it('leads there even if another trusted host was asked', async () => {
    const client = setUp({ TRUSTED_HOSTS: ['accounts.example', '.accounts.example'] })
    expect((await client.get('/forgot', { host: 'taken-over.accounts.example' })).text).toBe(link)
  })

  it.each([
    'evil.example',
    'accounts.example.evil.example',
    'accounts.example@evil.example',
    'evil.example#',
  ])('is not made for the host %s', async (host) => {
    const trusted = await setUp({ TRUSTED_HOSTS: ['accounts.example'] }).get('/forgot', { host })
    expect(trusted.status).toBe(400)
    const named = await setUp({ SERVER_NAME: 'accounts.example' }).get('/forgot', { host })
    expect(named.text).not.toContain('//evil')
  })

  it('is not made where nobody says how the site is called', async () => {
    const client = setUp({ TESTING: true, DEBUG: false })
    await expect(client.get('/forgot', { host: 'evil.example' })).rejects.toMatchObject({
      code: 'ERR_DEWAR_NO_ORIGIN',
    })
    const wild = setUp({ TESTING: true, TRUSTED_HOSTS: ['.accounts.example'] })
    await expect(wild.get('/forgot', { host: 'x.accounts.example' })).rejects.toMatchObject({
      code: 'ERR_DEWAR_NO_ORIGIN',
    })
  })

  it('is on the origin that passkeys are for, below where the app is mounted', () => {
    const config = { TRUSTED_HOSTS: ['accounts.example'] }
    const app = createApp({ config, environment: {}, logger: { level: 'silent' } })
    app.get('/reset/<token>', { endpoint: 'reset' }, () => '')
    const link = () => urlFor('reset', { token: 'x' }, { canonical: true })
    app.testRequestContext({ headers: [['Host', 'accounts.example']], rootPath: '/app' }, () => {
      expect([siteOrigin(), link()]).toEqual([
        'https://accounts.example',
        'https://accounts.example/app/reset/x',
      ])
    })
    app.context(() => expect(link()).toBe('https://accounts.example/reset/x'))
  })

  it('leads back to this machine while debugging', async () => {
    const client = setUp({ DEBUG: true })
    expect((await client.get('/forgot', { host: 'localhost:5000' })).text).toBe(
      'http://localhost:5000/reset/secret#form',
    )
  })
})
