/** What the compiler knows of signals, class views, config, blueprints and streams. */
import { describe, expectTypeOf, it } from 'vitest'
import {
  type App,
  type BlueprintState,
  copyCurrentRequestContext,
  createApp,
  createBlueprint,
  createSignal,
  MethodView,
  type Response,
  streamWithContext,
  View,
} from '../src/index.ts'

declare module '../src/index.ts' {
  interface Config {
    MAIL_PORT: number
  }
}

const app = createApp({ environment: {}, logger: { level: 'silent' } })

describe('types', () => {
  it('of signals: each tells what its name promises', () => {
    app.signals.requestFinished.connect(({ response }) => expectTypeOf(response).toEqualTypeOf<Response>())
    app.signals.gotRequestException.connect(({ error }) => expectTypeOf(error).toEqualTypeOf<unknown>())
    // @ts-expect-error a context has no response
    app.signals.appcontextPushed.connect(({ response }) => response)
    expectTypeOf(app.signals.requestStarted.connect(() => {})).toEqualTypeOf<() => void>()
    const own = createSignal<{ id: number }>('test:own')
    // @ts-expect-error it tells numbers
    own.connect(({ id }: { id: string }) => id)
  })

  it('of class views: the constructor’s arguments are checked', () => {
    class Greeting extends View {
      readonly #word: string
      constructor(word: string) {
        super()
        this.#word = word
      }
      dispatchRequest() {
        return this.#word
      }
    }
    expectTypeOf(Greeting.asView('greeting', 'Hello').methods).toEqualTypeOf<readonly string[] | undefined>()
    // @ts-expect-error the word is missing
    Greeting.asView('greeting')
    // @ts-expect-error the word is text
    Greeting.asView('greeting', 7)
    class Posts extends MethodView {
      get({ id }: { id: number }) {
        return { id }
      }
    }
    app.addUrlRule({ rule: '/posts/<int:id>', view: Posts.asView('posts') })
  })

  it('of config: known settings and the app’s own', () => {
    expectTypeOf(app.config.MAIL_PORT).toEqualTypeOf<number>()
    expectTypeOf(app.config.JSON_SORT_KEYS).toEqualTypeOf<boolean>()
    expectTypeOf(app.config.PROPAGATE_EXCEPTIONS).toEqualTypeOf<boolean | null>()
    // @ts-expect-error settings are set through config.from…
    const write = () => (app.config.JSON_SORT_KEYS = true)
    // @ts-expect-error a setting of another type
    const load = () => app.config.fromMapping({ JSON_SORT_KEYS: 'yes' })
    expectTypeOf([write, load]).toBeArray()
    expectTypeOf(app.config.fromFile).returns.toEqualTypeOf<boolean>()
  })

  it('of blueprints: the state, and arguments of the prefix', () => {
    const users = createBlueprint('users', { urlPrefix: '/users/<int:id>' })
    users.get('/posts/<slug>', ({ id, slug }) => {
      expectTypeOf(id).toEqualTypeOf<number>()
      expectTypeOf(slug).toEqualTypeOf<string>()
      return 'x'
    })
    users.record((state) => {
      expectTypeOf(state).toEqualTypeOf<BlueprintState>()
      expectTypeOf(state.app).toEqualTypeOf<App>()
    })
    // @ts-expect-error true or false
    createBlueprint('x', { ownsPrefix: 'yes' })
  })

  it('of bound functions and streams: what goes in comes out', () => {
    const bind = () => copyCurrentRequestContext((a: number, b: string) => a + b.length)
    expectTypeOf(bind).returns.toEqualTypeOf<(a: number, b: string) => number>()
    const stream = (source: AsyncIterable<Uint8Array>) => streamWithContext(source)
    expectTypeOf(stream).returns.toEqualTypeOf<AsyncIterable<Uint8Array>>()
  })
})
