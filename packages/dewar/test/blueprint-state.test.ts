import { describe, expect, it } from 'vitest'
import { abort, createBlueprint, g, NotFound, request, urlFor } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describe('record and recordOnce', () => {
  it('run at each registration, and at the first', () => {
    const app = makeApp()
    const blueprint = createBlueprint('shop', { urlPrefix: '/shop' })
    const names: string[] = []
    const once: string[] = []
    blueprint.record(({ name, urlPrefix }) => names.push(`${name} ${urlPrefix}`))
    blueprint.recordOnce(({ name }) => once.push(name))
    app.register(blueprint)
    app.register(blueprint, { name: 'market', urlPrefix: '/market' })
    expect(names).toEqual(['shop /shop', 'market /market'])
    expect(once).toEqual(['shop'])
  })
})

describe('what a blueprint adds to the whole app', () => {
  it('runs for every request, once however often the blueprint is registered', async () => {
    const app = makeApp()
    const blueprint = createBlueprint('part', { urlPrefix: '/part' })
    const seen: string[] = []
    blueprint.beforeAppRequest(() => {
      seen.push('before')
    })
    blueprint.afterAppRequest(() => {
      seen.push('after')
    })
    blueprint.teardownAppRequest(() => {
      seen.push('teardown')
    })
    blueprint.appErrorHandler(404, () => 'from the part')
    blueprint.get('/', () => 'part')
    app.get('/', () => 'app')
    app.register(blueprint)
    app.register(blueprint, { name: 'again', urlPrefix: '/again' })
    await testClient(app).get('/')
    expect(seen).toEqual(['before', 'after', 'teardown'])
    expect((await testClient(app).get('/nowhere')).text).toBe('from the part')
  })
})

describe('urlValuePreprocessor and urlDefaults', () => {
  it('take a part of each URL out, and put it back', async () => {
    const app = makeApp()
    const pages = createBlueprint('pages', { urlPrefix: '/<lang>' })
    pages.urlValuePreprocessor((_, args) => {
      Object.assign(g, { lang: args?.['lang'] })
      delete args?.['lang']
    })
    pages.urlDefaults((_, values) => {
      values['lang'] ??= Reflect.get(g, 'lang')
    })
    pages.get('/about', function about() {
      return { args: request.viewArgs, url: urlFor('.about'), other: urlFor('.about', { lang: 'en' }) }
    })
    app.register(pages)
    const answer = await testClient(app).get('/de/about')
    expect(answer.json()).toEqual({ args: {}, url: '/de/about', other: '/en/about' })
  })

  it('leave the arguments of the next request alone', async () => {
    const app = makeApp()
    app.urlValuePreprocessor((_, args) => {
      if (args !== null) args['extra'] = 'x'
    })
    app.get('/', () => ({ ...request.viewArgs }))
    app.get('/other', () => ({ ...request.viewArgs }))
    const client = testClient(app)
    await client.get('/')
    expect((await client.get('/other')).json()).toEqual({ extra: 'x' })
  })
})

describe('nested blueprints', () => {
  it('take over access, limits and exemptions of the blueprint around them', async () => {
    const app = makeApp()
    const outer = createBlueprint('outer', { urlPrefix: '/outer', access: 'authenticated' })
    const inner = createBlueprint('inner', { urlPrefix: '/inner' })
    inner.get('/secret', () => 'secret')
    inner.get('/open', { access: 'public' }, () => 'open')
    outer.register(inner)
    app.register(outer)
    const client = testClient(app)
    expect((await client.get('/outer/inner/secret')).status).toBe(401)
    expect((await client.get('/outer/inner/open')).text).toBe('open')
  })

  it.each([
    { prefix: '/p', rule: '/', path: '/p/' },
    { prefix: '/p/', rule: '/x', path: '/p/x' },
    { prefix: '/p/', rule: '//x', path: '/p/x' },
  ])('join $prefix and $rule to $path', ({ prefix, rule, path }) => {
    const app = makeApp()
    const blueprint = createBlueprint('b', { urlPrefix: prefix as string })
    blueprint.addUrlRule({ rule, view: () => 'x', endpoint: 'x' })
    app.register(blueprint)
    expect(app.urlMap.rules('b.x').map(String)[0]).toContain(path)
  })

  it('refuse endpoint names with dots', () => {
    const blueprint = createBlueprint('b')
    expect(() => blueprint.get('/', { endpoint: 'a.b' }, () => 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_ENDPOINT_NAME' }),
    )
  })
})

describe('a blueprint that owns its prefix', () => {
  function client() {
    const app = makeApp()
    const api = createBlueprint('api', { urlPrefix: '/api', ownsPrefix: true })
    api.errorHandler(404, () => ({ error: 'no such thing', blueprint: request.blueprint }))
    api.errorHandler(405, () => ({ error: 'not so' }))
    api.beforeRequest(() => {
      Object.assign(g, { api: true })
    })
    api.get('/things', () => [1])
    api.get('/missing', () => abort(404))
    app.errorHandler(NotFound, () => 'page not found')
    app.register(api)
    return testClient(app)
  }

  it.each(['/api/nothing', '/api', '/api/', '/api/a/b', '/api/missing'])(
    'answers 404 at %s',
    async (path) => {
      const response = await client().get(path)
      expect(response.status).toBe(404)
      expect(response.json()).toMatchObject({ error: 'no such thing', blueprint: 'api' })
    },
  )

  it('answers 405 under its prefix', async () => {
    const response = await client().delete('/api/things')
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBeNull()
    expect(response.json()).toEqual({ error: 'not so' })
  })

  it.each(['/nothing', '/apiary'])('leaves %s to the app', async (path) => {
    expect((await client().get(path)).text).toBe('page not found')
  })
})
