import { describe, expectTypeOf, it } from 'vitest'
import { createBlueprint, NotFound, type RuleArgs, urlFor } from '../src/index.ts'
import { makeApp } from './setup.ts'

/** What follows is checked by the compiler; nothing of it needs to run. */
const app = makeApp()
const unchecked = (run: () => unknown) => expectTypeOf(run).toBeFunction()

describe('the types of routes', () => {
  it('give a view its arguments', () => {
    app.get('/a/<int:id>/<slug>', (args) => {
      expectTypeOf(args).toEqualTypeOf<{ id: number; slug: string }>()
      return 'x'
    })
    app.get('/b/<any(new, old):order>', ({ order }) => {
      expectTypeOf(order).toEqualTypeOf<'new' | 'old'>()
      return 'x'
    })
    createBlueprint('user', { urlPrefix: '/users/<uuid:user>' }).get('/<float:x>', (args) => {
      expectTypeOf(args).toEqualTypeOf<RuleArgs<'/users/<uuid:user>/<float:x>'>>()
      return 'x'
    })
  })

  it('refuse a misspelt converter and show it', () => {
    unchecked(() => {
      // @ts-expect-error: 'unknown converter': "itn"
      app.get('/c/<itn:id>', () => 'x')
      // @ts-expect-error: 'unknown converter': "itn"
      app.get('/c/<itn:id>')
    })
  })

  it('refuse what is no answer', () => {
    unchecked(() => {
      // @ts-expect-error: a number is no answer
      app.get('/d', () => 5)
      // @ts-expect-error: nothing is no answer
      app.get('/e', () => {})
      // @ts-expect-error: neither is a promise of nothing
      app.get('/f', async () => undefined)
    })
  })

  it('check the annotations of decorated methods', () => {
    class Pages {
      @app.get('/posts/<int:id>')
      good({ id }: RuleArgs<'/posts/<int:id>'>) {
        return id.toFixed()
      }

      // @ts-expect-error: id is a number
      @app.get('/notes/<int:id>')
      bad({ id }: { id: string }) {
        return id
      }
    }
    expectTypeOf(Pages).toBeConstructibleWith()
  })

  it('refuse methods where the call names one', () => {
    unchecked(() => {
      // @ts-expect-error: app.get takes no methods
      app.get('/g', { methods: ['POST'] }, () => 'x')
      // @ts-expect-error: a misspelt option
      app.get('/h', { acess: 'public' }, () => 'x')
    })
  })

  it("require a view's arguments of urlFor exactly when it has some", () => {
    const show = app.get('/shown/<int:id>', ({ id }) => String(id))
    const index = app.get('/index', () => 'x')
    unchecked(() => {
      urlFor(index)
      urlFor(index, { page: 2 })
      urlFor(show, { id: 1, page: 2 })
      // @ts-expect-error: id is missing
      urlFor(show)
      // @ts-expect-error: id is a number
      urlFor(show, { id: '1' })
    })
  })

  it('give a view the arguments that defaults add, typed', () => {
    app.get('/pages', { defaults: { page: 1 }, endpoint: 'pages' }, (args) => {
      expectTypeOf(args.page).toEqualTypeOf<number>()
      return 'x'
    })
    const shown = app.get(
      '/of/<name>',
      { defaults: { page: 1 }, endpoint: 'of', access: () => true },
      ({ name, page }) => {
        expectTypeOf(name).toEqualTypeOf<string>()
        expectTypeOf(page).toEqualTypeOf<number>()
        return 'x'
      },
    )
    class Pages {
      @app.get('/in/<name>', { defaults: { page: 1 } })
      show({ name, page }: { name: string; page: number }): string {
        return name + page
      }
    }
    app.register(new Pages())
    unchecked(() => {
      urlFor(shown, { name: 'ada' })
      // @ts-expect-error: no default of this name
      app.get('/a', { defaults: { page: 1 } }, ({ pgae }) => `${pgae}`)
      // @ts-expect-error: the default is a number
      app.get('/b', { defaults: { page: 1 } }, ({ page }: { page: string }) => page)
      // @ts-expect-error: the rule has no such argument, and nothing adds it
      app.get('/c', { access: 'public' }, ({ page }) => `${page}`)
    })
  })

  it('give an error handler the error of its class', () => {
    app.errorHandler(NotFound, (error) => {
      expectTypeOf(error).toEqualTypeOf<NotFound>()
      return 'x'
    })
  })

  it('know the settings', () => {
    expectTypeOf(app.config.SESSION_COOKIE_SAMESITE).toEqualTypeOf<'Strict' | 'Lax' | 'None' | null>()
    expectTypeOf(app.config.PERMANENT_SESSION_LIFETIME).toEqualTypeOf<number>()
    expectTypeOf(app.config.TRUSTED_HOSTS).toEqualTypeOf<readonly string[] | null>()
    unchecked(() => {
      // @ts-expect-error: a misspelt setting
      makeApp({ config: { SESION_COOKIE_NAME: 'x' } })
      // @ts-expect-error: a text is no lifetime
      makeApp({ config: { PERMANENT_SESSION_LIFETIME: '1h' } })
    })
  })
})
