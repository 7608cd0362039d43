/** The blog of the examples, with no configuration of its headers, by the rules of MDN's HTTP Observatory. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as send } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningServer } from '@dewar/server'
import { generateKey } from '@dewar/signing'
import { createApp, makeResponse, redirect, session, streamWithContext } from 'dewar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBlog } from '../examples/blog/app.ts'
import { type Scan, score } from './tools/observatory.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'dewar-observatory-'))
const ends: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true })]
let proxyPort = 0

/** A proxy in front of the blog, which says that visitors came over https unless a test says otherwise. */
beforeAll(async () => {
  const blog = createBlog({ dataDir, secretKey: generateKey() })
  blog.app.config.fromObject({ TRUSTED_PROXY: { for: 1, proto: 1 }, LOG_LEVEL: 'silent' })
  const server = await blog.app.run({ host: '127.0.0.1', port: 0 })
  const proxy = createServer((incoming, outgoing) => {
    const { 'x-test-scheme': scheme = 'https', ...headers } = incoming.headers
    const options = {
      port: server.port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...headers, 'x-forwarded-proto': scheme, 'x-forwarded-for': '203.0.113.7' },
    }
    const upstream = send(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    incoming.pipe(upstream)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  proxyPort = (proxy.address() as AddressInfo).port
  ends.push(
    () => blog.close(),
    () => server.close(),
    () => proxy.close(),
  )
})
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

function visit(path: string, headers: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${proxyPort}${path}`, { redirect: 'manual', headers })
}

async function scan(path: string): Promise<Scan> {
  const page = await visit(path)
  const plain = await visit(path, { 'X-Test-Scheme': 'http' })
  const foreign = await visit(path, { Origin: 'https://evil.example' })
  return {
    headers: page.headers,
    cookies: page.headers.getSetCookie(),
    html: await page.text(),
    overHttp: { status: plain.status, location: plain.headers.get('location') },
    crossOrigin: foreign.headers,
  }
}

describe('the blog behind a declared https proxy', () => {
  it.each(['/', '/auth/login', '/auth/register', '/nowhere', '/static/style.css'])(
    'has A+ at %s',
    async (path) => {
      const result = score(await scan(path))
      expect(result, JSON.stringify(result)).toMatchObject({ grade: 'A+' })
      expect(Object.entries(result.points).filter(([, points]) => points < 0)).toEqual([])
      expect(result.score).toBeGreaterThanOrEqual(125)
    },
  )

  it('sets cookies worth their points', async () => {
    expect(score(await scan('/auth/login')).points['cookies']).toBe(5)
  })
})

describe('the scoring', () => {
  it('gives a site without headers an F', () => {
    const nothing = new Headers()
    const bare: Scan = {
      headers: nothing,
      cookies: ['session=1; Path=/'],
      html: '<script src="//cdn.example/x.js"></script>',
      overHttp: { status: 200, location: null },
      crossOrigin: nothing,
    }
    expect(score(bare)).toMatchObject({ score: 0, grade: 'F' })
  })

  it('takes points for what is loosened', async () => {
    const good = await scan('/')
    const worse = (name: string, value: string) => {
      const headers = new Headers(good.headers)
      headers.set(name, value)
      return score({ ...good, headers }).score
    }
    const best = score(good).score
    expect(worse('content-security-policy', "default-src 'self' 'unsafe-inline'")).toBeLessThan(best - 20)
    expect(worse('strict-transport-security', 'max-age=60')).toBeLessThan(best)
    expect(worse('referrer-policy', 'unsafe-url')).toBeLessThan(best)
    expect(worse('cross-origin-resource-policy', 'cross-origin')).toBeLessThan(best)
  })
})

describe('every kind of answer', () => {
  const promised = [
    'content-security-policy',
    'x-content-type-options',
    'x-frame-options',
    'referrer-policy',
    'permissions-policy',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
    'x-permitted-cross-domain-policies',
  ]
  let server: RunningServer

  beforeAll(async () => {
    const app = createApp({
      root: join(import.meta.dirname, '../examples/blog'),
      config: { SECRET_KEY: generateKey(), MAX_CONTENT_LENGTH: 1000 },
      environment: {},
      logger: { level: 'silent' },
    })
    app.get('/', () => 'page')
    app.get('/json', () => ({ a: 1 }))
    app.get('/redirect', () => redirect('/'))
    app.get('/slash/', () => 'x')
    app.get('/empty', () => makeResponse('', 204))
    app.get('/session', () => {
      session.set('n' as never, 1 as never)
      return 'x'
    })
    app.get('/boom', () => {
      throw new Error('x')
    })
    app.get('/stream', () =>
      streamWithContext(async function* () {
        yield 'a'
        yield 'b'
      }),
    )
    app.get('/secret', { access: 'authenticated' }, () => 'x')
    app.get('/once', { limit: '1/hour' }, () => 'x')
    app.post('/post', () => 'x')
    server = await app.run({ host: '127.0.0.1', port: 0 })
    ends.push(() => server.close())
  })

  /** Sends bytes and reads the head of the answer: what no client library would send is answered, too. */
  function raw(text: string): Promise<{ status: number; names: Set<string>; head: string }> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1')
      let answer = ''
      socket.setEncoding('latin1').on('data', (chunk) => {
        answer += chunk
      })
      socket.on('close', () => {
        const [head = ''] = answer.split('\r\n\r\n', 1)
        const names = new Set(
          head
            .split('\r\n')
            .slice(1)
            .map((line) => line.split(':', 1)[0]?.toLowerCase() ?? ''),
        )
        resolve({ status: Number(head.split(' ')[1]), names, head })
      })
      socket.on('error', reject)
      socket.write(text, 'latin1')
    })
  }

  const simple = (method: string, target: string, ...lines: string[]) =>
    [`${method} ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...lines, '', ''].join('\r\n')

  it.each([
    ['a page', 200, simple('GET', '/')],
    ['HEAD', 200, simple('HEAD', '/')],
    ['OPTIONS', 200, simple('OPTIONS', '/')],
    ['JSON', 200, simple('GET', '/json')],
    ['a redirect of a view', 302, simple('GET', '/redirect')],
    ['a redirect of the routing', 308, simple('GET', '/slash')],
    ['no content', 204, simple('GET', '/empty')],
    ['a page with a session', 200, simple('GET', '/session')],
    ['a stream', 200, simple('GET', '/stream')],
    ['a file', 200, simple('GET', '/static/style.css')],
    [
      'a file that has not changed',
      304,
      simple('GET', '/static/style.css', 'If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT'),
    ],
    ['a part of a file', 206, simple('GET', '/static/style.css', 'Range: bytes=0-1')],
    ['a part that a file does not have', 416, simple('GET', '/static/style.css', 'Range: bytes=9999999-')],
    ['a refused stranger', 401, simple('GET', '/secret')],
    ['a refused form', 403, simple('POST', '/post', 'Content-Length: 0')],
    ['a missing page', 404, simple('GET', '/nowhere')],
    ['a missing file', 404, simple('GET', '/static/nothing.css')],
    ['a climbing path', 404, simple('GET', '/static/../app.ts')],
    ['another method', 405, simple('DELETE', '/')],
    ['a method that no route has', 405, simple('PROPFIND', '/')],
    ['a body that is too large', 413, simple('POST', '/post', 'Content-Length: 5000')],
    ['a mistake', 500, simple('GET', '/boom')],
    ['a host that is none', 400, simple('GET', '/').replace('localhost', 'a b')],
    ['two hosts', 400, simple('GET', '/', 'Host: other')],
    ['no HTTP', 400, 'nonsense\r\n\r\n'],
    ['two lengths', 400, simple('POST', '/post', 'Content-Length: 1', 'Content-Length: 2')],
    ['a head that is too long', 431, simple('GET', '/', `X: ${'x'.repeat(100_000)}`)],
  ])('has the headers: %s', async (_what, status, bytes) => {
    const { status: found, names, head } = await raw(bytes)
    expect(found, head).toBe(status)
    expect(
      promised.filter((name) => !names.has(name)),
      head,
    ).toEqual([])
    expect(names.has('server') || names.has('x-powered-by')).toBe(false)
  })

  it('has the headers on a refusal by the limit', async () => {
    await raw(simple('GET', '/once'))
    const { status, names } = await raw(simple('GET', '/once'))
    expect([status, promised.filter((name) => !names.has(name))]).toEqual([429, []])
  })
})
