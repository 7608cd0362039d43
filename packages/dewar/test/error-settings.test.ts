import { describe, expect, it } from 'vitest'
import { abort, BadRequest, HttpError, request } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function client(config: object) {
  const app = makeApp({ config })
  app.get('/404', () => abort(404))
  app.get('/400', () => abort(400))
  app.get('/key', () => request.args.require('page'))
  app.get('/500', () => {
    throw new TypeError('mistake')
  })
  return testClient(app)
}

describe('PROPAGATE_EXCEPTIONS', () => {
  it.each([
    { config: {}, throws: false },
    { config: { TESTING: true }, throws: true },
    { config: { PROPAGATE_EXCEPTIONS: true }, throws: true },
    { config: { TESTING: true, PROPAGATE_EXCEPTIONS: false }, throws: false },
  ])('$config: the error reaches the caller: $throws', async ({ config, throws }) => {
    const answer = client(config).get('/500')
    if (throws) await expect(answer).rejects.toThrow('mistake')
    else expect((await answer).status).toBe(500)
  })

  it('leaves HTTP errors answers', async () => {
    expect((await client({ PROPAGATE_EXCEPTIONS: true }).get('/404')).status).toBe(404)
  })
})

describe('TRAP_HTTP_EXCEPTIONS', () => {
  it('makes an HTTP error without a handler a mistake', async () => {
    expect((await client({ TRAP_HTTP_EXCEPTIONS: true }).get('/404')).status).toBe(500)
  })

  it('leaves those with a handler to it', async () => {
    const app = makeApp({ config: { TRAP_HTTP_EXCEPTIONS: true } })
    app.errorHandler(HttpError, ({ status }) => `handled ${status}`)
    const response = await testClient(app).get('/nowhere')
    expect([response.status, response.text]).toEqual([404, 'handled 404'])
  })
})

describe('TRAP_BAD_REQUEST_ERRORS', () => {
  it.each([
    { config: {}, status: 400 },
    { config: { TRAP_BAD_REQUEST_ERRORS: true }, status: 500 },
    { config: { DEBUG: true }, status: 400 }, // with the page that shows where it was read
    { config: { DEBUG: true, TRAP_BAD_REQUEST_ERRORS: false }, status: 400 },
  ])('$config: a missing field is $status', async ({ config, status }) => {
    expect((await client(config).get('/key')).status).toBe(status)
  })

  it('traps every 400 if it is true, and only missing fields while debugging', async () => {
    expect((await client({ TRAP_BAD_REQUEST_ERRORS: true }).get('/400')).status).toBe(500)
    expect((await client({ DEBUG: true }).get('/400')).status).toBe(400)
    expect(new BadRequest().status).toBe(400)
  })
})
