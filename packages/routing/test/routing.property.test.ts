import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineConverter, Rule, RuleMap } from '../src/index.ts'

const rules = [
  '/<a>/<b>',
  '/x/<int:n>/<float:f>',
  '/p/<path:p>',
  '/u/<uuid:u>/',
  '/<a>-<b>.<c>',
  '/<path:p>/x/<path:q>/',
]
const map = new RuleMap({ onOverlap: () => {} }).add(
  rules.map((rule) => new Rule<string>(rule, { endpoint: rule })),
)

test('a match never throws, whatever the method and path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (method, path) => {
      expect(['found', 'redirect', 'methodNotAllowed', 'notFound']).toContain(map.match(method, path).kind)
    }),
  )
})

test('what is built is matched again, with the same value', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed())
  const single = new RuleMap().add(new Rule('/v/<value>', { endpoint: 'v' }))
  fc.assert(
    fc.property(value, (text) => {
      expect(single.match('GET', single.build('v', { value: text }))).toMatchObject({ args: { value: text } })
    }),
  )
})

test('numbers are built so that they are read again', () => {
  const numbers = new RuleMap().add([
    new Rule('/i/<int(signed=True):n>', { endpoint: 'int' }),
    new Rule('/f/<float(signed=True):n>', { endpoint: 'float' }),
  ])
  const read = (endpoint: string, n: number): unknown => {
    const match = numbers.match('GET', numbers.build(endpoint, { n }))
    return match.kind === 'found' ? match.args['n'] : match
  }
  fc.assert(fc.property(fc.maxSafeInteger(), (n) => read('int', n) === n))
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)
  fc.assert(fc.property(finite, (n) => read('float', n) === n))
})

test('a redirect stays on this site', () => {
  const path = fc
    .array(fc.constantFrom('/', '\\', '%2F', '%5C', 'a', '.', '..', '@', ':', 'x', '%0A'))
    .map((all) => all.join(''))
  const branches = new RuleMap({ onOverlap: () => {} }).add([
    new Rule('/<a>/', { endpoint: 'a' }),
    new Rule('/<a>/<b>/', { endpoint: 'b' }),
    new Rule('/<path:p>/x/', { endpoint: 'p' }),
  ])
  fc.assert(
    fc.property(path, (text) => {
      const match = branches.match('GET', text)
      if (match.kind !== 'redirect') return
      expect(match.location).toMatch(/^\/(?![/\\])/)
      expect(new URL(match.location, 'https://here.example').host).toBe('here.example')
    }),
  )
})

describe('a match takes linear time', () => {
  const slug = defineConverter({ regex: '(?:[a-z]+-?)+' })
  const hard = new RuleMap({ converters: { slug }, onOverlap: () => {} }).add(
    [
      '/<a>-<b>-<c>-<d>.z',
      '/s/<slug:s>!',
      '/<path:p>/x/<path:q>/x/<path:r>/z',
      '/<path:p>/',
      '/d/<int:a><int:b><int:c>z',
    ].map((rule) => new Rule<string>(rule, { endpoint: rule })),
  )
  const time = (path: string): number => {
    const start = process.cpuUsage()
    for (let i = 0; i < 3; i++) hard.match('GET', path)
    const { user, system } = process.cpuUsage(start)
    return user + system
  }

  test.each([
    ['dashes', (n: number) => `/${'-'.repeat(n)}`],
    ['letters before a miss', (n: number) => `/s/${'a'.repeat(n)}?`],
    ['digits before a miss', (n: number) => `/d/${'1'.repeat(n)}`],
    ['slashes and x', (n: number) => `/${'a/x/'.repeat(n / 40)}${'b'.repeat(n * 0.9)}`],
  ])('over %s', (_, path) => {
    time(path(4000))
    const [short, long] = [1000, 8000].map((n) => Math.min(time(path(n)), time(path(n)), time(path(n))))
    expect(long).toBeLessThan(Math.max((short ?? 0) * 8 * 5, 60_000))
  })
})
