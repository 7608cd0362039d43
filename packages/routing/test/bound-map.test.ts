import { describe, expect, test } from 'vitest'
import { Rule, RuleMap } from '../src/index.ts'

const https = { serverName: 'example.com', scheme: 'https' }

describe('sending on', () => {
  test.each([
    ['a missing slash', new Rule('/a/', { endpoint: 'e' }), '/a', 'https://example.com/a/?q=1'],
    [
      'redirectTo, with its variables and the query',
      new Rule('/old/<n>', { endpoint: 'e', redirectTo: '/new/<n>' }),
      '/old/x%20y',
      'https://example.com/new/x%20y?q=1',
    ],
    [
      'redirectTo without the query',
      new Rule('/old', { endpoint: 'e', redirectTo: '/new', keepQuery: false }),
      '/old',
      'https://example.com/new',
    ],
    [
      'redirectTo to another site',
      new Rule('/old', { endpoint: 'e', redirectTo: 'https://other.example/' }),
      '/old',
      'https://other.example/?q=1',
    ],
    [
      'redirectTo by a function',
      new Rule('/old/<int:n>', { endpoint: 'e', redirectTo: ({ n }, urls) => urls.build('e', { n }) }),
      '/old/3',
      'https://example.com/old/3?q=1',
    ],
  ])('%s', (_, rule, path, location) => {
    const urls = new RuleMap().add(rule).bind({ ...https, query: 'q=1' })
    expect(urls.match('GET', path)).toEqual({ kind: 'redirect', location, status: 308 })
  })

  test('an alias leads to its first rule, and defaults to the shorter one', () => {
    const urls = new RuleMap()
      .add([
        new Rule('/all/', { endpoint: 'all', defaults: { page: 1 } }),
        new Rule('/all/<int:page>', { endpoint: 'all' }),
        new Rule('/every/<int:page>', { endpoint: 'all', alias: true }),
      ])
      .bind(https)
    expect(urls.match('GET', '/all/1')).toMatchObject({ location: 'https://example.com/all/' })
    expect(urls.match('GET', '/every/3')).toMatchObject({ location: 'https://example.com/all/3' })
    expect(urls.build('all', { page: 1 })).toBe('/all/')
  })

  test('an alias without a rule to lead to is refused when the map freezes', () => {
    const map = new RuleMap().add(new Rule('/a', { endpoint: 'e', alias: true }))
    expect(() => map.freeze()).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_ALIAS' }))
  })

  test('redirectTo may only use variables of its rule', () => {
    const rule = new Rule('/a', { endpoint: 'e', redirectTo: '/<b>' })
    expect(() => new RuleMap().add(rule)).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_REDIRECT' }))
  })
})

describe('hosts', () => {
  const map = () =>
    new RuleMap({ hostMatching: true }).add([
      new Rule('/', { endpoint: 'main', host: 'example.com' }),
      new Rule('/', { endpoint: 'tenant', host: '<tenant>.example.com' }),
    ])

  test('are matched whole and built absolute where they differ', () => {
    const urls = map().bind(https)
    expect(urls.match('GET', '/')).toMatchObject({ rule: { endpoint: 'main' } })
    expect(urls.build('tenant', { tenant: 'acme' })).toBe('https://acme.example.com/')
    expect(urls.build('main')).toBe('/')
    expect(map().match('GET', '/', { host: 'acme.example.com' })).toMatchObject({ args: { tenant: 'acme' } })
  })

  test('international names are bound in their ASCII form', () => {
    const urls = new RuleMap()
      .add(new Rule('/', { endpoint: 'e' }))
      .bind({ serverName: 'Bücher.example:8000' })
    expect(urls.build('e', {}, { external: true })).toBe('http://xn--bcher-kva.example:8000/')
  })

  test.each(['', 'a..b', 'a/b', 'user@host', `${'a'.repeat(64)}.com`])(
    '%j is no server name',
    (serverName) => {
      expect(() => map().bind({ serverName })).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_HOST' }))
    },
  )
})

describe('WebSockets', () => {
  const urls = (scheme: string) =>
    new RuleMap()
      .add([
        new Rule('/live', { endpoint: 'live', websocket: true }),
        new Rule('/page', { endpoint: 'page' }),
      ])
      .bind({ serverName: 'example.com', scheme })

  test('a handshake finds WebSocket rules only', () => {
    expect(urls('wss').match('GET', '/live').kind).toBe('found')
    expect(urls('wss').match('GET', '/page')).toEqual({ kind: 'notFound', reason: 'websocketMismatch' })
    expect(urls('https').match('GET', '/live')).toEqual({ kind: 'notFound', reason: 'websocketMismatch' })
  })

  test('their URLs are absolute', () => {
    expect(urls('https').build('live')).toBe('wss://example.com/live')
  })
})

test('the methods of a path are listed', () => {
  const urls = new RuleMap()
    .add([
      new Rule('/a', { endpoint: 'get', methods: ['GET'] }),
      new Rule('/a', { endpoint: 'post', methods: ['POST'] }),
    ])
    .bind(https)
  expect(urls.allowedMethods('/a')).toEqual(['GET', 'HEAD', 'POST'])
  expect(urls.allowedMethods('/b')).toEqual([])
  expect(urls.test('/a', 'POST')).toBe(true)
  expect(urls.test('/a', 'PUT')).toBe(false)
})
