/** Requests that wait on each other's heels never see each other's data: views, hooks, streams, listeners, templates. */
import { EventEmitter, once } from 'node:events'
import { generateKey } from '@dewar/signing'
import { createApp, g, request, session } from 'dewar'
import { testClient } from 'dewar/testing'
import { describe, expect, it } from 'vitest'

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
  app.get('/event/<mark>', async ({ mark }) => {
    setTimeout(() => shared.emit(mark, g.mark), 1)
    const [fromListener] = await once(shared, mark)
    await pause()
    return [mark, fromListener, g.mark].join()
  })
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

describe('two thousand requests at once', () => {
  it('each see their own request, g and session, from the first hook to the last', async () => {
    const { app, seen } = makeApp()
    const kinds = ['await', 'stream', 'event', 'session']
    const marks = Array.from({ length: 2000 }, (_, i) => `m${i}`)
    const answers = await Promise.all(
      marks.map((mark, i) => testClient(app).get(`/${kinds[i % kinds.length]}/${mark}?mark=${mark}`)),
    )
    expect(answers.map((answer) => answer.text)).toEqual(marks.map((mark) => `${mark},${mark},${mark}`))
    expect(seen.toSorted()).toEqual(marks.map((mark) => `${mark},${mark}`).toSorted())
  })
})
