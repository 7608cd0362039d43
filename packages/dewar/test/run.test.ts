import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createApp, request } from '../src/index.ts'
import { makeApp } from './setup.ts'

/** Sends bytes as they are and gives what comes back until the end. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

describe('app.run', () => {
  it('answers over a socket with every default header, and stops', async () => {
    const app = makeApp()
    app.get('/hello/<name>', ({ name }) => `Hello, ${name}`)
    await using server = await app.run({ port: 0 })
    const response = await fetch(`${server.url}/hello/ada`)
    expect([response.status, await response.text()]).toEqual([200, 'Hello, ada'])
    const headers = Object.fromEntries(response.headers)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['content-security-policy']).toMatch(/script-src 'nonce-[\w+/=-]{22,}'/)
    expect(headers).not.toHaveProperty('server')
    expect(headers).not.toHaveProperty('x-powered-by')
    expect(headers).not.toHaveProperty('set-cookie')
  })

  it('gives each answer a nonce of its own', async () => {
    const app = makeApp()
    app.get('/', () => 'x')
    await using server = await app.run({ port: 0 })
    const policies = await Promise.all(
      [1, 2, 3].map(async () => (await fetch(server.url)).headers.get('content-security-policy')),
    )
    expect(new Set(policies).size).toBe(3)
  })

  it('puts its security headers on answers given before routing', async () => {
    const app = makeApp()
    await using server = await app.run({ port: 0 })
    const answer = await raw(server.port, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff')
  })

  it('takes no second request out of a body nobody read', async () => {
    const app = makeApp()
    const seen: string[] = []
    app.beforeRequest(() => void seen.push('request'))
    app.post('/', () => 'x')
    await using server = await app.run({ port: 0 })
    const body = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n'
    await raw(
      server.port,
      `POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length + 50_000}\r\n\r\n${body}`,
    )
    expect(seen).toEqual(['request'])
  })

  it('names the port that is in use, and says what to do', async () => {
    const app = makeApp()
    await using server = await app.run({ port: 0 })
    await expect(makeApp().run({ port: server.port })).rejects.toMatchObject({
      code: 'ERR_SERVER_PORT_IN_USE',
      message: expect.stringContaining(String(server.port)),
      fix: expect.stringMatching(/port/i),
    })
  })

  it('does not start without a key outside of debug', async () => {
    const app = createApp({ environment: {}, logger: { level: 'silent' } })
    await expect(app.run({ port: 0 })).rejects.toMatchObject({
      code: 'ERR_DEWAR_NO_SECRET_KEY',
      fix: expect.stringContaining('npx dewar secret'),
    })
  })

  it('refuses a body over the limit before it is read to the end', async () => {
    const app = makeApp({ config: { MAX_CONTENT_LENGTH: 1000 } })
    app.post('/', { unsafeCsrfExempt: true }, async () => String((await request.data()).byteLength))
    await using server = await app.run({ port: 0 })
    expect((await fetch(server.url, { method: 'POST', body: 'x'.repeat(5000) })).status).toBe(413)
    expect(await (await fetch(server.url, { method: 'POST', body: 'x'.repeat(900) })).text()).toBe('900')
  })

  it('refuses a body over the limit that no view would look at', async () => {
    const app = makeApp({ config: { MAX_CONTENT_LENGTH: 1000 } })
    app.post('/', { unsafeCsrfExempt: true }, () => 'never looked')
    await using server = await app.run({ port: 0 })
    expect((await fetch(server.url, { method: 'POST', body: 'x'.repeat(5000) })).status).toBe(413)
  })

  it('refuses query strings and JSON without end', async () => {
    const app = makeApp()
    app.get('/', () => [request.args.size])
    app.post('/', { unsafeCsrfExempt: true }, async () => [JSON.stringify(await request.json()).length])
    await using server = await app.run({ port: 0 })
    const json = (depth: number) => ({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '['.repeat(depth) + ']'.repeat(depth),
    })
    expect((await fetch(`${server.url}/?${'a=1&'.repeat(900)}`)).status).toBe(200)
    expect((await fetch(`${server.url}/?${'a=1&'.repeat(3000)}`)).status).toBe(400)
    expect((await fetch(server.url, json(50))).status).toBe(200)
    expect((await fetch(server.url, json(5000))).status).toBe(400)
  })
})
