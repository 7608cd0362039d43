/**
 * Requests that wait on each other's heels never see each other's data: views, hooks, streams, listeners, timers, callbacks
 * of the thread pool and of a worker.
 */
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { generateKey } from '@dewar/signing'
import { copyCurrentRequestContext, createApp, g, request, session, streamWithContext } from 'dewar'
import { testClient } from 'dewar/testing'
import { afterAll, describe, expect, it } from 'vitest'

declare module 'dewar' {
  interface Globals {
    mark: string
  }
  interface SessionData {
    owner: string
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
const shared = new EventEmitter().setMaxListeners(0)

/** One worker for all requests: it gives back what it gets, and one listener hands it to whoever asked. */
const worker = new Worker(
  "const { parentPort: p } = require('node:worker_threads'); p.on('message', (m) => p.postMessage(m))",
  {
    eval: true,
  },
)
const asked = new Map<string, (mark: string) => void>()
worker.on('message', (mark: string) => asked.get(mark)?.(mark))
afterAll(() => worker.terminate())

function askWorker(mark: string, answer: (mark: string) => void): void {
  asked.set(mark, answer)
  worker.postMessage(mark)
}

/** What the current context holds, whoever asks. */
const seenHere = () => [request.path.split('/').at(-1), request.args.get('mark')].join()

function makeApp() {
  const app = createApp({
    config: { SECRET_KEY: generateKey() },
    environment: {},
    logger: { level: 'silent' },
  })
  const seen: string[] = []
  app.beforeRequest(async () => {
    g.mark = request.args.get('mark') ?? ''
    await pause()
  })
  app.get('/await/<mark>', async ({ mark }) => {
    await pause()
    return [mark, g.mark, request.args.get('mark')].join()
  })
  app.get('/stream/<mark>', async function* ({ mark }) {
    for (const part of [mark, g.mark]) {
      await pause()
      yield `${part},`
    }
    yield request.args.get('mark') ?? ''
  })
  app.get('/handed/<mark>', async ({ mark }) => {
    async function* parts() {
      await pause()
      yield `${g.mark},${seenHere()}`
    }
    const bound = streamWithContext(parts)
    // Read by nobody's request: the stream still runs in the one that made it.
    shared.once(`read ${mark}`, () => void readAll(bound).then((text) => shared.emit(`done ${mark}`, text)))
    setTimeout(() => shared.emit(`read ${mark}`), 1)
    const [text] = await once(shared, `done ${mark}`)
    return String(text)
  })
  app.get('/event/<mark>', async ({ mark }) => {
    setTimeout(() => shared.emit(mark, g.mark), 1)
    const [fromListener] = await once(shared, mark)
    await pause()
    return [mark, fromListener, g.mark].join()
  })
  app.get(
    '/pool/<mark>',
    ({ mark }) =>
      new Promise<string>((resolve) => {
        randomBytes(16, () => queueMicrotask(() => resolve([mark, g.mark, request.args.get('mark')].join())))
      }),
  )
  app.get(
    '/worker/<mark>',
    ({ mark }) =>
      new Promise<string>((resolve) => {
        askWorker(
          mark,
          copyCurrentRequestContext((answer: string) => resolve(`${answer},${seenHere()}`)),
        )
      }),
  )
  app.get('/session/<mark>', async ({ mark }) => {
    session.set('owner', mark)
    await pause()
    return [mark, session.get('owner'), g.mark].join()
  })
  app.teardownRequest(async () => {
    await pause()
    seen.push(`${request.path.split('/').at(-1)},${g.mark}`)
  })
  return { app, seen }
}

async function readAll(source: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of source) text += piece
  return text
}

const kinds = ['await', 'stream', 'handed', 'event', 'pool', 'worker', 'session']

describe('ten thousand requests at once', () => {
  it('each see their own request, g and session, from the first hook to the last', async () => {
    const { app, seen } = makeApp()
    const marks = Array.from({ length: 10_000 }, (_, i) => `m${i}`)
    const answers = await Promise.all(
      marks.map((mark, i) => testClient(app).get(`/${kinds[i % kinds.length]}/${mark}?mark=${mark}`)),
    )
    expect(answers.map((answer) => answer.text)).toEqual(marks.map((mark) => `${mark},${mark},${mark}`))
    expect(seen.toSorted()).toEqual(marks.map((mark) => `${mark},${mark}`).toSorted())
  }, 120_000)
})
