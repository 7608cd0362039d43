import { describe, expect, it } from 'vitest'
import { createBlueprint, request, urlFor } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describe('a blueprint', () => {
  it('puts its name before endpoints and its prefix before rules', async () => {
    const app = makeApp()
    const blog = createBlueprint('blog', { urlPrefix: '/blog' })
    blog.get('/', function index() {
      return `${request.endpoint} ${request.blueprint} ${request.urlRule}`
    })
    app.register(blog)
    expect((await testClient(app).get('/blog/')).text).toBe('blog.index blog /blog/')
  })

  it('types and hands over the arguments of its prefix', async () => {
    const app = makeApp()
    const user = createBlueprint('user', { urlPrefix: '/users/<int:userId>' })
    user.get('/posts/<slug>', ({ userId, slug }) => `${userId.toFixed(1)} ${slug.toUpperCase()}`)
    app.register(user)
    expect((await testClient(app).get('/users/7/posts/hi')).text).toBe('7.0 HI')
  })

  it('nests', async () => {
    const app = makeApp()
    const outer = createBlueprint('p', { urlPrefix: '/p' })
    const inner = createBlueprint('q', { urlPrefix: '/q' })
    inner.get('/r', function r() {
      return request.blueprints.join(' ')
    })
    outer.register(inner)
    app.register(outer)
    expect((await testClient(app).get('/p/q/r')).text).toBe('p.q p')
    expect(app.urlMap.rules('p.q.r')).toHaveLength(1)
  })

  it('can be registered twice under two names', async () => {
    const app = makeApp()
    const pages = createBlueprint('pages')
    const show = pages.get('/x', (): string => urlFor(show))
    app.register(pages, { name: 'a', urlPrefix: '/a' })
    app.register(pages, { name: 'b', urlPrefix: '/b' })
    const client = testClient(app)
    expect([(await client.get('/a/x')).text, (await client.get('/b/x')).text]).toEqual(['/a/x', '/b/x'])
  })

  it('builds URLs of its own with a leading dot', async () => {
    const app = makeApp()
    const blog = createBlueprint('blog', { urlPrefix: '/blog' })
    blog.get('/', function index() {
      return urlFor('.show', { id: 1 })
    })
    blog.get('/<int:id>', function show() {
      return urlFor('.index')
    })
    app.register(blog)
    const client = testClient(app)
    expect([(await client.get('/blog/')).text, (await client.get('/blog/1')).text]).toEqual([
      '/blog/1',
      '/blog/',
    ])
  })

  it('hands its access rule to routes that have none of their own', async () => {
    const app = makeApp()
    const admin = createBlueprint('admin', { access: 'authenticated' })
    admin.get('/admin', () => 'secret')
    admin.get('/about', { access: 'public' }, () => 'open')
    app.register(admin)
    const client = testClient(app)
    expect([(await client.get('/admin')).status, (await client.get('/about')).status]).toEqual([401, 200])
  })

  it('binds decorated methods of its own', async () => {
    const app = makeApp()
    const api = createBlueprint('api', { urlPrefix: '/api' })
    class Things {
      @api.get('/things')
      list() {
        return ['thing']
      }
    }
    api.register(new Things())
    app.register(api)
    expect((await testClient(app).get('/api/things')).json()).toEqual(['thing'])
    expect(app.urlMap.rules('api.things.list')).toHaveLength(1)
  })

  it.each([
    {
      what: 'a name with a dot',
      code: 'ERR_DEWAR_BLUEPRINT_NAME',
      attempt: () => createBlueprint('a.b'),
    },
    {
      what: 'a name that is taken',
      code: 'ERR_DEWAR_BLUEPRINT_TAKEN',
      attempt: () => {
        const app = makeApp()
        app.register(createBlueprint('a'))
        app.register(createBlueprint('a'))
      },
    },
    {
      what: 'itself within itself',
      code: 'ERR_DEWAR_BLUEPRINT_NESTED',
      attempt: () => {
        const blueprint = createBlueprint('a')
        blueprint.register(blueprint)
      },
    },
    {
      what: 'a change after it was registered',
      code: 'ERR_DEWAR_FROZEN',
      attempt: () => {
        const blueprint = createBlueprint('a')
        makeApp().register(blueprint)
        blueprint.get('/', () => 'x')
      },
    },
  ])('refuses $what', ({ attempt, code }) => {
    expect(attempt).toThrow(expect.objectContaining({ code, fix: expect.stringMatching(/\w/) }))
  })
})
