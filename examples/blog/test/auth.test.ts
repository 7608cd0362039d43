/** Flask's tutorial: `tests/test_auth.py`. */
import type { TestClient } from 'dewar/testing'
import { describe, expect, it } from 'vitest'
import { blogWithPost, login } from './fixture.ts'

describe('registering', () => {
  it('keeps a hash of the password and leads to the login page', async () => {
    const { client, db } = await blogWithPost()
    expect((await client.get('/auth/register')).status).toBe(200)

    const response = await client.post('/auth/register', { form: { username: 'a', password: 'a' } })

    expect([response.status, response.location]).toEqual([302, '/auth/login'])
    const row = db.prepare('SELECT password FROM user WHERE username = ?').get('a')
    expect(row?.['password']).toMatch(/^\$scrypt\$|^scrypt:/)
  })

  it.each([
    ['no name', '', '', 'Username is required.'],
    ['spaces for a name', '   ', 'a', 'Username is required.'],
    ['no password', 'a', '', 'Password is required.'],
    ['a name that is taken', 'test', 'test', 'User test is already registered.'],
    ['a taken name with spaces around it', ' test ', 'test', 'User test is already registered.'],
    [
      'a password that is too long',
      'a',
      'x'.repeat(1001),
      'Password is too long: 1000 characters are the most.',
    ],
    ['a name that is too long', 'x'.repeat(65), 'a', 'Username is too long: 64 characters are the most.'],
    [
      'a name that turns the line around',
      'a\u202etset',
      'a',
      'Username has a character that cannot be seen.',
    ],
  ])('refuses %s with a message', async (_case, username, password, message) => {
    const { client } = await blogWithPost()
    const response = await client.post('/auth/register', { form: { username, password } })
    expect(response.status).toBe(200)
    expect(response.text).toContain(message)
  })

  it('registers a name once when two ask for it at the same time', async () => {
    const { client, other, db } = await blogWithPost()
    const form = { username: 'racer', password: 'fast' }
    await Promise.all([client.get('/auth/register'), other.get('/auth/register')])

    const responses = await Promise.all([client, other].map((one) => one.post('/auth/register', { form })))

    expect(responses.map(({ status }) => status).sort()).toEqual([200, 302])
    expect(db.prepare('SELECT count(*) AS n FROM user WHERE username = ?').get('racer')).toEqual({ n: 1 })
  })

  it.each([
    ['an emoji', '🧪🧪'],
    ['markup', '<b>"O\'Neil"</b> & co'],
    ['another script', 'Дьюар'],
  ])('takes %s as a name and shows it as text', async (_case, username) => {
    const { client } = await blogWithPost()
    await client.post('/auth/register', { form: { username, password: 'pw' } })
    await login(client, username, 'pw')
    const { text } = await client.get('/')
    expect(text).not.toContain('<b>')
    expect(text).toContain(username.includes('<') ? '&lt;b&gt;' : username)
  })
})

describe('logging in', () => {
  it('leads to the posts and shows the name', async () => {
    const { client } = await blogWithPost()
    expect((await client.get('/auth/login')).status).toBe(200)

    const response = await login(client)

    expect([response.status, response.location]).toEqual([302, '/'])
    const { text } = await client.get('/')
    expect(text).toContain('Log Out')
    expect(text).toContain('>test</li>')
  })

  it.each([
    ['a wrong name', 'a', 'test'],
    ['a wrong password', 'test', 'a'],
    ['no password', 'test', ''],
    ['a password of a megabyte or nearly', 'test', 'x'.repeat(400_000)],
    ['an injection', "test' OR '1'='1", 'test'],
  ])('refuses %s, and never says which of the two was wrong', async (_case, username, password) => {
    const { client } = await blogWithPost()
    const response = await login(client, username, password)
    expect(response.status).toBe(200)
    expect(response.text).toContain('Incorrect username or password.')
    expect((await client.get('/')).text).toContain('Log In')
  })

  it('goes back to the page that asked for it', async () => {
    const { client } = await blogWithPost()
    const asked = await client.get('/create?draft=1')
    expect(asked.status).toBe(302)
    const response = await client.post(asked.location ?? '', { form: { username: 'test', password: 'test' } })
    expect(response.location).toBe('/create?draft=1')
  })

  it.each([
    ['another host', 'https://evil.example/'],
    ['another host without a scheme', '//evil.example/'],
    ['backslashes', '/\\evil.example/'],
    ['a script', 'javascript:alert(1)'],
  ])('never leads to %s', async (_case, next) => {
    const { client } = await blogWithPost()
    const response = await client.post(`/auth/login?next=${encodeURIComponent(next)}`, {
      form: { username: 'test', password: 'test' },
    })
    expect([response.status, response.location]).toEqual([302, '/'])
  })

  it('answers 400 when a field is missing', async () => {
    const { client } = await blogWithPost()
    expect((await client.post('/auth/login', { form: { username: 'test' } })).status).toBe(400)
  })

  it('forgets a user whose row is gone', async () => {
    const { client, other, db } = await blogWithPost()
    await login(other, 'other', 'other')
    db.exec("DELETE FROM user WHERE username = 'other'")
    expect((await other.get('/')).text).toContain('Log In')
    expect((await client.get('/')).status).toBe(200)
  })
})

describe('being remembered', () => {
  /** The window is closed: what is left are the cookies with a date. */
  const reopen = (client: TestClient) => client.deleteCookie('session')

  it('outlives the window when the box was ticked, and not the logout', async () => {
    const { client } = await blogWithPost()
    expect((await client.get('/auth/login')).text).toContain('name="remember"')
    await client.post('/auth/login', { form: { username: 'test', password: 'test', remember: 'on' } })
    reopen(client)
    expect((await client.get('/')).text).toContain('Log Out')
    await client.post('/auth/logout')
    reopen(client)
    expect((await client.get('/')).text).toContain('Log In')
  })

  it('is for those who have asked for it', async () => {
    const { client } = await blogWithPost()
    await login(client)
    reopen(client)
    expect((await client.get('/')).text).toContain('Log In')
  })

  it('ends with a new password', async () => {
    const { client, db } = await blogWithPost()
    await client.post('/auth/login', { form: { username: 'test', password: 'test', remember: 'on' } })
    db.exec("UPDATE user SET password = 'scrypt:changed' WHERE username = 'test'")
    expect((await client.get('/')).text).toContain('Log In')
    reopen(client)
    expect((await client.get('/')).text).toContain('Log In')
  })
})

describe('logging out', () => {
  it('ends the session with the button of the page', async () => {
    const { client } = await blogWithPost()
    await login(client)
    expect((await client.post('/auth/logout')).location).toBe('/')
    expect((await client.get('/')).text).toContain('Log In')
  })

  it.each([
    ['a client that sends no Sec-Fetch-Site', {}],
    ['a typed address', { 'sec-fetch-site': 'none' }],
    ['a link of the blog', { 'sec-fetch-site': 'same-origin' }],
  ])("ends it with the tutorial's link for %s", async (_case, headers) => {
    const { client } = await blogWithPost()
    await login(client)
    expect((await client.get('/auth/logout', { headers })).location).toBe('/')
    expect((await client.get('/')).text).toContain('Log In')
  })

  it.each(['cross-site', 'same-site'])('asks first when the link is on a %s page', async (site) => {
    const { client } = await blogWithPost()
    await login(client)
    const response = await client.get('/auth/logout', { headers: { 'sec-fetch-site': site } })
    expect([response.status, response.location]).toEqual([200, null])
    expect((await client.get('/')).text).toContain('>test</li>')
  })
})
