import { describe, expect, it } from 'vitest'
import { type App, Blueprint, type RouteBody, request } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function app(body?: RouteBody): App {
  const made = makeApp({ config: { MAX_CONTENT_LENGTH: 1000, MAX_FORM_MEMORY_SIZE: 500, MAX_FORM_PARTS: 3 } })
  made.post('/own', { body }, async () => {
    const form = await request.form()
    return `${form.size} ${(await request.files()).size}`
  })
  made.post('/app', async () => `${(await request.form()).size}`)
  made.post('/data', { body }, async () => `${(await request.data()).length}`)
  return made
}

const field = (size: number) => ({ form: { a: 'x'.repeat(size) } })
const file = (size: number) => ({ files: { f: { filename: 'x', content: Buffer.alloc(size) } } })
const text = (size: number) => ({ body: 'x'.repeat(size), headers: { 'Content-Type': 'text/plain' } })

describe('a route with bounds of its own', () => {
  it.each([
    ['takes a larger body', { maxContentLength: 5000 }, '/data', text(4000), 200],
    ['takes a body of any size', { maxContentLength: null }, '/data', text(100_000), 200],
    ['takes a larger file', { maxContentLength: 5000 }, '/own', file(4000), 200],
    ['refuses what is beyond its own bound', { maxContentLength: 5000 }, '/data', text(5001), 413],
    ['takes less than others', { maxContentLength: 100 }, '/data', text(101), 413],
    ['takes longer fields', { maxFormMemorySize: 900 }, '/own', field(700), 200],
    ['takes fewer parts', { maxFormParts: 1 }, '/own', { form: { a: '1', b: '2' } }, 413],
    ['keeps the other bounds of the app', { maxFiles: 1 }, '/own', field(700), 413],
    ['leaves other routes alone', { maxContentLength: null }, '/app', field(1001), 413],
    ['has those of the app by default', undefined, '/data', text(1001), 413],
  ] as const)('%s', async (_, body, path, init, status) => {
    expect((await testClient(app(body)).post(path, init)).status).toBe(status)
  })

  it('refuses a body that is too large before who may call the route is asked', async () => {
    let asked = 0
    const made = makeApp({ config: { MAX_CONTENT_LENGTH: 10 } })
    made.post('/', { access: () => ++asked > 0 }, () => 'in')
    const client = testClient(made)

    const large = await client.post('/', text(11))
    const missing = await client.post('/nowhere', text(11))
    const small = await client.post('/', text(10))

    expect([large.status, missing.status, small.status, asked]).toEqual([413, 413, 200, 1])
  })

  it('works below a blueprint', async () => {
    const made = makeApp({ config: { MAX_CONTENT_LENGTH: 10 } })
    const blueprint = new Blueprint('b', {})
    blueprint.post('/', { body: { maxContentLength: 20 } }, async () => request.text())
    made.register(blueprint)

    expect((await testClient(made).post('/', text(20))).status).toBe(200)
  })

  it.each([
    [{ maxFile: 1 }, "Did you mean 'maxFiles'?"],
    [{ maxContentLength: -1 }, undefined],
  ])('refuses %j when the app is put together', async (body, fix) => {
    const outcome = (async () => testClient(app(body as RouteBody)).post('/own', field(1)))()

    await expect(outcome).rejects.toMatchObject({
      code: 'ERR_DEWAR_OPTION',
      ...(fix === undefined ? {} : { fix }),
    })
  })
})
