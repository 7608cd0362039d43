import { describe, expect, it } from 'vitest'
import { urlFor } from '../src/index.ts'
import { makeApp } from './setup.ts'

function site(config = {}) {
  const app = makeApp({ config })
  const show = app.get('/posts/<int:id>', { endpoint: 'show' }, () => 'x')
  const index = app.get('/', { endpoint: 'index' }, () => 'x')
  return { app, show, index }
}

describe('urlFor', () => {
  it('builds from a view, with the rest in the query', () => {
    const { app, show, index } = site()
    app.testRequestContext('/', () => {
      expect(urlFor(index)).toBe('/')
      expect(urlFor(show, { id: 7 })).toBe('/posts/7')
      expect(urlFor(show, { id: 7, page: 2 }, { anchor: 'top' })).toBe('/posts/7?page=2#top')
    })
  })

  it('builds from an endpoint name', () => {
    const { app } = site()
    app.testRequestContext('/', () => {
      expect(urlFor('show', { id: 7 })).toBe('/posts/7')
      expect(urlFor('.index')).toBe('/')
      expect(urlFor('index', { next: '/a b' })).toBe('/?next=/a+b')
    })
  })

  it('puts the path the app is mounted at in front', () => {
    const { app, index } = site()
    app.testRequestContext({ target: '/', rootPath: '/app' }, () => expect(urlFor(index)).toBe('/app/'))
  })

  it('builds absolute URLs for a host the app has named', () => {
    const { app, index } = site({ TRUSTED_HOSTS: ['blog.example'] })
    app.testRequestContext({ headers: [['Host', 'Blog.example']], scheme: 'https' }, () => {
      expect(urlFor(index, {}, { external: true })).toBe('https://blog.example/')
      expect(urlFor(index, {}, { scheme: 'http' })).toBe('http://blog.example/')
    })
  })

  it('never builds an absolute URL for a host that only the client has named', () => {
    const { app, index } = site()
    app.testRequestContext({ headers: [['Host', 'evil.example']] }, () => {
      expect(() => urlFor(index, {}, { external: true })).toThrow(
        expect.objectContaining({ code: 'ERR_DEWAR_NO_TRUSTED_HOST' }),
      )
    })
  })

  it('is absolute outside of requests, from SERVER_NAME', () => {
    const { app, index } = site({ SERVER_NAME: 'blog.example' })
    app.context(() => expect(urlFor(index)).toBe('https://blog.example/'))
  })

  it('is canonical for mails, whatever host and scheme the request came by', () => {
    const { app, index, show } = site({
      SERVER_NAME: 'blog.example',
      TRUSTED_HOSTS: ['blog.example', 'localhost'],
    })
    app.testRequestContext({ headers: [['Host', 'localhost:5000']], scheme: 'http' }, () => {
      expect(urlFor(index, {}, { canonical: true })).toBe('https://blog.example/')
      expect(urlFor(show, { id: 7 }, { canonical: true, anchor: 'top' })).toBe(
        'https://blog.example/posts/7#top',
      )
      expect(urlFor(index, {}, { external: true })).toBe('http://localhost:5000/')
    })
  })

  it('is canonical by the first whole name of TRUSTED_HOSTS, whichever of them was asked, and without one not at all', () => {
    const { app, index } = site({ TRUSTED_HOSTS: ['.blog.example', 'blog.example', 'old.example'] })
    app.testRequestContext({ headers: [['Host', 'old.example']] }, () => {
      expect(urlFor(index, {}, { canonical: true })).toBe('https://blog.example/')
    })
    const { app: unnamed, index: other } = site({ TRUSTED_HOSTS: ['.blog.example'] })
    unnamed.testRequestContext({ headers: [['Host', 'x.blog.example']] }, () => {
      expect(() => urlFor(other, {}, { canonical: true })).toThrow(
        expect.objectContaining({ code: 'ERR_DEWAR_NO_ORIGIN' }),
      )
    })
  })

  it.each([
    {
      what: 'a missing argument',
      code: 'ERR_ROUTING_BUILD',
      attempt: () => urlFor('show'),
    },
    {
      what: 'an unknown endpoint',
      code: 'ERR_ROUTING_BUILD',
      attempt: () => urlFor('shwo', { id: 1 }),
    },
    {
      what: 'a function that is no view',
      code: 'ERR_DEWAR_VIEW',
      attempt: () => urlFor((() => 'x') as never),
    },
    {
      what: 'a scheme for a relative URL',
      code: 'ERR_DEWAR_URL_SCHEME',
      attempt: () => urlFor('index', {}, { scheme: 'https', external: false }),
    },
  ])('refuses $what', ({ attempt, code }) => {
    const { app } = site()
    app.testRequestContext('/', () => expect(attempt).toThrow(expect.objectContaining({ code })))
  })
})
