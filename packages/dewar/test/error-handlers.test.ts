import { describe, expect, it } from 'vitest'
import {
  abort,
  createBlueprint,
  HttpError,
  InternalServerError,
  makeResponse,
  NotFound,
  Response,
} from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

class Base extends Error {}
class Sub extends Base {}

/** Handlers at every level, each answering with its own name. */
function appWithHandlers() {
  const app = makeApp()
  const blueprint = createBlueprint('b', { urlPrefix: '/b' })
  app.errorHandler(404, () => 'app 404')
  app.errorHandler(HttpError, () => 'app HttpError')
  app.errorHandler(Error, () => 'app Error')
  blueprint.errorHandler(HttpError, () => 'blueprint HttpError')
  blueprint.errorHandler(Base, () => 'blueprint Base')
  blueprint.get('/404', () => abort(404))
  blueprint.get('/403', () => abort(403))
  blueprint.get('/sub', () => {
    throw new Sub('x')
  })
  app.get('/type', () => {
    throw new TypeError('x')
  })
  app.register(blueprint)
  return app
}

describe('errorHandler', () => {
  it.each([
    { path: '/b/404', text: 'app 404', why: 'a handler of the status goes before one of the class' },
    { path: '/b/403', text: 'blueprint HttpError', why: 'the blueprint goes before the app' },
    { path: '/b/sub', text: 'blueprint Base', why: 'a class handles its subclasses' },
    { path: '/b/unknown', text: 'app 404', why: 'an unknown URL belongs to no blueprint' },
    { path: '/type', text: 'app Error', why: 'Error handles whatever nobody else does' },
  ])('answers $path with "$text": $why', async ({ path, text }) => {
    expect((await testClient(appWithHandlers()).get(path)).text).toBe(text)
  })

  it('keeps the status of the error unless the handler sets one', async () => {
    const app = makeApp()
    app.errorHandler(404, () => 'gone missing')
    app.errorHandler(403, () => makeResponse('hidden', 404))
    app.get('/403', () => abort(403))
    const client = testClient(app)
    expect((await client.get('/nowhere')).status).toBe(404)
    expect((await client.get('/403')).status).toBe(404)
  })

  it('hands the handler the error, typed by its class', async () => {
    const app = makeApp()
    class Quota extends HttpError {
      readonly left = 0
      constructor() {
        super(429, 'No more today.')
      }
    }
    app.errorHandler(Quota, (error) => `${error.left} left: ${error.description}`)
    app.get('/', () => {
      throw new Quota()
    })
    const response = await testClient(app).get('/')
    expect([response.status, response.text]).toEqual([429, '0 left: No more today.'])
  })

  it('tells teardown of an error that nobody handled, and not of one that was', async () => {
    const seen: unknown[] = []
    const app = makeApp()
    app.teardownRequest((error) => void seen.push(error))
    app.errorHandler(Base, () => 'handled')
    app.get('/handled', () => {
      throw new Sub('x')
    })
    const failure = new Error('not handled')
    app.get('/unhandled', () => {
      throw failure
    })
    const client = testClient(app)
    await client.get('/handled')
    await client.get('/unhandled')
    expect(seen).toEqual([undefined, failure])
  })

  it('gives a 500 handler the cause inside an InternalServerError', async () => {
    const app = makeApp()
    const causes: unknown[] = []
    app.errorHandler(InternalServerError, (error) => {
      causes.push(error.cause)
      return 'sorry'
    })
    const failure = new TypeError('x')
    app.get('/', () => {
      throw failure
    })
    const response = await testClient(app).get('/')
    expect([response.status, response.text]).toEqual([500, 'sorry'])
    expect(causes).toEqual([failure])
  })

  it('answers with a plain 500 when a handler throws', async () => {
    const app = makeApp()
    app.errorHandler(404, () => {
      throw new Error('in the handler')
    })
    const response = await testClient(app).get('/nowhere')
    expect(response.status).toBe(500)
    expect(response.text).not.toContain('in the handler')
  })

  it('takes an error as an answer', async () => {
    const app = makeApp()
    app.get('/', () => new NotFound())
    expect((await testClient(app).get('/')).status).toBe(404)
  })

  it('sends the response that abort was given', async () => {
    const app = makeApp()
    app.errorHandler(HttpError, () => 'not asked')
    app.get('/', () => abort(new Response('mine', { status: 499 })))
    const response = await testClient(app).get('/')
    expect([response.status, response.text]).toEqual([499, 'mine'])
  })

  it.each([[200], [999], ['404'], [{}]])('refuses %j as what to handle', (key) => {
    expect(() => makeApp().errorHandler(key as never, () => 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_ERROR_HANDLER' }),
    )
  })

  it('lets errors through to the test with TESTING', async () => {
    const app = makeApp({ config: { TESTING: true } })
    const seen: unknown[] = []
    app.teardownRequest((error) => void seen.push(error))
    const failure = new Error('for the test')
    app.get('/', () => {
      throw failure
    })
    await expect(testClient(app).get('/')).rejects.toBe(failure)
    expect(seen).toEqual([failure])
  })
})

describe('an error that nobody handles', () => {
  it('tells the client no more than an id, and the log everything', async () => {
    const lines: string[] = []
    const app = makeApp({ logger: { destination: { write: (line: string) => void lines.push(line) } } })
    app.get('/', () => {
      throw new Error('boom SECRET-IN-MESSAGE /srv/app/db.sqlite')
    })
    const response = await testClient(app).get('/', { headers: { Accept: 'application/json' } })
    expect(response.status).toBe(500)
    expect(response.text).not.toMatch(/SECRET|srv|boom|\.ts/)
    const record = JSON.parse(lines.find((line) => line.includes('boom')) ?? '{}')
    expect(record).toMatchObject({ level: 50, path: '/', method: 'GET' })
    expect(record.err.stack).toContain('SECRET-IN-MESSAGE')
    expect(response.text).toContain(record.requestId)
  })
})
