/** Programs with tokens: no session, no cookie, and a CSRF proof only where a browser could be made to ask. */
import type { ConfigInput } from 'dewar'
import { describe, expect, it } from 'vitest'
import { how, makeClub, sessionCookie } from './club.ts'

function clubWithTokens(config: ConfigInput = {}) {
  const club = makeClub({
    config,
    options: {
      requestLoader: ({ authorization, headers }) => {
        const key = headers.get('X-Api-Key')
        const members = [...club.members.values()]
        if (key !== null) return members.find(({ token }) => token === key)
        if (authorization?.type === 'bearer')
          return members.find(({ token }) => token === authorization.token)
        return authorization !== null && 'username' in authorization
          ? members.find(({ name }) => name === authorization.username)
          : null
      },
    },
  })
  return club
}

const bearer = { Authorization: 'Bearer t1' }

describe('requestLoader', () => {
  it('knows a program by its token, on public routes too, and makes no session', async () => {
    const { browser } = clubWithTokens()
    const response = await browser().get('/how', { headers: bearer })
    expect(response.json()).toEqual(['ada', false, 'request'])
    expect(response.headers.has('Set-Cookie')).toBe(false)
    expect(response.headers.get('Cache-Control')).toBe('private')
    expect((await browser().get('/members', { headers: bearer })).text).toBe('ada')
  })

  it('is asked only where neither session nor remember-me cookie says who it is', async () => {
    const { browser } = clubWithTokens()
    const client = browser()
    await client.get('/as/2')
    expect((await client.get('/how', { headers: bearer })).json()).toEqual(['bob', true, 'session'])
  })

  it('knows nobody by a wrong token, nor somebody who is not active', async () => {
    const { browser, members } = clubWithTokens()
    expect((await browser().get('/who', { headers: { Authorization: 'Bearer x' } })).text).toBe('stranger')
    const ada = members.get('1')
    if (ada) ada.isActive = false
    expect((await browser().get('/who', { headers: bearer })).text).toBe('stranger')
  })

  it('cannot be confirmed into a session', async () => {
    const { browser, members } = clubWithTokens()
    const client = browser({ Accept: 'application/json' })
    await client.get('/as/2')
    const bob = members.get('2')
    if (bob) bob.isActive = false
    expect((await client.get('/confirm', { headers: bearer })).status).toBe(401)
    if (bob) bob.isActive = true
    expect((await client.get('/who')).text).toBe('bob')
  })

  it('needs no key where there are no sessions', async () => {
    const { browser } = clubWithTokens({ SECRET_KEY: null, DEBUG: true })
    expect((await browser().get('/members', { headers: bearer })).text).toBe('ada')
    expect((await browser().post('/members', { csrf: false, headers: bearer })).text).toBe('posted by ada')
    expect((await browser().get('/members', { headers: { Accept: 'application/json' } })).status).toBe(401)
  })

  it('gives no fresh login', async () => {
    const { browser } = clubWithTokens()
    expect(
      (await browser().get('/money', { headers: { ...bearer, Accept: 'application/json' } })).status,
    ).toBe(401)
  })
})

describe('the CSRF proof', () => {
  const post = (headers: Record<string, string>) => ({ csrf: false, headers })

  it('is not asked of a program with a bearer token', async () => {
    const response = await clubWithTokens().browser().post('/members', post(bearer))
    expect([response.status, response.text]).toEqual([200, 'posted by ada'])
  })

  it.each([
    ['Basic credentials, which browsers send by themselves', { Authorization: `Basic ${btoa('ada:x')}` }],
    ['a header of the app’s own', { 'X-Api-Key': 't1' }],
  ])('is asked of a request with %s', async (_case, headers) => {
    expect((await clubWithTokens().browser().post('/members', post(headers))).status).toBe(403)
  })

  it('is asked of a request that also carries a session, whoever’s the token is', async () => {
    const { browser } = clubWithTokens()
    const client = browser()
    await client.get('/as/2')
    expect((await client.post('/members', post(bearer))).status).toBe(403)
    const stranger = browser()
    stranger.setCookie(sessionCookie, 'x.y.z')
    expect((await stranger.post('/members', post(bearer))).status).toBe(403)
  })

  it('is asked of a request whose token is nobody’s', async () => {
    const response = await clubWithTokens()
      .browser()
      .post('/members', post({ Authorization: 'Bearer x' }))
    expect(response.status).not.toBe(200)
  })

  it('does not help a page of another site', async () => {
    const headers = { ...bearer, Origin: 'https://evil.example' }
    expect((await clubWithTokens().browser().post('/members', post(headers))).status).toBe(403)
  })

  it('is asked of a login form although a token came with it', async () => {
    const { app, auth, browser, members } = clubWithTokens()
    app.post('/enter', () => {
      const user = members.get('2')
      return user !== undefined && auth.login(user) ? 'in' : 'out'
    })
    const client = browser()
    expect(await how(client)).toEqual(['stranger', false, null])
    expect((await client.post('/enter', { csrf: false })).status).toBe(403)
    expect((await client.post('/enter')).text).toBe('in')
  })
})
