import { describe, expect, it } from 'vitest'
import { createBlueprint } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describe('app.get and its like', () => {
  it('hands a view its arguments, converted', async () => {
    const app = makeApp()
    app.get('/posts/<int:id>', ({ id }) => `post ${id + 1}`)
    expect((await testClient(app).get('/posts/41')).text).toBe('post 42')
  })

  it('answers HEAD with the head of GET', async () => {
    const app = makeApp()
    app.get('/', () => 'Hello')
    const response = await testClient(app).head('/')
    expect(response.status).toBe(200)
    expect(response.text).toBe('')
  })

  it('answers OPTIONS with the methods of the URL', async () => {
    const app = makeApp()
    app.get('/', function read() {
      return 'x'
    })
    app.post('/', function write() {
      return 'x'
    })
    const response = await testClient(app).options('/')
    expect(response.status).toBe(200)
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS, POST')
    expect(response.text).toBe('')
  })

  it('answers 405 with Allow for another method', async () => {
    const app = makeApp()
    app.post('/', () => 'x')
    const response = await testClient(app).get('/')
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('OPTIONS, POST')
  })

  it('answers 404 where no rule matches', async () => {
    expect((await testClient(makeApp()).get('/nowhere')).status).toBe(404)
  })

  it.each([
    ['/%ff', 400],
    [`/${'a'.repeat(9000)}`, 414],
  ])('says that a path cannot be read: %s', async (path, status) => {
    const app = makeApp()
    app.get('/<path:rest>', ({ rest }) => rest)
    expect((await testClient(app).get(path)).status).toBe(status)
  })

  it('redirects to the slash of a rule, keeping the query', async () => {
    const app = makeApp()
    app.get('/docs/', () => 'x')
    const response = await testClient(app).get('/docs?page=2')
    expect(response.status).toBe(308)
    expect(response.location).toBe('/docs/?page=2')
  })

  it('takes several methods through route', async () => {
    const app = makeApp()
    app.route('/login', { methods: ['GET', 'post'] }, () => 'both')
    const client = testClient(app)
    expect((await client.get('/login')).text).toBe('both')
    expect((await client.post('/login')).text).toBe('both')
  })

  it('takes routes as data through addUrlRule', async () => {
    const app = makeApp()
    app.addUrlRule({ rule: '/x/<int:n>', endpoint: 'x', view: ({ n }: { n: number }) => `n is ${n}` })
    expect((await testClient(app).get('/x/3')).text).toBe('n is 3')
  })

  it('names an endpoint after its function, else after method and rule', () => {
    const app = makeApp({ staticFolder: null })
    app.get('/a', function index() {
      return 'x'
    })
    app.get('/b', () => 'x')
    app.get('/c', { endpoint: 'third' }, () => 'x')
    expect(app.urlMap.rules().map((rule) => rule.endpoint)).toEqual(['index', 'GET /b', 'third'])
  })

  it('serves one view under two rules', async () => {
    const app = makeApp()
    const view = () => 'same'
    app.get('/one', { endpoint: 'v' }, view)
    app.get('/two', { endpoint: 'v' }, view)
    const client = testClient(app)
    expect([(await client.get('/one')).text, (await client.get('/two')).text]).toEqual(['same', 'same'])
  })

  it.each([
    {
      what: 'a second view under a taken endpoint',
      code: 'ERR_DEWAR_ENDPOINT_TAKEN',
      attempt: (app: ReturnType<typeof makeApp>) => {
        app.get('/a', { endpoint: 'x' }, () => 'a')
        app.get('/b', { endpoint: 'x' }, () => 'b')
      },
    },
    {
      what: 'a misspelt converter',
      code: 'ERR_ROUTING_UNKNOWN_CONVERTER',
      attempt: (app: ReturnType<typeof makeApp>) => app.addUrlRule({ rule: '/<itn:id>', view: () => 'x' }),
    },
    {
      what: 'methods that are no list',
      code: 'ERR_DEWAR_METHODS',
      attempt: (app: ReturnType<typeof makeApp>) =>
        app.addUrlRule({ rule: '/', methods: 'POST' as never, view: () => 'x' }),
    },
    {
      what: 'a view that an import did not bring',
      code: 'ERR_DEWAR_VIEW',
      attempt: (app: ReturnType<typeof makeApp>) => app.get('/', undefined as never),
    },
    {
      what: 'a view that is missing behind options',
      code: 'ERR_DEWAR_VIEW',
      attempt: (app: ReturnType<typeof makeApp>) => app.get('/', { access: 'public' }, undefined as never),
    },
    {
      what: 'text in place of a view',
      code: 'ERR_DEWAR_VIEW',
      attempt: (app: ReturnType<typeof makeApp>) => app.get('/', 'Hello' as never),
    },
    {
      what: 'the same rule and method twice',
      code: 'ERR_ROUTING_DUPLICATE',
      attempt: (app: ReturnType<typeof makeApp>) => {
        app.get('/same', { endpoint: 'a' }, () => 'a')
        app.get('/same', { endpoint: 'b' }, () => 'b')
        app.freeze()
      },
    },
    {
      what: 'a route after the first request',
      code: 'ERR_DEWAR_FROZEN',
      attempt: (app: ReturnType<typeof makeApp>) => {
        app.freeze()
        app.get('/late', () => 'x')
      },
    },
  ])('refuses $what', ({ attempt, code }) => {
    expect(() => attempt(makeApp())).toThrow(
      expect.objectContaining({ code, fix: expect.stringMatching(/\w/) }),
    )
  })
})

describe('route decorators', () => {
  it('bind the methods of an instance under the name of its class', async () => {
    const app = makeApp()
    class Account {
      #greeting = 'Hello'

      @app.get('/account/<name>')
      show({ name }: { name: string }) {
        return `${this.#greeting}, ${name}`
      }

      @app.post('/account')
      create() {
        return 'created'
      }
    }
    app.register(new Account())
    const client = testClient(app)
    expect((await client.get('/account/ada')).text).toBe('Hello, ada')
    expect((await client.post('/account')).text).toBe('created')
    expect(app.urlMap.rules('account.show')).toHaveLength(1)
  })

  it('put a prefix before the rules of an instance', async () => {
    const app = makeApp()
    class Pages {
      @app.get('/about')
      about() {
        return 'about'
      }
    }
    app.register(new Pages(), { urlPrefix: '/site' })
    expect((await testClient(app).get('/site/about')).text).toBe('about')
  })

  it('wrap a plain function too', async () => {
    const app = makeApp()
    app.get('/plain')(() => 'plain')
    expect((await testClient(app).get('/plain')).text).toBe('plain')
  })

  it('count other decorators, above and below', async () => {
    const app = makeApp()
    const shout = (view: (args: object) => string, _context: ClassMethodDecoratorContext) =>
      function (this: unknown, args: object) {
        return view.call(this, args).toUpperCase()
      }
    class Pages {
      @shout
      @app.get('/above')
      above(_args: object) {
        return 'above'
      }

      @app.get('/below')
      @shout
      below(_args: object) {
        return 'below'
      }
    }
    app.register(new Pages())
    const client = testClient(app)
    expect([(await client.get('/above')).text, (await client.get('/below')).text]).toEqual(['ABOVE', 'BELOW'])
  })

  it('are reported when their class was never registered', () => {
    const app = makeApp()
    class Forgotten {
      @app.get('/forgotten')
      page() {
        return 'x'
      }
    }
    void Forgotten
    expect(() => app.freeze()).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_UNREGISTERED', message: expect.stringContaining("'page'") }),
    )
  })

  it('are asked for when an instance has none', () => {
    class Bare {}
    expect(() => makeApp().register(new Bare())).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_NO_ROUTES' }),
    )
  })
})

describe('options that do not exist', () => {
  it.each([
    ['of a route', () => makeApp().get('/', { acces: 'authenticated' } as never, () => '')],
    [
      'of a route as data',
      () => makeApp().addUrlRule({ rule: '/', acces: 'authenticated', view: () => '' } as never),
    ],
    ['of a decorated method', () => makeApp().get('/', { acces: 'authenticated' } as never)(() => '')],
    ['of a blueprint', () => createBlueprint('admin', { acces: 'authenticated' } as never)],
  ])('are refused with the name that was meant: %s', (_what, register) => {
    expect(register).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_OPTION', fix: "Did you mean 'access'?" }),
    )
  })

  it('are refused of register, too', () => {
    const register = () => makeApp().register(createBlueprint('admin'), { prefix: '/x' } as never)
    expect(register).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_OPTION' }))
  })
})
