import { describe, expect, it } from 'vitest'
import {
  copyCurrentRequestContext,
  g,
  hasContext,
  hasRequestContext,
  request,
  session,
  streamWithContext,
} from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

/** Runs a function outside of every context, as somebody else's listener would. */
function elsewhere<T>(run: () => T): Promise<T> {
  return new Promise((resolve) => outside.push(() => resolve(run())))
}
const outside: (() => void)[] = []
setInterval(() => outside.shift()?.(), 1).unref()

describe('copyCurrentRequestContext', () => {
  it('gives a function the request and the session, and a g of its own', async () => {
    const app = makeApp()
    app.get('/<name>', async () => {
      Object.assign(g, { mine: true })
      session.set('name' as never, request.viewArgs?.['name'] as never)
      const unbound = () => hasRequestContext()
      const bound = copyCurrentRequestContext((suffix: string) => ({
        path: request.path + suffix,
        name: session.get('name' as never),
        mine: 'mine' in g,
      }))
      return { unbound: await elsewhere(unbound), ...(await elsewhere(() => bound('!'))) }
    })
    const response = await testClient(app).get('/ann')
    expect(response.json()).toEqual({ unbound: false, path: '/ann!', name: 'ann', mine: false })
  })

  it('is refused outside of a request', () => {
    expect(() => copyCurrentRequestContext(() => {})).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_NO_CONTEXT' }),
    )
    const app = makeApp()
    expect(() => app.context(() => copyCurrentRequestContext(() => {}))).toThrow('outside a request')
  })
})

describe('streamWithContext', () => {
  async function* path() {
    await Promise.resolve()
    yield request.path
  }

  async function read(source: AsyncIterable<string>) {
    let text = ''
    for await (const piece of source) text += piece
    return text
  }

  it('keeps the request of whoever made the stream', async () => {
    const app = makeApp()
    app.get('/made/<n>', async () => {
      const bound = streamWithContext(path)
      return elsewhere(() => read(bound)).then(String)
    })
    expect((await testClient(app).get('/made/1')).text).toBe('/made/1')
  })

  it('is refused outside of a request', () => {
    expect(() => streamWithContext(path)).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_NO_CONTEXT' }))
  })
})

describe('contexts that no request brought', () => {
  function app() {
    const seen: unknown[] = []
    const made = makeApp()
    made.teardownAppContext((error) => {
      seen.push(['context', error instanceof Error ? error.message : error, hasContext()])
    })
    made.teardownRequest((error) => {
      seen.push(['request', error instanceof Error ? error.message : error, request.path])
    })
    return { made, seen }
  }

  it('end after the function, or after its promise', async () => {
    const { made, seen } = app()
    expect(made.context(() => 'now')).toBe('now')
    expect(seen).toEqual([['context', undefined, true]])
    const later = made.context(async () => {
      await Promise.resolve()
      seen.push('running')
      return 'later'
    })
    expect(await later).toBe('later')
    expect(seen.slice(1)).toEqual(['running', ['context', undefined, true]])
  })

  it('end with the error, which reaches the caller', async () => {
    const { made, seen } = app()
    expect(() =>
      made.context(() => {
        throw new Error('at once')
      }),
    ).toThrow('at once')
    await expect(made.context(() => Promise.reject(new Error('later')))).rejects.toThrow('later')
    expect(seen).toEqual([
      ['context', 'at once', true],
      ['context', 'later', true],
    ])
  })

  it('of a made-up request run its teardown functions, too', async () => {
    const { made, seen } = app()
    await made.testRequestContext('/somewhere', async () => {})
    expect(seen).toEqual([
      ['request', undefined, '/somewhere'],
      ['context', undefined, true],
    ])
  })

  it('within each other have a g of their own', () => {
    const { made } = app()
    made.context(() => {
      Object.assign(g, { outer: true })
      made.context(() => expect('outer' in g).toBe(false))
      expect('outer' in g).toBe(true)
    })
  })
})
