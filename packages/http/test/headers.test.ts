import { describe, expect, it } from 'vitest'
import { Headers } from '../src/index.ts'

const pairs: [string, string][] = [
  ['Content-Type', 'text/html'],
  ['X-A', '1'],
  ['x-a', '2'],
]

describe('Headers', () => {
  it('finds a header in any case and gives its first value', () => {
    const headers = new Headers(pairs)

    expect(headers.get('CONTENT-TYPE')).toBe('text/html')
    expect(headers.get('X-a')).toBe('1')
    expect(headers.getAll('X-a')).toEqual(['1', '2'])
    expect(headers.get('absent')).toBeNull()
  })

  it.each<[string, ConstructorParameters<typeof Headers>[0]]>([
    ['pairs', pairs],
    ['an object', { 'Content-Type': 'text/html', 'X-A': ['1', '2'] }],
    ['other headers', new Headers(pairs)],
    ['a Map', new Map(pairs.slice(0, 2))],
  ])('is made of %s', (_kind, init) => {
    expect(new Headers(init).get('content-type')).toBe('text/html')
    expect(new Headers(init).get('x-a')).toBe('1')
  })

  it('sets a value at the place of the first and drops the others', () => {
    const headers = new Headers([...pairs, ['Z', 'z']])

    headers.set('X-a', '9')

    expect([...headers]).toEqual([
      ['Content-Type', 'text/html'],
      ['X-a', '9'],
      ['Z', 'z'],
    ])
  })

  it('adds a value behind those that are there', () => {
    const headers = new Headers(pairs)

    headers.add('X-A', '3')
    headers.append('X-A', 4)

    expect(headers.getAll('x-a')).toEqual(['1', '2', '3', '4'])
  })

  it('appends parameters, quoted where they must be', () => {
    const headers = new Headers()

    headers.set('Content-Disposition', 'attachment', { filename: 'a "b".txt', size: 3, absent: null })

    expect(headers.get('Content-Disposition')).toBe('attachment; filename="a \\"b\\".txt"; size=3')
  })

  it('extends by adding and updates by replacing', () => {
    const extended = new Headers(pairs)
    const updated = new Headers(pairs)

    extended.extend({ 'X-A': '5' })
    updated.update([
      ['X-A', '5'],
      ['x-a', '6'],
    ])

    expect(extended.getAll('X-A')).toEqual(['1', '2', '5'])
    expect(updated.getAll('X-A')).toEqual(['5', '6'])
  })

  it('sets a default only where there is no value', () => {
    const headers = new Headers(pairs)

    expect(headers.setDefault('x-a', '7')).toBe('1')
    expect(headers.setDefault('New', '7')).toBe('7')
    expect(headers.size).toBe(4)
  })

  it('takes over what is missing, and repeated fields whole', () => {
    const headers = new Headers({ 'X-Frame-Options': 'SAMEORIGIN' })

    headers.addMissing(
      new Headers([
        ['x-frame-options', 'DENY'],
        ['Link', 'a'],
        ['Link', 'b'],
      ]),
    )

    expect([...headers]).toEqual([
      ['X-Frame-Options', 'SAMEORIGIN'],
      ['Link', 'a'],
      ['Link', 'b'],
    ])
  })

  it('deletes every field of a name and says whether there was one', () => {
    const headers = new Headers(pairs)

    expect(headers.delete('X-A')).toBe(true)
    expect(headers.delete('X-A')).toBe(false)
    expect(headers.size).toBe(1)
  })

  it('sets several values at once, and none of them if one is refused', () => {
    const headers = new Headers()

    expect(() => headers.setAll('A', ['fine', 'not\nfine'])).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_HEADER_VALUE' }),
    )
    expect(headers.size).toBe(0)
  })

  it('joins a list header, and Cookie by semicolons', () => {
    const headers = new Headers([
      ['Accept', 'a/b'],
      ['accept', 'c/d'],
      ['Cookie', 'a=1'],
      ['Cookie', 'b=2'],
    ])

    expect(headers.getJoined('Accept')).toBe('a/b, c/d')
    expect(headers.getJoined('Cookie', '; ')).toBe('a=1; b=2')
    expect(headers.getJoined('absent')).toBeNull()
  })

  it('reads a value as another type, or gives the default', () => {
    const headers = new Headers({ Age: '12', 'X-Bad': 'x' })

    expect(headers.get('Age', { type: 'int' })).toBe(12)
    expect(headers.get('X-Bad', { type: 'int', default: 7 })).toBe(7)
    expect(headers.get('absent', { type: 'int' })).toBeUndefined()
  })

  it("adopts node's raw headers, and leaves them as they were", () => {
    const raw = ['Host', 'a.example', 'X-A', '1']
    const headers = Headers.fromRaw(raw)

    headers.set('Host', 'b.example')
    headers.clear()

    expect(raw).toEqual(['Host', 'a.example', 'X-A', '1'])
    expect(Headers.fromRaw(raw).get('host')).toBe('a.example')
    expect(Headers.fromRaw(raw).toRaw()).toEqual(raw)
  })

  it('prints as it stands in a message, and as JSON by lower-case name', () => {
    const headers = new Headers(pairs)

    expect(String(headers)).toBe('Content-Type: text/html\r\nX-A: 1\r\nx-a: 2\r\n')
    expect(JSON.stringify(headers)).toBe('{"content-type":"text/html","x-a":["1","2"]}')
  })
})
