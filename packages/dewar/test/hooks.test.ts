import { describe, expect, it } from 'vitest'
import { afterThisRequest, createBlueprint, request } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describe('hooks', () => {
  it('run inwards in order of registration and outwards in reverse, blueprints inside the app', async () => {
    const order: string[] = []
    const note = (name: string) => () => {
      order.push(name)
    }
    const app = makeApp()
    const outer = createBlueprint('p')
    const inner = createBlueprint('q')
    app.beforeRequest(note('app.b1'))
    app.beforeRequest(note('app.b2'))
    app.afterRequest(note('app.a1'))
    app.afterRequest(note('app.a2'))
    app.teardownRequest(note('app.t1'))
    app.teardownRequest(note('app.t2'))
    for (const [name, blueprint] of [
      ['p', outer],
      ['q', inner],
    ] as const) {
      blueprint.beforeRequest(note(`${name}.b`))
      blueprint.afterRequest(note(`${name}.a`))
      blueprint.teardownRequest(note(`${name}.t`))
    }
    inner.get('/', () => {
      afterThisRequest(note('this1'))
      afterThisRequest(note('this2'))
      order.push('view')
      return 'x'
    })
    outer.register(inner)
    app.register(outer)
    await testClient(app).get('/')
    expect(order.join(' ')).toBe(
      'app.b1 app.b2 p.b q.b view this1 this2 q.a p.a app.a2 app.a1 q.t p.t app.t2 app.t1',
    )
  })

  it('end the way in with a value, and the way out still runs', async () => {
    const order: string[] = []
    const app = makeApp()
    app.beforeRequest(() => 'stopped')
    app.beforeRequest(() => void order.push('second'))
    app.afterRequest(() => void order.push('after'))
    app.get('/', () => String(order.push('view')))
    const response = await testClient(app).get('/')
    expect(response.text).toBe('stopped')
    expect(order).toEqual(['after'])
  })

  it('may all be asynchronous', async () => {
    const app = makeApp()
    const order: string[] = []
    const later = (name: string) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      order.push(name)
    }
    app.beforeRequest(later('b1'))
    app.beforeRequest(later('b2'))
    app.afterRequest(later('a1'))
    app.teardownRequest(later('t1'))
    app.get('/', async () => 'x')
    await testClient(app).get('/')
    expect(order).toEqual(['b1', 'b2', 'a1', 't1'])
  })

  it('run before a 404 with no endpoint, and after it', async () => {
    const app = makeApp()
    const seen: unknown[] = []
    app.beforeRequest(() => void seen.push(request.endpoint, request.urlRule))
    app.afterRequest((response) => void seen.push(response.status))
    app.teardownRequest((error) => void seen.push(error))
    await testClient(app).get('/nowhere')
    expect(seen).toEqual([null, null, 404, undefined])
  })

  it('may replace the response on the way out', async () => {
    const app = makeApp()
    app.afterRequest((response) => {
      response.headers.set('X-Seen', 'yes')
    })
    app.get('/', () => 'x')
    expect((await testClient(app).get('/')).headers.get('X-Seen')).toBe('yes')
  })

  it('turn the answer into a 500 when one throws on the way out, and each still runs once', async () => {
    const app = makeApp()
    const order: string[] = []
    app.afterRequest(() => void order.push('first'))
    app.afterRequest(() => {
      order.push('failing')
      throw new Error('boom')
    })
    app.afterRequest(() => void order.push('last'))
    app.get('/', () => 'x')
    const response = await testClient(app).get('/')
    expect(response.status).toBe(500)
    expect(order).toEqual(['last', 'failing', 'first'])
  })

  it('tear down all, whatever each does', async () => {
    const app = makeApp()
    const order: string[] = []
    app.teardownRequest(() => void order.push('first'))
    app.teardownRequest(() => {
      throw new Error('boom')
    })
    app.get('/', () => 'x')
    expect((await testClient(app).get('/')).status).toBe(200)
    expect(order).toEqual(['first'])
  })
})
