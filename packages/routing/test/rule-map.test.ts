import { describe, expect, test } from 'vitest'
import { Rule, RuleMap, UrlBuildError } from '../src/index.ts'

function site(): RuleMap {
  return new RuleMap().add([
    new Rule('/', { endpoint: 'index' }),
    new Rule('/posts/', { endpoint: 'list' }),
    new Rule('/posts/<int:id>', { endpoint: 'show', methods: ['GET'] }),
    new Rule('/posts/<int:id>', { endpoint: 'change', methods: ['PUT', 'DELETE'] }),
    new Rule('/posts/<slug>', { endpoint: 'slug', methods: ['GET'] }),
    new Rule('/files/<path:file>', { endpoint: 'file' }),
  ])
}

const found = (map: RuleMap, method: string, path: string): unknown => {
  const match = map.match(method, path)
  return match.kind === 'found' ? [match.rule.endpoint, { ...match.args }] : match
}

describe('match', () => {
  test.each(['GET', 'POST', 'PUT'])('a value that no rule takes is at no address, also for %s', (method) => {
    const map = new RuleMap().add([
      new Rule('/notes/<int(max=99):id>', { endpoint: 'show', methods: ['GET'] }),
      new Rule('/notes/<int(max=99):id>', { endpoint: 'change', methods: ['POST'] }),
    ])

    for (const path of ['/notes/100', '/notes/99999999999999999999', '/notes/abc']) {
      expect(map.match(method, path)).toMatchObject({ kind: 'notFound' })
    }
    expect(map.match('PUT', '/notes/99')).toMatchObject({
      kind: 'methodNotAllowed',
      allowed: expect.arrayContaining(['GET', 'POST']),
    })
  })

  test.each([
    ['a static path', 'GET', '/', ['index', {}]],
    ['an integer', 'GET', '/posts/42', ['show', { id: 42 }]],
    ['HEAD where there is GET', 'HEAD', '/posts/42', ['show', { id: 42 }]],
    ['text where no number stands', 'GET', '/posts/hello', ['slug', { slug: 'hello' }]],
    ['a path', 'GET', '/files/a/b.txt', ['file', { file: 'a/b.txt' }]],
    ['an encoded slash as part of its segment', 'GET', '/posts/a%2Fb', ['slug', { slug: 'a/b' }]],
    ['encoded text', 'GET', '/posts/%C3%BC%20', ['slug', { slug: 'ü ' }]],
    ['another method on the same path', 'DELETE', '/posts/1', ['change', { id: 1 }]],
  ])('finds %s', (_, method, path, expected) => {
    expect(found(site(), method, path)).toEqual(expected)
  })

  test('names the methods a path takes, sorted', () => {
    expect(site().match('POST', '/posts/1')).toEqual({
      kind: 'methodNotAllowed',
      allowed: ['DELETE', 'GET', 'HEAD', 'PUT'],
    })
  })

  test.each([
    ['a missing slash', '/posts', '/posts/'],
    ['repeated slashes', '//posts//1', '/posts/1'],
  ])('sends %s on', (_, path, location) => {
    expect(site().match('GET', path)).toEqual({ kind: 'redirect', location, status: 308 })
  })

  test('keeps query and root path when sending on', () => {
    const options = { query: 'a=1', rootPath: '/app/' }
    expect(site().match('GET', '/posts', options)).toMatchObject({ location: '/app/posts/?a=1' })
  })
})

describe('build', () => {
  test.each([
    ['an argument', 'show', { id: 3 }, {}, '/posts/3'],
    [
      'a query of the rest',
      'show',
      { id: 3, q: 'a b', tag: ['x', 'y'], none: null },
      {},
      '/posts/3?q=a+b&tag=x&tag=y',
    ],
    ['an encoded slash', 'slug', { slug: 'a/b' }, {}, '/posts/a%2Fb'],
    ['an anchor', 'index', {}, { anchor: 'top of page' }, '/#top%20of%20page'],
    [
      'an external URL',
      'index',
      {},
      { external: true, host: 'example.com', scheme: 'https' },
      'https://example.com/',
    ],
    ['a root path', 'index', {}, { rootPath: 'app' }, '/app/'],
  ])('writes %s', (_, endpoint, args, options, url) => {
    expect(site().build(endpoint, args, options)).toBe(url)
  })

  test('says which endpoint was meant', () => {
    expect(() => site().build('shwo')).toThrow(UrlBuildError)
    expect(() => site().build('shwo')).toThrow(
      expect.objectContaining({ suggestion: "Did you mean 'show'?" }),
    )
  })
})
