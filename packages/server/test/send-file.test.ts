import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Request, type Response } from '@dewar/http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendFile, serve } from '../src/index.ts'
import { open, readToEnd } from './sockets.ts'

let directory: string
const large = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 253))

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dewar-files-'))
  await writeFile(join(directory, 'eleven.txt'), 'hello world')
  await writeFile(join(directory, 'empty.txt'), '')
  await writeFile(join(directory, 'large.bin'), large)
  await writeFile(join(directory, 'ünï.txt'), 'x')
  await mkdir(join(directory, 'folder'))
  const moment = new Date('2026-01-02T03:04:05Z')
  await utimes(join(directory, 'eleven.txt'), moment, moment)
})
afterAll(() => rm(directory, { recursive: true }))

function request(headers: Record<string, string> = {}, method = 'GET'): Request {
  return new Request({ method, target: '/', headers: { Host: 'a', ...headers } })
}

function send(headers?: Record<string, string>, name = 'eleven.txt', method = 'GET'): Promise<Response> {
  return sendFile(join(directory, name), { request: request(headers, method) })
}

/** How many files this process has open. */
async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd')).length
}

describe('a file', () => {
  it('comes typed, named, dated, versioned and unclaimed by caches', async () => {
    const response = await send()

    expect(response.status).toBe(200)
    expect(await response.text()).toBe('hello world')
    expect(response.headers.toJSON()).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'inline; filename=eleven.txt',
      'content-length': '11',
      'cache-control': 'no-cache',
      'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    })
  })

  it('takes the options of its sender', async () => {
    const response = await sendFile('eleven.txt', {
      root: directory,
      mimetype: 'application/x-own',
      asAttachment: true,
      downloadName: 'a"b.txt',
      maxAge: 60,
      etag: 'v1',
      lastModified: new Date(0),
    })

    expect(response.headers.toJSON()).toMatchObject({
      'content-type': 'application/x-own',
      'content-disposition': 'attachment; filename="a\\"b.txt"',
      'cache-control': 'public, max-age=60',
      'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
      etag: '"v1"',
    })
  })

  it('has a name of any characters, given twice', async () => {
    const response = await send({}, 'ünï.txt')

    expect(response.headers.get('Content-Disposition')).toBe(
      "inline; filename=uni.txt; filename*=UTF-8''%C3%BCn%C3%AF.txt",
    )
  })

  it('never breaks its header, whatever its name for the user', async () => {
    const response = await sendFile(join(directory, 'eleven.txt'), {
      downloadName: 'a\r\nSet-Cookie: x=1\0.txt',
    })

    expect(response.headers.get('Content-Disposition')).toBe('inline; filename="a__Set-Cookie: x=1_.txt"')
  })

  it('may be empty', async () => {
    const response = await send({}, 'empty.txt')

    expect(response.headers.get('Content-Length')).toBe('0')
    expect(await response.text()).toBe('')
  })

  it('is not found if it is missing, a directory, or no regular file', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe')])

    for (const name of ['missing.txt', 'folder', 'pipe', 'eleven.txt/x', 'a\0b']) {
      await expect(send({}, name), name).rejects.toMatchObject({ status: 404 })
    }
  })

  it('refuses a maxAge that is none', async () => {
    await expect(sendFile(join(directory, 'eleven.txt'), { maxAge: -1 })).rejects.toMatchObject({
      code: 'ERR_SERVER_OPTION',
    })
  })
})

describe('conditions', () => {
  it('gives 304 without type and length to who has this version', async () => {
    const etag = (await send()).headers.get('ETag') ?? ''

    const response = await send({ 'If-None-Match': etag })

    expect(response.status).toBe(304)
    expect(response.body).toBeNull()
    expect(response.toWire().headers).not.toContain('Content-Length')
  })

  it.each([
    ['If-None-Match of any version', { 'If-None-Match': '*' }, 304],
    ['If-None-Match of another version', { 'If-None-Match': '"other"' }, 200],
    ['If-Modified-Since at its time', { 'If-Modified-Since': 'Fri, 02 Jan 2026 03:04:05 GMT' }, 304],
    ['If-Modified-Since before', { 'If-Modified-Since': 'Fri, 02 Jan 2026 03:04:04 GMT' }, 200],
    [
      'a differing version and a matching time',
      { 'If-None-Match': '"x"', 'If-Modified-Since': 'Fri, 02 Jan 2026 03:04:05 GMT' },
      200,
    ],
    ['If-Match of another version', { 'If-Match': '"other"' }, 412],
    ['If-Unmodified-Since before', { 'If-Unmodified-Since': 'Fri, 02 Jan 2026 03:04:04 GMT' }, 412],
    ['nonsense', { 'If-Modified-Since': 'yesterday' }, 200],
  ])('%s: %s', async (_, headers, status) => {
    const response = await send(headers)

    expect(response.status).toBe(status)
  })

  it('are left alone when told so', async () => {
    const response = await sendFile(join(directory, 'eleven.txt'), {
      request: request({ 'If-None-Match': '*' }),
      conditional: false,
    })

    expect(response.status).toBe(200)
  })
})

describe('ranges of eleven bytes', () => {
  it.each([
    ['0-4', 'hello', 'bytes 0-4/11'],
    ['6-', 'world', 'bytes 6-10/11'],
    ['-5', 'world', 'bytes 6-10/11'],
    ['0-100', 'hello world', 'bytes 0-10/11'],
    ['-100', 'hello world', 'bytes 0-10/11'],
  ])('bytes=%s: 206', async (range, body, contentRange) => {
    const response = await send({ Range: `bytes=${range}` })

    expect(response.status).toBe(206)
    expect(await response.text()).toBe(body)
    expect(response.headers.get('Content-Range')).toBe(contentRange)
    expect(response.headers.get('Content-Length')).toBe(String(body.length))
  })

  it.each([
    ['another unit', 'items=0-1'],
    ['several parts', 'bytes=0-1,3-4'],
    ['a part that ends before it begins', 'bytes=4-2'],
    ['nonsense', 'bytes=x'],
    ['a bare hyphen', 'bytes=-'],
  ])('%s: the whole file', async (_, range) => {
    const response = await send({ Range: range })

    expect(response.status).toBe(200)
    expect(await response.text()).toBe('hello world')
  })

  it('a part behind the end: 416', async () => {
    await expect(send({ Range: 'bytes=20-30' })).rejects.toMatchObject({ status: 416 })
  })

  it('a part of a version that is gone: the whole file', async () => {
    const fresh = (await send()).headers.get('ETag') ?? ''

    expect((await send({ Range: 'bytes=0-1', 'If-Range': '"stale"' })).status).toBe(200)
    expect((await send({ Range: 'bytes=0-1', 'If-Range': fresh })).status).toBe(206)
  })
})

describe('large files', () => {
  it('arrive whole, or from any byte to any other', async () => {
    const whole = await send({}, 'large.bin')
    const part = await send({ Range: 'bytes=100-250099' }, 'large.bin')

    expect(Buffer.from(await whole.bytes()).equals(large)).toBe(true)
    expect(Buffer.from(await part.bytes()).equals(large.subarray(100, 250_100))).toBe(true)
  })

  it('leave no file open, however the answer ends', async () => {
    const before = await openFiles()

    await (await send({}, 'large.bin')).bytes()
    await (await send({}, 'large.bin')).close()
    await send({}, 'large.bin', 'HEAD')
    await send({ 'If-None-Match': '*' }, 'large.bin')
    await send({ Range: 'bytes=400000-' }, 'large.bin').catch(() => undefined)
    const broken = await send({}, 'large.bin')
    for await (const _ of broken.body as AsyncIterable<Uint8Array>) break
    await sendFile(directory).catch(() => undefined)

    expect(await openFiles()).toBe(before)
  })

  it('leave no file open when clients leave half-way', async () => {
    await writeFile(join(directory, 'huge.bin'), Buffer.alloc(30_000_000))
    const server = await serve((req) => sendFile(join(directory, 'huge.bin'), { request: req }), { port: 0 })
    const before = await openFiles()

    const sockets = await Promise.all(Array.from({ length: 5 }, () => open(server.port)))
    for (const socket of sockets) {
      socket.pause()
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    }
    await sleep(200)
    for (const socket of sockets) socket.destroy()
    await sleep(200)
    const after = await openFiles()
    await server.close()

    expect(after).toBe(before)
  })

  it('cut the connection when they shrink under way', async () => {
    const path = join(directory, 'shrinking.bin')
    await writeFile(path, Buffer.alloc(30_000_000))
    const errors: unknown[] = []
    const server = await serve((req) => sendFile(path, { request: req }), {
      port: 0,
      onError: (error) => errors.push(error),
    })
    const socket = await open(server.port)

    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await sleep(200)
    await truncate(path, 1000)
    socket.resume()
    const text = await readToEnd(socket)
    await server.close()

    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(errors).toMatchObject([{ code: 'ERR_SERVER_CONTENT_LENGTH' }])
  })

  it('answer HEAD with their length', async () => {
    const server = await serve((req) => sendFile(join(directory, 'large.bin'), { request: req }), { port: 0 })

    const response = await fetch(server.url, { method: 'HEAD' })
    await server.close()

    expect(response.headers.get('content-length')).toBe('300000')
  })
})

it('follows a link, since the path is trusted', async () => {
  await symlink(join(directory, 'eleven.txt'), join(directory, 'link.txt'))

  expect(await (await send({}, 'link.txt')).text()).toBe('hello world')
})
