import { describe, expect, test } from 'vitest'
import { defineConverter, Rule, RuleMap } from '../src/index.ts'

function args(rule: string, path: string): unknown {
  const match = new RuleMap().add(new Rule<string>(rule, { endpoint: 'e' })).match('GET', path)
  return match.kind === 'found' ? { ...match.args } : match.kind
}

describe('a converter takes', () => {
  test.each([
    ['leading zeros', '/<int:n>', '/007', { n: 7 }],
    ['a negative number when signed', '/<int(signed=True):n>', '/-5', { n: -5 }],
    ['exactly the digits asked for', '/<int(fixed_digits=4):n>', '/0042', { n: 42 }],
    [
      'a whole number of any size',
      '/<bigint:n>',
      '/123456789012345678901234567890',
      { n: 123456789012345678901234567890n },
    ],
    ['a decimal', '/<float:f>', '/1.50', { f: 1.5 }],
    [
      'a UUID in any case, lower-cased',
      '/<uuid:u>',
      '/0F2B7C1E-5D4A-4C3B-9E21-77AA01BC9DEF',
      { u: '0f2b7c1e-5d4a-4c3b-9e21-77aa01bc9def' },
    ],
    ['characters, not code units', '/<string(length=2):s>', '/%F0%9F%98%80%F0%9F%98%80', { s: '😀😀' }],
    ['a quoted word', "/<any('a b', c):k>", '/a%20b', { k: 'a b' }],
    ['the rest of the path', '/<path:p>', '/a/b/c', { p: 'a/b/c' }],
    ['paths before and after text', '/<path:p>/x/<path:q>', '/a/b/x/c/d', { p: 'a/b', q: 'c/d' }],
    ['several variables in a part', '/<y>-<int:m>.<e>', '/a-b-12.tar.gz', { y: 'a-b', m: 12, e: 'tar.gz' }],
  ])('%s', (_, rule, path, expected) => {
    expect(args(rule, path)).toEqual(expected)
  })
})

describe('a converter refuses', () => {
  test.each([
    ['digits of other scripts', '/<int:n>', '/%D9%A3'],
    ['numbers that are not safe', '/<int:n>', '/9007199254740993'],
    ['a sign that was not asked for', '/<int:n>', '/-1'],
    ['numbers outside the bounds', '/<int(min=3, max=5):n>', '/6'],
    ['a number without a point', '/<float:f>', '/1'],
    ['a UUID without dashes', '/<uuid:u>', '/0f2b7c1e5d4a4c3b9e2177aa01bc9def'],
    ['text that is too short', '/<string(minlength=2):s>', '/a'],
    ['other words', '/<any(a, b):k>', '/c'],
  ])('%s', (_, rule, path) => {
    expect(args(rule, path)).toBe('notFound')
  })
})

test('a value a converter refuses makes the next rule be tried', () => {
  const map = new RuleMap().add([
    new Rule('/<int(max=5):n>', { endpoint: 'small' }),
    new Rule('/<name>', { endpoint: 'named' }),
  ])
  expect(map.match('GET', '/9')).toMatchObject({ kind: 'found', args: { name: '9' } })
  expect(map.match('GET', '/4')).toMatchObject({ kind: 'found', args: { n: 4 } })
})

describe('a converter of the app', () => {
  const list = defineConverter({
    regex: /[a-z]+(?:\+[a-z]+)*/,
    parse: (text) => text.split('+'),
    format: (words: readonly string[]) => words.join('+'),
  })

  test('parses and formats', () => {
    const map = new RuleMap({ converters: { list } }).add(
      new Rule<string>('/tags/<list:tags>', { endpoint: 'tags' }),
    )
    expect(map.match('GET', '/tags/a+b')).toMatchObject({ args: { tags: ['a', 'b'] } })
    expect(map.build('tags', { tags: ['x', 'y'] })).toBe('/tags/x+y')
  })

  test('takes arguments from the rule', () => {
    const hex = defineConverter(({ positional: [digits] }) => ({ regex: `[0-9a-f]{${Number(digits)}}` }))
    const map = new RuleMap({ converters: { hex } }).add(new Rule<string>('/<hex(4):id>', { endpoint: 'e' }))
    expect(map.match('GET', '/beef').kind).toBe('found')
    expect(map.match('GET', '/beefbeef').kind).toBe('notFound')
  })

  test('that throws has refused, and the outcome carries the error', () => {
    const day = defineConverter({ regex: '[0-9-]+', parse: (text) => new Date(text).toISOString() })
    const map = new RuleMap({ converters: { day } }).add(new Rule<string>('/<day:d>', { endpoint: 'e' }))
    expect(map.match('GET', '/99-99')).toMatchObject({ kind: 'notFound', cause: expect.any(RangeError) })
  })

  test('may span slashes', () => {
    const pair = defineConverter({ regex: '[a-z]+/[a-z]+' })
    const map = new RuleMap({ converters: { pair } }).add(
      new Rule<string>('/<pair:p>/edit', { endpoint: 'e' }),
    )
    expect(map.match('GET', '/a/b/edit')).toMatchObject({ args: { p: 'a/b' } })
    expect(map.build('e', { p: 'a/b' })).toBe('/a/b/edit')
  })

  test.each([
    ['a look-ahead', '(?=a)b'],
    ['a back reference', '(a)\\1'],
    ['an anchor', '^a'],
    ['an open group', '(a'],
    ['a class without an end', '[a'],
    ['a flag', /a/i],
  ])('with %s is refused', (_, regex) => {
    expect(() => defineConverter({ regex })).toThrow(
      expect.objectContaining({ code: 'ERR_ROUTING_EXPRESSION' }),
    )
  })
})
