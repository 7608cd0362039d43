import { describe, expect, test } from 'vitest'
import { Rule, RuleMap } from '../src/index.ts'

const map = new RuleMap({ onOverlap: () => {} }).add([
  new Rule('/', { endpoint: 'index' }),
  new Rule('/a/', { endpoint: 'branch' }),
  new Rule('/files/<path:file>', { endpoint: 'file' }),
  new Rule('/raw/<path(unsafe=True):file>', { endpoint: 'raw' }),
  new Rule('/to/<path:target>', { endpoint: 'to', redirectTo: '<target>' }),
  new Rule('/root/<path:target>', { endpoint: 'root', redirectTo: '/<target>' }),
  new Rule('/<name>/', { endpoint: 'name' }),
])

describe('a path never climbs', () => {
  test.each([
    '/files/../secret',
    '/files/a/../../secret',
    '/files/%2e%2e/secret',
    '/files/..%2fsecret',
    '/files/a%2F..%2F..%2Fsecret',
    '/files/..',
    '/files/a%00b',
    '/files/a%5c..%5cb',
    '/files/%2Fetc/passwd',
  ])('%s is not found', (path) => {
    expect(map.match('GET', path)).toEqual({ kind: 'notFound', reason: 'unmatched' })
  })

  test.each(['/files/a/b', '/files/..a/b..', '/files/a.%2Eb', '/raw/../x'])('%s is found', (path) => {
    expect(map.match('GET', path).kind).toBe('found')
  })

  test('and no URL is built from one that does', () => {
    expect(() => map.build('file', { file: '../x' })).toThrow(
      expect.objectContaining({ code: 'ERR_ROUTING_VALUE' }),
    )
    expect(map.build('file', { file: 'a/x' })).toBe('/files/a/x')
  })
})

describe('nobody is sent to another site', () => {
  test.each([
    ['two leading slashes', '//evil.example', '/evil.example/'],
    ['many leading slashes', '////a', '/a/'],
    ['a backslash', '/%5Cevil.example', '/%5Cevil.example/'],
    ['an encoded slash', '/%2Fevil.example', '/%2Fevil.example/'],
    ['a line break', '/a%0D%0Ab', '/a%0D%0Ab/'],
    ['an absolute URL as a value', '/to/https://evil.example', '/https://evil.example'],
    ['a value after a slash', '/root/a/b', '/a/b'],
  ])('by %s', (_, path, location) => {
    expect(map.match('GET', path)).toEqual({ kind: 'redirect', location, status: 308 })
  })

  test('by a value in a host', () => {
    const hosts = new RuleMap({ hostMatching: true }).add(
      new Rule('/', { endpoint: 'e', host: '<t>.example.com' }),
    )
    const build = (t: string) => hosts.build('e', { t }, { scheme: 'https' })
    expect(new URL(build('acme')).host).toBe('acme.example.com')
    expect(build('evil.example/')).toBe('https://evil.example%2F.example.com/')
    expect(build('user:x@evil')).toBe('https://user%3Ax%40evil.example.com/')
  })
})

describe('what is no path is answered', () => {
  test.each([
    ['a malformed escape', '/a%zz', 'badEncoding'],
    ['bytes that are not UTF-8', '/%ff', 'badEncoding'],
    ['half a character', '/%E0%A4%A', 'badEncoding'],
    ['an overlong slash', '/%c0%af', 'badEncoding'],
    ['a path of slashes', '/x'.repeat(1000), 'tooLong'],
    ['a path too long', `/${'a'.repeat(9000)}`, 'tooLong'],
  ])('%s', (_, path, reason) => {
    expect(map.match('GET', path)).toEqual({ kind: 'notFound', reason })
  })

  test.each(['__proto__', 'constructor', 'toString'])('%s as a name is a name', (name) => {
    expect(map.match('GET', `/${name}/`)).toMatchObject({ args: { name } })
    expect(map.match(name, `/${name}/`).kind).toBe('found')
  })

  test('arguments have no members but their own', () => {
    const match = map.match('GET', '/joe/')
    expect(
      match.kind === 'found' && ['constructor', 'toString', '__proto__'].some((name) => name in match.args),
    ).toBe(false)
  })
})

test('an encoded slash stays inside its part, and comes back as it was', () => {
  const urls = new RuleMap().add(new Rule('/w/<name>', { endpoint: 'w' }))
  expect(urls.build('w', { name: 'a/b' })).toBe('/w/a%2Fb')
  expect(urls.match('GET', '/w/a%2Fb')).toMatchObject({ args: { name: 'a/b' } })
  expect(urls.match('GET', '/w/a/b').kind).toBe('notFound')
})
