/** Flask's tutorial: `tests/test_blog.py`. */
import { describe, expect, it } from 'vitest'
import { blogWithPost, login } from './fixture.ts'

describe('the list of posts', () => {
  it('shows every post with author, date and lines, and an edit link to its author only', async () => {
    const { client, other } = await blogWithPost()
    const { text: anonymous } = await client.get('/')
    expect(anonymous).toContain('Log In')
    expect(anonymous).toContain('Register')
    expect(anonymous).not.toContain('href="/1/update"')

    await login(client)
    const { text } = await client.get('/')
    expect(text).toContain('test title')
    expect(text).toContain('by <bdi>test</bdi> on <time datetime="2018-01-01T00:00:00Z">2018-01-01</time>')
    expect(text).toContain('test\nbody')
    expect(text).toContain('href="/1/update"')

    await login(other, 'other', 'other')
    expect((await other.get('/')).text).not.toContain('href="/1/update"')
  })

  it('has the newest post first, also within one second', async () => {
    const { client } = await blogWithPost()
    await login(client)
    for (const title of ['second', 'third']) await client.post('/create', { form: { title, body: '' } })
    const { text } = await client.get('/')
    expect(text.match(/(?<=<h2[^>]*>)[^<]+/g)).toEqual(['third', 'second', 'test title'])
  })
})

describe('who may write', () => {
  it.each(['/create', '/1/update'])(
    'sends a stranger who opens %s to the login page and back',
    async (path) => {
      const { client } = await blogWithPost()
      const response = await client.get(path)
      expect(response.status).toBe(302)
      expect(response.location).toBe(`/auth/login?next=${path}`)
    },
  )

  it.each(['/create', '/1/update', '/1/delete'])(
    'sends a stranger who posts to %s to the login page',
    async (path) => {
      const { client, db } = await blogWithPost()
      const response = await client.post(path, { form: { title: 'x', body: '' } })
      expect(response.status).toBe(302)
      expect(response.location).toMatch(/^\/auth\/login(\?|$)/)
      expect(db.prepare('SELECT title FROM post').all()).toEqual([{ title: 'test title' }])
    },
  )

  it.each(['/1/update', '/1/delete'])('answers 403 to a POST of somebody else to %s', async (path) => {
    const { other, db } = await blogWithPost()
    await login(other, 'other', 'other')
    expect((await other.post(path, { form: { title: 'x', body: '' } })).status).toBe(403)
    expect(db.prepare('SELECT title FROM post').all()).toEqual([{ title: 'test title' }])
  })

  it('answers 403 to somebody else who opens the edit page', async () => {
    const { other } = await blogWithPost()
    await login(other, 'other', 'other')
    const response = await other.get('/1/update')
    expect(response.status).toBe(403)
    expect(response.text).toContain('Only its author may change a post.')
    expect(response.text).toContain('Log Out')
  })

  it.each([
    '/2/update',
    '/2/delete',
    '/0/update',
    '/9007199254740993/update',
    `/${'9'.repeat(400)}/delete`,
    '/one/update',
    '/-1/update',
    '/1.5/update',
  ])('answers 404 to the missing post %s', async (path) => {
    const { client } = await blogWithPost()
    await login(client)
    expect((await client.post(path, { form: { title: 'x', body: '' } })).status).toBe(404)
  })

  it('answers 405 to a GET that would delete', async () => {
    const { client } = await blogWithPost()
    await login(client)
    expect((await client.get('/1/delete')).status).toBe(405)
  })

  it.each(['/create', '/1/update', '/1/delete', '/auth/logout'])(
    'refuses a POST to %s without a CSRF token',
    async (path) => {
      const { client, db } = await blogWithPost()
      await login(client)
      const response = await client.post(path, { form: { title: 'x', body: '' }, csrf: false })
      expect(response.status).toBe(403)
      expect(db.prepare('SELECT title FROM post').all()).toEqual([{ title: 'test title' }])
      expect((await client.get('/')).text).toContain('>test</li>')
    },
  )
})

describe('writing', () => {
  it('creates a post, with or without a body', async () => {
    const { client, db } = await blogWithPost()
    await login(client)
    expect((await client.get('/create')).status).toBe(200)
    const response = await client.post('/create', { form: { title: 'created', body: '' } })
    expect([response.status, response.location]).toEqual([302, '/'])
    expect(db.prepare('SELECT title, author_id FROM post WHERE id = 2').get()).toEqual({
      title: 'created',
      author_id: 1,
    })
  })

  it('updates a post', async () => {
    const { client, db } = await blogWithPost()
    await login(client)
    const { text } = await client.get('/1/update')
    expect(text).toContain('value="test title"')
    expect(text).toContain('test\nbody</textarea>')
    await client.post('/1/update', { form: { title: 'up\0dated', body: 'a\r\n\tb\u001b' } })
    expect(db.prepare('SELECT title, body FROM post WHERE id = 1').get()).toEqual({
      title: 'updated',
      body: 'a\n\tb',
    })
  })

  it('deletes a post', async () => {
    const { client, db } = await blogWithPost()
    await login(client)
    const response = await client.post('/1/delete')
    expect([response.status, response.location]).toEqual([302, '/'])
    expect(db.prepare('SELECT id FROM post').all()).toEqual([])
  })

  it.each([
    ['no title', '', 'Title is required.'],
    ['spaces', '   \t ', 'Title is required.'],
    ['control characters', '\0\u0007\u001b', 'Title is required.'],
    ['characters nobody sees', '\u200b\u2060', 'Title is required.'],
    ['a title that is too long', 'x'.repeat(201), 'Title is too long: 200 characters are the most.'],
  ])('refuses %s with a message and keeps what was typed', async (_case, title, message) => {
    const { client, db } = await blogWithPost()
    await login(client)
    for (const path of ['/create', '/1/update']) {
      const response = await client.post(path, { form: { title, body: 'typed "text"' } })
      expect(response.status).toBe(200)
      expect(response.text).toContain(message)
      expect(response.text).toContain('typed &#34;text&#34;</textarea>')
    }
    expect(db.prepare('SELECT title FROM post').all()).toEqual([{ title: 'test title' }])
  })

  it.each([
    ['a script', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['quotes', `"double" and 'single'`, '&#34;double&#34; and &#39;single&#39;'],
    ['an entity', 'a &lt; b', 'a &amp;lt; b'],
    ['emoji', '🧪 👩‍🔬 é', '🧪 👩‍🔬 é'],
    ['template syntax', '{{ 7 * 7 }}{% raw %}', '{{ 7 * 7 }}{% raw %}'],
    ['SQL', `'); DROP TABLE post; --`, '&#39;); DROP TABLE post; --'],
  ])('shows %s in a title as text, in the list and in the form', async (_case, title, escaped) => {
    const { client } = await blogWithPost()
    await login(client)
    await client.post('/create', { form: { title, body: title } })
    const list = (await client.get('/')).text
    expect(list).toContain(`dir="auto">${escaped}</h2>`)
    expect(list).toContain(`<p class="body" dir="auto">${escaped}</p>`)
    const form = (await client.get('/2/update')).text
    expect(form).toContain(`value="${escaped}"`)
    expect(form).toContain(`\n${escaped}</textarea>`)
  })
})
