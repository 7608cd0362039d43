import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deflateShort } from '../src/itsdangerous/short-deflate.ts'

describe('deflateShort', () => {
  it.each([
    ['{"_flashes":[{" t":["message","Saved"]},{" t":["error","\\u00fc"]}]}', 65],
    ['{"x":{" di":{" d__":{" d":"Sun, 15 Jun 2025 15:06:40 GMT"}}}}', 57],
  ])('makes %s as short as zlib 1.2.13 does', (text, length) => {
    const deflated = deflateShort(Buffer.from(text))
    expect(inflateSync(deflated).toString()).toBe(text)
    expect(deflated.length).toBe(length)
  })

  it.each([
    ['nothing', ''],
    ['one letter', 'a'],
    ['a run longer than the longest repetition', 'a'.repeat(1000)],
    ['repetitions far apart', `abcd${'x'.repeat(5000)}abcd`],
    ['high bytes', 'ÿü'.repeat(100)],
  ])('gives back %s', (_, text) => {
    expect(inflateSync(deflateShort(Buffer.from(text))).toString()).toBe(text)
  })

  it('gives back anything', () => {
    const texts = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.constantFrom(97, 98, 99, 200), { maxLength: 600 }).map((bytes) => Uint8Array.from(bytes)),
    )
    fc.assert(
      fc.property(texts, (bytes) => {
        expect(inflateSync(deflateShort(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })
})
