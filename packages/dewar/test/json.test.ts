import { Markup } from '@dewar/markup'
import { describe, expect, it } from 'vitest'
import { createJsonProvider, jsonify } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describe('createJsonProvider', () => {
  const json = createJsonProvider()
  const loop: unknown[] = []
  loop.push(loop)

  it.each([
    { what: 'dates', value: new Date(0), text: '"1970-01-01T00:00:00.000Z"' },
    { what: 'bigints, as text', value: { id: 12345678901234567890n }, text: '{"id":"12345678901234567890"}' },
    { what: 'trusted HTML, as text', value: [new Markup('<b>')], text: '["<b>"]' },
    { what: 'keys in the order given', value: { b: 1, a: 2 }, text: '{"b":1,"a":2}' },
    { what: 'objects that say how', value: { x: { toJSON: () => 7n } }, text: '{"x":"7"}' },
    {
      what: 'a key named __proto__',
      value: JSON.parse('{"__proto__":{"n":[1]}}'),
      text: '{"__proto__":{"n":[1]}}',
    },
    { what: 'nothing, as null', value: undefined, text: 'null' },
  ])('writes $what', ({ value, text }) => {
    expect(json.stringify(value)).toBe(text)
  })

  it.each([
    { what: 'bytes', value: new Uint8Array(2), says: 'Uint8Array' },
    { what: 'a map', value: { m: new Map([[1, 2]]) }, says: "'m'" },
    { what: 'a set within', value: [{ deep: new Set() }], says: "'deep'" },
    { what: 'what contains itself', value: loop, says: 'contains itself' },
  ])('refuses $what rather than write something else', ({ value, says }) => {
    expect(() => json.stringify(value)).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_JSON' }))
    expect(() => json.stringify(value)).toThrow(says)
  })

  it('leaves what it writes unchanged', () => {
    const value = { n: 1n, list: [2n] }
    json.stringify(value)
    expect(value).toEqual({ n: 1n, list: [2n] })
  })

  it('sorts keys by code point, numbers included', () => {
    const sorted = createJsonProvider({ sortKeys: true })
    expect(sorted.stringify({ b: 1, 10: 2, 9: { z: 1, y: undefined } })).toBe('{"10":2,"9":{"z":1},"b":1}')
    expect(sorted.stringify({ '\u{1f389}': 1, '\uff5e': 2 })).toBe('{"\uff5e":2,"\u{1f389}":1}')
  })

  it('indents as JSON.stringify does, sorted or not', () => {
    const value = { a: [1, { b: [], c: {} }], d: 'x' }
    const wanted = JSON.stringify(value, null, 2)
    expect(createJsonProvider({ indent: 2 }).stringify(value)).toBe(wanted)
    expect(createJsonProvider({ indent: 2, sortKeys: true }).stringify(value)).toBe(wanted)
  })

  it('writes ASCII and HTTP dates if asked', () => {
    const plain = createJsonProvider({ ascii: true, dates: 'http' })
    expect(plain.stringify(['ü\u{1f389}', new Date(0)])).toBe(
      '["\\u00fc\\ud83c\\udf89","Thu, 01 Jan 1970 00:00:00 GMT"]',
    )
  })
})

describe('the JSON of an app', () => {
  it('follows the settings', async () => {
    const app = makeApp({ config: { JSON_SORT_KEYS: true, JSON_COMPACT: false } })
    app.get('/', () => ({ b: 1, a: 2 }))
    expect((await testClient(app).get('/')).text).toBe('{\n  "a": 2,\n  "b": 1\n}\n')
  })

  it('is written by a provider of the app', async () => {
    const json = { stringify: () => '"mine"', parse: JSON.parse }
    const app = makeApp({ json })
    app.get('/', () => ({ a: 1 }))
    expect((await testClient(app).get('/')).text).toBe('"mine"\n')
  })

  it('is null for nothing and a list for several values', async () => {
    expect([await jsonify().text(), await jsonify(1, 'x').text()]).toEqual(['null\n', '[1,"x"]\n'])
  })

  it('answers 500 for what has no JSON form, and names it in the log only', async () => {
    const app = makeApp()
    app.get('/', () => ({ secretName: new Map() }))
    const response = await testClient(app).get('/')
    expect(response.status).toBe(500)
    expect(response.text).not.toContain('secretName')
  })
})
