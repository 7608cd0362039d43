import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { abort, createSignal, flash, renderTemplate, type Signals } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

/** Writes down the name of each signal as it comes. */
function watchAll(signals: Signals): string[] {
  const seen: string[] = []
  for (const signal of Object.values(signals)) signal.connect(() => seen.push(signal.name))
  return seen
}

describe('the signals of an app', () => {
  it('come in the order of a request', async () => {
    const app = makeApp()
    const seen = watchAll(app.signals)
    app.beforeRequest(() => {
      seen.push('before')
    })
    app.afterRequest(() => {
      seen.push('after')
    })
    app.teardownRequest(() => {
      seen.push('teardown')
    })
    app.teardownAppContext(() => {
      seen.push('context')
    })
    app.get('/', () => {
      flash('hello')
      return 'done'
    })
    await testClient(app).get('/')
    expect(seen).toEqual([
      'appcontextPushed',
      'requestStarted',
      'before',
      'messageFlashed',
      'after',
      'requestFinished',
      'teardown',
      'requestTearingDown',
      'context',
      'appcontextTearingDown',
      'appcontextPopped',
    ])
  })

  it('tell of templates before and after', async () => {
    const app = makeApp({ root: import.meta.dirname, templateFolder: 'templates-for-signals' })
    const seen = watchAll(app.signals)
    app.get('/', () => renderTemplate(['absent.html', 'also-absent.html']))
    await testClient(app).get('/')
    expect(seen).toContain('beforeRenderTemplate')
    expect(seen).not.toContain('templateRendered')
  })

  it('tell of an error that nothing handles, and of no other', async () => {
    const app = makeApp()
    const errors: unknown[] = []
    app.signals.gotRequestException.connect(({ error }) => errors.push(error))
    const mistake = new Error('mistake')
    app.get('/404', () => abort(404))
    app.get('/500', () => {
      throw mistake
    })
    const client = testClient(app)
    await client.get('/404')
    await client.get('/500')
    expect(errors).toEqual([mistake])
  })

  it('hand over what the name promises', async () => {
    const app = makeApp()
    const statuses: number[] = []
    app.signals.requestFinished.connect(({ app: sender, request, response }) => {
      expect(sender).toBe(app)
      expect(request.path).toBe('/')
      statuses.push(response.status)
    })
    app.get('/', () => 'done')
    await testClient(app).get('/')
    expect(statuses).toEqual([200])
  })

  it('are on diagnostics channels, too', async () => {
    const app = makeApp()
    const paths: string[] = []
    const listen = (message: unknown) => paths.push((message as { request: { path: string } }).request.path)
    subscribe('dewar:requestStarted', listen)
    app.get('/seen', () => 'done')
    await testClient(app).get('/seen')
    unsubscribe('dewar:requestStarted', listen)
    await testClient(app).get('/unseen')
    expect(paths).toEqual(['/seen'])
  })

  it('leave the request alone when a receiver throws', async () => {
    const app = makeApp()
    app.signals.requestStarted.connect(() => {
      throw new Error('receiver')
    })
    app.signals.requestStarted.connect(() => Promise.reject(new Error('later')))
    app.get('/', () => 'done')
    expect((await testClient(app).get('/')).text).toBe('done')
  })
})

describe('a signal', () => {
  it('calls until it is told to stop', () => {
    const signal = createSignal<number>('test:count')
    const seen: number[] = []
    const disconnect = signal.connect((n) => seen.push(n))
    signal.send(1)
    disconnect()
    disconnect()
    signal.send(2)
    expect(seen).toEqual([1])
    expect(signal.isWatched).toBe(false)
  })

  it('calls the same function once for each time it was connected', () => {
    const signal = createSignal<number>('test:twice')
    const seen: number[] = []
    const receiver = (n: number) => seen.push(n)
    const disconnect = signal.connect(receiver)
    signal.connect(receiver)
    disconnect()
    signal.send(1)
    expect(seen).toEqual([1])
  })

  it('can be watched or kept silent while a function runs', async () => {
    const signal = createSignal<string>('test:while')
    const seen: string[] = []
    await signal.connectedTo(
      (text) => seen.push(text),
      async () => {
        signal.send('connected')
        await signal.muted(() => signal.send('muted'))
        expect(signal.isWatched).toBe(true)
      },
    )
    signal.send('afterwards')
    expect(seen).toEqual(['connected'])
  })
})
