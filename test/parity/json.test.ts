/** Flask's test_json.py and test_json_tag.py. Each name begins with that of Flask's test. */
import {
  createJsonProvider,
  currentApp,
  html,
  jsonify,
  Markup,
  renderTemplateString,
  request,
  session,
} from 'dewar'
import { expect, it } from 'vitest'
import { makeApp } from './setup.ts'

it.each([true, false])('bad_request_debug_message: the reason shows with debug: %s', async (debug) => {
  const app = makeApp({ config: { DEBUG: debug, TESTING: false } })
  app.post('/json', async () => {
    await request.json()
    return ''
  })
  const answer = await app
    .testClient()
    .post('/json', { body: '{"broken"', headers: { 'Content-Type': 'application/json' } })
  expect(answer.status).toBe(400)
  expect(answer.text.includes('It cannot be parsed.')).toBe(debug)
})

it.each(['malformed', '{', 'foo=bar', ''])('json_bad_requests: %j is a 400', async (body) => {
  const app = makeApp()
  app.post('/json', async () => ({ foo: await request.json() }))
  const answer = await app
    .testClient()
    .post('/json', { body, headers: { 'Content-Type': 'application/json' } })
  expect(answer.status).toBe(400)
})

it('json_bad_requests: another media type is a 415, unless forced', async () => {
  const app = makeApp()
  app.post('/json', async () => ({ foo: await request.json() }))
  app.post('/force', { endpoint: 'force' }, async () => ({ foo: await request.json({ force: true }) }))
  const client = app.testClient()
  expect((await client.post('/json', { body: '1' })).status).toBe(415)
  expect((await client.post('/force', { body: '1' })).json()).toEqual({ foo: 1 })
})

it('json_custom_mimetypes: of types that end in +json', async () => {
  const app = makeApp()
  app.post('/json', async () => (await request.json<string>()) ?? '')
  const answer = await app
    .testClient()
    .post('/json', { body: '"foo"', headers: { 'Content-Type': 'application/x+json' } })
  expect(answer.text).toBe('foo')
})

it.each([
  [true, '"\\u2603"'],
  [false, '"☃"'],
])('json_as_unicode: JSON_AS_ASCII %s', (ascii, text) => {
  const app = makeApp({ config: { JSON_AS_ASCII: ascii } })
  app.context(() => expect(currentApp.json.stringify('\u2603')).toBe(text))
})

it.each([0, -1, 1, 23, 3.14, 's', 'longer string', true, false, null])(
  'jsonify_basic_types: %j',
  async (value) => {
    const response = jsonify(value)
    expect([response.mimetype, await response.json()]).toEqual(['application/json', value])
  },
)

it('jsonify_dicts, jsonify_arrays: objects and lists', async () => {
  const data = { a: 0, b: -23, c: 3.14, d: 't', e: 'Hi', f: true, g: false, h: ['test list', 10, false] }
  expect(await jsonify(data).json()).toEqual(data)
  expect(await jsonify(data.h).json()).toEqual(data.h)
})

it.each([
  ['iso', '2020-01-02T03:04:05.000Z'],
  ['http', 'Thu, 02 Jan 2020 03:04:05 GMT'],
] as const)('jsonify_datetime, jsonify_aware_datetimes: dates as %s', (dates, text) => {
  const app = makeApp({ config: { JSON_DATES: dates } })
  app.context(() =>
    expect(JSON.parse(currentApp.json.stringify([new Date('2020-01-02T03:04:05Z')]))).toEqual([text]),
  )
})

it('jsonify_uuid_types, json_decimal: texts, and big integers as text', async () => {
  expect(await jsonify({ x: 10n ** 20n, id: '01234567-89ab-cdef-0123-456789abcdef' }).json()).toEqual({
    x: '100000000000000000000',
    id: '01234567-89ab-cdef-0123-456789abcdef',
  })
})

it('json_attr: the body of a request as an object', async () => {
  const app = makeApp()
  app.post('/add', async () => {
    const { a, b } = await request.json<{ a: number; b: number }>()
    return String(a + b)
  })
  expect((await app.testClient().post('/add', { json: { a: 1, b: 2 } })).text).toBe('3')
})

it('tojson_filter: JSON that may stand in a script', () => {
  const app = makeApp()
  app.testRequestContext('/', () => {
    const page = renderTemplateString('const data = {{ data|tojson }};', {
      data: { name: '</script>', time: new Date('2021-02-01T07:34:00Z') },
    })
    expect(page).not.toContain('</script>')
    expect(page).toContain('\\u003c/script\\u003e')
    expect(page).toContain('2021-02-01T07:34:00')
  })
})

class X {
  readonly val: number
  constructor(val: number) {
    this.val = val
  }
}

it('json_customization: a provider of the app’s own writes and reads its objects', async () => {
  const app = makeApp({
    json: createJsonProvider({
      default: (value) => (value instanceof X ? `<${value.val}>` : undefined),
      reviver: (_key, value) =>
        typeof value === 'object' && value !== null && '_foo' in value ? new X(Number(value._foo)) : value,
    }),
  })
  app.post('/', async () => {
    const { x } = await request.json<{ x: X }>()
    expect(x).toBeInstanceOf(X)
    return jsonify(x)
  })
  expect((await app.testClient().post('/', { json: { x: { _foo: 42 } } })).json()).toBe('<42>')
})

it('json_customization: what reads dates and big integers is the provider', async () => {
  const app = makeApp({
    json: createJsonProvider({
      reviver: (key, value) =>
        key === 'when' ? new Date(String(value)) : key === 'big' ? BigInt(String(value)) : value,
    }),
  })
  app.post('/', async () => {
    const { when, big } = await request.json<{ when: Date; big: bigint }>()
    return `${when.getUTCFullYear()} ${big + 1n}`
  })
  const json = { when: new Date('2020-01-02'), big: 10n ** 20n }
  expect((await app.testClient().post('/', { json })).text).toBe('2020 100000000000000000001')
})

it.each(['{"__proto__": {"x": 1}}', '{"a": 1, "a": 2}', '['])(
  'a provider of the app’s own never sees %s',
  async (body) => {
    let asked = 0
    const app = makeApp({
      json: {
        stringify: JSON.stringify,
        parse: (text) => {
          asked += 1
          return JSON.parse(text)
        },
      },
    })
    app.post('/', async () => String(await request.json()))
    const headers = { 'Content-Type': 'application/json' }
    expect((await app.testClient().post('/', { body, headers })).status).toBe(400)
    expect(asked).toBe(0)
  },
)

it('json_key_sorting: as given, or sorted', () => {
  const values = { b: 1, a: { d: 1, c: 2 } }
  const text = (sorted: boolean) => {
    const app = makeApp({ config: { JSON_SORT_KEYS: sorted } })
    return app.context(() => currentApp.json.stringify(values))
  }
  expect(text(false)).toBe('{"b":1,"a":{"d":1,"c":2}}')
  expect(text(true)).toBe('{"a":{"c":2,"d":1},"b":1}')
})

it('html_method: trusted HTML is written as text', async () => {
  expect(await jsonify({ html: html`<b>${'<'}</b>` }).json()).toEqual({ html: '<b>&lt;</b>' })
})

it('dump_load_unchanged, tag_order, duplicate_tag: what a session holds comes back with its type', async () => {
  const values = {
    t: [1, 2, 3],
    b: new Uint8Array([255]),
    dt: new Date(1_700_000_000_000),
    m: new Markup('<b>'),
    list: [],
  } as const
  const app = makeApp()
  app.get('/', () => {
    for (const [name, value] of Object.entries(values)) session.set(name as 't', value as never)
    // A tag of the codec's own, as data.
    session.set('value', { $date: 'x' } as never)
    return ''
  })
  const client = app.testClient()
  await client.get('/')
  await client.sessionTransaction((saved) => {
    expect(saved.get('t')).toEqual(values.t)
    expect(saved.get('b')).toEqual(values.b)
    expect(saved.get('dt')).toEqual(values.dt)
    expect(String(saved.get('m'))).toBe('<b>')
    expect(saved.get('value')).toEqual({ $date: 'x' })
  })
})
