import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { createApi } from '../app.ts'

/** A client whose token is known. */
function client() {
  const app = createApi(new Map([['t0ken', 'ada']]))
  return app.testClient({ defaults: { auth: { token: 't0ken' }, csrf: false } })
}

describe('the API of tasks', () => {
  it('adds, shows, changes, lists and removes', async () => {
    const ada = client()
    const added = await ada.post('/tasks', { json: { title: ' Read ', due: '2026-12-24' } })
    expect([added.status, added.location]).toEqual([201, '/tasks/1'])
    expect(added.json()).toEqual({ id: 1, title: 'Read', done: false, due: '2026-12-24' })

    expect((await ada.patch('/tasks/1', { json: { done: true } })).json()).toMatchObject({
      done: true,
      title: 'Read',
    })
    expect((await ada.get('/tasks/1')).json()).toMatchObject({ done: true })
    await ada.post('/tasks', { json: { title: 'Write' } })
    expect((await ada.get('/tasks?done=false')).json()).toMatchObject([{ title: 'Write' }])

    expect((await ada.delete('/tasks/1')).status).toBe(204)
    expect((await ada.get('/tasks/1')).status).toBe(404)
  })

  it.each([
    { what: 'no title', json: {}, names: 'title' },
    { what: 'an empty title', json: { title: '  ' }, names: 'title' },
    { what: 'a date that is none', json: { title: 'x', due: 'tomorrow' }, names: 'due' },
    { what: 'a field nobody knows', json: { title: 'x', isAdmin: true }, names: 'isAdmin' },
    { what: 'a number for a title', json: { title: 7 }, names: 'title' },
  ])('answers 422 to $what, and names it', async ({ json, names }) => {
    const response = await client().post('/tasks', { json })
    expect(response.status).toBe(422)
    expect(response.headers.get('Content-Type')).toContain('application/problem+json')
    expect(response.text).toContain(names)
  })

  it('answers 400 to a query that is none', async () => {
    expect((await client().get('/tasks?done=perhaps')).status).toBe(400)
  })

  it.each([
    { what: 'no token', defaults: {} },
    { what: 'a wrong token', defaults: { auth: { token: 'guess' } } },
    { what: 'a password in its place', defaults: { auth: { username: 't0ken', password: '' } } },
  ])('answers 401 to $what', async ({ defaults }) => {
    const stranger = createApi(new Map([['t0ken', 'ada']])).testClient({ defaults })
    expect((await stranger.get('/tasks')).status).toBe(401)
    expect((await stranger.post('/tasks', { json: { title: 'x' }, csrf: false })).status).toBe(401)
  })

  it('describes itself', async () => {
    const document = (await client().get('/openapi.json')).json<{
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>>
    }>()
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(operations.toSorted()).toEqual([
      'delete /tasks/{id}',
      'get /tasks',
      'get /tasks/{id}',
      'patch /tasks/{id}',
      'post /tasks',
    ])
    expect(
      document.paths['/tasks']?.['post']?.requestBody?.content['application/json']?.schema,
    ).toMatchObject({
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: { title: { type: 'string', minLength: 1, maxLength: 200 } },
    })
  })

  it('describes itself in schemas that are some, names every argument of a path, and each operation once', async () => {
    interface Operation {
      readonly operationId: string
      readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[]
    }
    const text = (await client().get('/openapi.json')).text
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }
    const ids = new Set<string>()
    for (const [path, operations] of Object.entries(paths)) {
      const args = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name)
      for (const { operationId, parameters } of Object.values(operations)) {
        expect(ids).not.toContain(operationId)
        ids.add(operationId)
        expect(parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name)).toEqual(args)
      }
    }
    const schemas: object[] = []
    JSON.parse(text, (key, value) => {
      if (key === 'schema') schemas.push(value)
      return value
    })
    expect(schemas.length).toBeGreaterThan(5)
    const ajv = new Ajv2020({ strict: true, validateFormats: false })
    for (const schema of schemas) expect(ajv.validateSchema(schema)).toBe(true)
  })
})
