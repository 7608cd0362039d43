import { describe, expect, it } from 'vitest'
import { html, jsonify, makeResponse, Response } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const answer = async (view: () => unknown, config = {}) => {
  const app = makeApp({ config })
  app.get('/', view as () => object)
  return testClient(app).get('/')
}

describe('what a view returns', () => {
  it.each([
    { what: 'text', value: '<b>x</b>', type: 'text/html; charset=utf-8', text: '<b>x</b>' },
    { what: 'an empty text', value: '', type: 'text/html; charset=utf-8', text: '' },
    { what: 'Markup', value: html`<b>${'<'}</b>`, type: 'text/html; charset=utf-8', text: '<b>&lt;</b>' },
    { what: 'bytes', value: Buffer.from('bytes'), type: 'text/html; charset=utf-8', text: 'bytes' },
    { what: 'an object', value: { b: 1, a: [null] }, type: 'application/json', text: '{"b":1,"a":[null]}\n' },
    { what: 'an array', value: ['x', 404], type: 'application/json', text: '["x",404]\n' },
    {
      what: 'an object without prototype',
      value: Object.create(null),
      type: 'application/json',
      text: '{}\n',
    },
    {
      what: 'a date, which knows its JSON',
      value: new Date(0),
      type: 'application/json',
      text: '"1970-01-01T00:00:00.000Z"\n',
    },
  ])('becomes a response: $what', async ({ value, type, text }) => {
    const response = await answer(() => value)
    expect([response.status, response.headers.get('Content-Type'), response.text]).toEqual([200, type, text])
  })

  it('is streamed, piece by piece, from generators of both kinds', async () => {
    const asynchronous = await answer(async function* () {
      yield 'a'
      yield Buffer.from('b')
    })
    const synchronous = await answer(function* () {
      yield 'c'
      yield 'd'
    })
    expect([asynchronous.text, synchronous.text]).toEqual(['ab', 'cd'])
  })

  it('may be a response of the platform', async () => {
    const response = await answer(() =>
      globalThis.Response.json({ a: 1 }, { status: 201, headers: { 'X-A': '1' } }),
    )
    expect([response.status, response.headers.get('X-A'), response.json()]).toEqual([201, '1', { a: 1 }])
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['a boolean', true],
    ['a function', () => 'x'],
    ['a Set', new Set([1])],
    ['a Map', new Map()],
  ])('is a 500 that the log explains: %s', async (_what, value) => {
    const lines: string[] = []
    const app = makeApp({ logger: { destination: { write: (line: string) => void lines.push(line) } } })
    app.get('/', function broken() {
      return value as never
    })
    expect((await testClient(app).get('/')).status).toBe(500)
    expect(lines.join('')).toContain('ERR_DEWAR_VIEW_VALUE')
    expect(lines.join('')).toContain("The view 'broken' returned")
  })
})

describe('makeResponse', () => {
  it('sets status and headers, replacing those of the same name', () => {
    const response = makeResponse('x', 201, { 'Content-Type': 'text/plain', 'X-A': ['1', '2'] })
    expect([response.status, response.headers.get('Content-Type'), response.headers.getAll('X-A')]).toEqual([
      201,
      'text/plain',
      ['1', '2'],
    ])
  })

  it('changes a response it is given', () => {
    const response = new Response('x')
    expect(makeResponse(response, 404)).toBe(response)
    expect(response.status).toBe(404)
  })

  it('makes an empty response of nothing', async () => {
    expect(await makeResponse().text()).toBe('')
  })

  it('refuses header values that would start a line of their own', () => {
    expect(() => makeResponse('x', 200, { 'X-A': 'a\r\nSet-Cookie: b=c' })).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_HEADER_VALUE' }),
    )
  })
})

describe('jsonify', () => {
  it('writes any JSON value, with a line break at its end', async () => {
    expect(await jsonify('x').text()).toBe('"x"\n')
    expect(await jsonify(undefined).text()).toBe('null\n')
  })

  it('indents while debugging', async () => {
    expect((await answer(() => ({ a: 1 }), { DEBUG: true })).text).toBe('{\n  "a": 1\n}\n')
  })
})
