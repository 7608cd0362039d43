import { describe, expect, it } from 'vitest'
import { MethodView, request, View, type ViewDecorator } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const exempt = { unsafeCsrfExempt: true }

describe('View', () => {
  it('answers in dispatchRequest, with the arguments of asView for its constructor', async () => {
    class Greeting extends View {
      readonly #word: string
      constructor(word: string) {
        super()
        this.#word = word
      }
      dispatchRequest({ name }: { name: string }) {
        return `${this.#word}, ${name}`
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/<name>', view: Greeting.asView('greeting', 'Hello') })
    expect((await testClient(app).get('/Ann')).text).toBe('Hello, Ann')
    expect(app.viewFunctions.has('greeting')).toBe(true)
  })

  it.each([
    { each: true, texts: ['1', '1'] },
    { each: false, texts: ['1', '2'] },
  ])('is made for each request unless initEveryRequest is false: $each', async ({ each, texts }) => {
    class Counter extends View {
      static override readonly initEveryRequest: boolean = each
      #count = 0
      dispatchRequest() {
        this.#count++
        return String(this.#count)
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Counter.asView('counter') })
    const client = testClient(app)
    expect([(await client.get('/')).text, (await client.get('/')).text]).toEqual(texts)
  })

  it('is wrapped in its decorators in order', async () => {
    const wrap =
      (mark: string): ViewDecorator =>
      (view) =>
      (args) =>
        `${mark}(${view(args)})`
    class Wrapped extends View {
      static override readonly decorators = [wrap('inner'), wrap('outer')]
      dispatchRequest() {
        return 'view'
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Wrapped.asView('wrapped') })
    expect((await testClient(app).get('/')).text).toBe('outer(inner(view))')
  })

  it('says its methods and whether OPTIONS is answered', async () => {
    class Both extends View {
      static override readonly methods = ['GET', 'POST']
      static override readonly automaticOptions = false
      dispatchRequest() {
        return request.method
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Both.asView('both'), ...exempt })
    const client = testClient(app)
    expect((await client.post('/')).text).toBe('POST')
    expect((await client.options('/')).status).toBe(405)
  })
})

describe('MethodView', () => {
  class Post extends MethodView {
    get({ id }: { id: number }) {
      return { id }
    }
    delete() {
      return 'gone'
    }
  }

  function client() {
    const app = makeApp()
    app.addUrlRule({ rule: '/posts/<int:id>', view: Post.asView('post'), ...exempt })
    return testClient(app)
  }

  it('answers each method with the method of that name', async () => {
    expect((await client().get('/posts/7')).json()).toEqual({ id: 7 })
    expect((await client().delete('/posts/7')).text).toBe('gone')
  })

  it('answers HEAD with get, and 405 for what it has not', async () => {
    expect((await client().head('/posts/7')).status).toBe(200)
    const refused = await client().put('/posts/7')
    expect(refused.status).toBe(405)
    expect(refused.headers.get('Allow')).toBe('DELETE, GET, HEAD, OPTIONS')
  })

  it('takes over the methods of the class it extends', async () => {
    class Editable extends Post {
      put() {
        return 'changed'
      }
    }
    expect(Editable.asView('editable').methods).toEqual(['GET', 'PUT', 'DELETE'])
  })
})
