import { describe, expect, it } from 'vitest'
import {
  type ConditionalOptions,
  Headers,
  type HeadersInit,
  isResourceModified,
  Response,
} from '../src/index.ts'

const moment = 'Sun, 15 Jun 2025 15:06:40 GMT'
const before = 'Sun, 15 Jun 2025 15:06:39 GMT'

function answer(
  conditions: HeadersInit,
  { method = 'GET', ...options }: ConditionalOptions & { method?: string } = {},
): Response {
  const response = new Response('hello world', { headers: { ETag: '"a"', 'Last-Modified': moment } })
  return response.makeConditional({ method, headers: new Headers(conditions) }, options)
}

describe('makeConditional', () => {
  it.each<[string, HeadersInit, number]>([
    ['no condition', {}, 200],
    ['the same version', { 'If-None-Match': '"a"' }, 304],
    ['an equivalent version', { 'If-None-Match': 'W/"a"' }, 304],
    ['any version', { 'If-None-Match': '*' }, 304],
    ['another version', { 'If-None-Match': '"b"' }, 200],
    [
      'one of several, in two headers',
      [
        ['If-None-Match', '"b"'],
        ['If-None-Match', '"a"'],
      ],
      304,
    ],
    ['the same date', { 'If-Modified-Since': moment }, 304],
    ['an earlier date', { 'If-Modified-Since': before }, 200],
    ['another version of the same date', { 'If-None-Match': '"b"', 'If-Modified-Since': moment }, 200],
    ['a condition that holds', { 'If-Match': '"a"' }, 200],
    ['a condition that fails', { 'If-Match': '"b"' }, 412],
    ['a weak condition', { 'If-Match': 'W/"a"' }, 412],
    ['a date that holds', { 'If-Unmodified-Since': moment }, 200],
    ['a date that fails', { 'If-Unmodified-Since': before }, 412],
    ['a malformed date', { 'If-Modified-Since': 'yesterday' }, 200],
  ])('answers %s', (_what, conditions, status) => {
    expect(answer(conditions).status).toBe(status)
  })

  it('leaves other methods alone', () => {
    expect(answer({ 'If-None-Match': '"a"' }, { method: 'POST' }).status).toBe(200)
    expect(answer({ 'If-None-Match': '"a"' }, { method: 'HEAD' }).status).toBe(304)
  })

  it('dates the response', () => {
    expect(answer({}, { now: 1_750_000_000 }).headers.get('Date')).toBe(moment)
  })
})

describe('ranges', () => {
  it.each<[string, HeadersInit, string, string]>([
    ['the first bytes', { Range: 'bytes=0-4' }, 'hello', 'bytes 0-4/11'],
    ['the rest', { Range: 'bytes=6-' }, 'world', 'bytes 6-10/11'],
    ['the last bytes', { Range: 'bytes=-5' }, 'world', 'bytes 6-10/11'],
    ['more than there is', { Range: 'bytes=0-100' }, 'hello world', 'bytes 0-10/11'],
    ['more of the end than there is', { Range: 'bytes=-100' }, 'hello world', 'bytes 0-10/11'],
    ['a part of the same version', { Range: 'bytes=0-4', 'If-Range': '"a"' }, 'hello', 'bytes 0-4/11'],
    ['a part of the same date', { Range: 'bytes=0-4', 'If-Range': moment }, 'hello', 'bytes 0-4/11'],
  ])('gives %s', async (_what, conditions, body, contentRange) => {
    const response = answer(conditions, { acceptRanges: true })

    expect(response.status).toBe(206)
    expect(await response.text()).toBe(body)
    expect(response.headers.get('Content-Range')).toBe(contentRange)
    expect(response.contentLength).toBe(body.length)
    expect(response.acceptRanges).toBe('bytes')
  })

  it.each<[string, HeadersInit, ConditionalOptions]>([
    ['another version', { Range: 'bytes=0-4', 'If-Range': '"b"' }, { acceptRanges: true }],
    ['an equivalent version', { Range: 'bytes=0-4', 'If-Range': 'W/"a"' }, { acceptRanges: true }],
    ['another date', { Range: 'bytes=0-4', 'If-Range': before }, { acceptRanges: true }],
    ['a reversed range', { Range: 'bytes=4-2' }, { acceptRanges: true }],
    ['several ranges', { Range: 'bytes=0-1,3-4' }, { acceptRanges: true }],
    ['another unit', { Range: 'items=0-1' }, { acceptRanges: true }],
    ['a server without ranges', { Range: 'bytes=0-4' }, {}],
    ['a unit that is not bytes', { Range: 'bytes=0-4' }, { acceptRanges: 'items' }],
  ])('gives the whole for %s', (_what, conditions, options) => {
    expect(answer(conditions, options).status).toBe(200)
  })

  it.each(['bytes=20-30', 'bytes=11-'])('answers 416 for %s, with the length', (range) => {
    expect(() => answer({ Range: range }, { acceptRanges: true })).toThrow(
      expect.objectContaining({ status: 416, length: 11 }),
    )
  })

  it('cuts a stream whose length is known', async () => {
    const response = new Response(
      (async function* () {
        yield 'hel'
        yield 'lo wor'
        yield 'ld'
      })(),
    )
    response.makeConditional(
      { method: 'GET', headers: new Headers({ Range: 'bytes=2-7' }) },
      { acceptRanges: true, length: 11 },
    )

    expect(await response.text()).toBe('llo wo')
  })
})

describe('isResourceModified', () => {
  it('compares versions without a response', () => {
    const conditions = new Headers({ 'If-None-Match': '"v1"' })

    expect(isResourceModified(conditions, { etag: '"v1"' })).toBe(false)
    expect(isResourceModified(conditions, { etag: '"v2"' })).toBe(true)
  })
})
