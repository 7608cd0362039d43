import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  currentApp,
  flash,
  g,
  hasContext,
  hasRequestContext,
  redirect,
  renderTemplate,
  request,
  session,
  urlFor,
  useContext,
} from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

declare module 'dewar' {
  interface Globals {
    tag: string
  }
}

describe('the globals', () => {
  it('stand for what belongs to the current request', async () => {
    const app = makeApp({ name: 'mine' })
    app.get('/hello/<name>', () => {
      g.tag = request.args.get('tag') ?? ''
      session.set('n' as never, 1 as never)
      return [
        currentApp.name,
        request.path,
        request.method,
        g.tag,
        session.size,
        'tag' in g,
        hasRequestContext(),
      ]
    })
    const response = await testClient(app).get('/hello/ada?tag=t')
    expect(response.json()).toEqual(['mine', '/hello/ada', 'GET', 't', 1, true, true])
  })

  it.each<[string, () => unknown]>([
    ['request.args', () => request.args],
    ['request.form', () => request.form()],
    ['session.get', () => session.get('x' as never)],
    ['g.tag', () => g.tag],
    ['currentApp.config', () => currentApp.config],
    ['flash()', () => flash('x')],
    ['redirect()', () => redirect('/')],
    ['renderTemplate()', () => renderTemplate('x.html')],
    ['urlFor()', () => urlFor('x')],
  ])('say how to get a context when used outside of one: %s', (name, use) => {
    expect(use).toThrow(
      expect.objectContaining({
        code: 'ERR_DEWAR_NO_CONTEXT',
        message: `${name} was used outside a request.`,
        fix: expect.stringContaining('testRequestContext'),
      }),
    )
  })

  it('have every property of what they stand for', () => {
    const app = makeApp()
    app.testRequestContext('/', () => {
      const keysOf = (object: object): string[] => {
        const prototype = Object.getPrototypeOf(object)
        const inherited = prototype === Object.prototype || prototype === null ? [] : keysOf(prototype)
        return [...Reflect.ownKeys(object).filter((key) => typeof key === 'string'), ...inherited]
      }
      const real = useContext()
      for (const [standIn, object] of [
        [request, real.request],
        [session, real.session],
        [currentApp, app],
      ] as const) {
        const names = new Set(Object.getOwnPropertyNames(standIn))
        expect(keysOf(object as object).filter((name) => !names.has(name))).toEqual([])
      }
      expect(currentApp.instancePath).toBe(app.instancePath)
      expect(session.hadCookie).toBe(false)
    })
  })

  it('are there in timers, promises and event listeners of the request', async () => {
    const app = makeApp()
    app.get('/', async () => {
      g.tag = 'mine'
      const emitter = new EventEmitter()
      setTimeout(() => emitter.emit('done', g.tag), 1)
      const [tag] = await once(emitter, 'done')
      return String(tag)
    })
    expect((await testClient(app).get('/')).text).toBe('mine')
  })

  it('are there in streamed answers, until the last piece', async () => {
    const app = makeApp()
    const order: string[] = []
    app.teardownRequest(() => void order.push('teardown'))
    app.get('/', async function* () {
      for (const part of ['a', 'b']) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        order.push(part)
        yield `${request.path}${part}`
      }
    })
    expect((await testClient(app).get('/')).text).toBe('/a/b')
    expect(order).toEqual(['a', 'b', 'teardown'])
  })

  it('are never shared between requests', async () => {
    const app = makeApp()
    app.get('/<tag>', async ({ tag }) => {
      g.tag = tag
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
      return `${g.tag} ${request.path} ${request.args.get('q')}`
    })
    const client = testClient(app)
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => client.get(`/${i}?q=${i}`)))
    expect(answers.map((answer) => answer.text)).toEqual(
      Array.from({ length: 200 }, (_, i) => `${i} /${i} ${i}`),
    )
  })
})

describe('contexts outside of requests', () => {
  it('have the app and g, but no request', () => {
    const app = makeApp({ name: 'mine' })
    app.context(() => {
      g.tag = 'x'
      expect([currentApp.name, g.tag, hasContext(), hasRequestContext()]).toEqual(['mine', 'x', true, false])
      expect(() => request.path).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_NO_CONTEXT' }))
    })
    expect(hasContext()).toBe(false)
  })

  it('can be made for a request that never came', () => {
    const app = makeApp()
    app.get('/posts/<int:id>', { endpoint: 'show' }, () => 'x')
    app.testRequestContext('/posts/7?page=2', () => {
      expect([request.endpoint, request.viewArgs, request.args.get('page')]).toEqual(['show', { id: 7 }, '2'])
    })
  })
})
