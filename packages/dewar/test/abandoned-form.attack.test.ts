/** Forms that a view begins to read and does not wait for: whatever it does then, nothing of them stays. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { request } from '../src/index.ts'
import { makeApp } from './setup.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dewar-abandoned-'))
  vi.stubEnv('TMPDIR', directory)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

const start = '--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n'

/** A client that sends the half of a file, more than memory holds, and waits. */
function sendHalf(port: number): Socket {
  const client = connect(port, '127.0.0.1')
  client.on('error', () => {}).resume()
  client.write(
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 4000000\r\n\r\n${start}`,
  )
  client.write(Buffer.alloc(2_000_000))
  return client
}

/** The beginning of a form, until it is on disk. */
async function beginReading(): Promise<{ outcome: Promise<unknown> }> {
  const outcome = request.files().catch((error: unknown) => error)
  await expect.poll(() => readdir(directory)).toHaveLength(1)
  return { outcome }
}

it.each([
  ['answers', () => 'Enough.'],
  [
    'fails',
    () => {
      throw new Error('no')
    },
  ],
])('a view that %s in the middle leaves nothing on disk', async (_, goOn) => {
  let reading: { outcome: Promise<unknown> } | undefined
  const app = makeApp()
  app.post('/', { unsafeCsrfExempt: true }, async () => {
    reading = await beginReading()
    return goOn()
  })
  await using server = await app.run({ port: 0 })
  const client = sendHalf(server.port)

  await expect.poll(() => reading?.outcome, { timeout: 5000 }).toMatchObject({ code: 'ERR_FORMS_CLOSED' })
  await expect.poll(() => readdir(directory)).toEqual([])
  client.destroy()
})

it('a form that is asked for after its request is refused, not read', async () => {
  let late: Promise<unknown> | undefined
  const app = makeApp()
  app.post('/', { unsafeCsrfExempt: true }, () => {
    late = new Promise((resolve) => setTimeout(resolve, 50))
      .then(() => request.files())
      .catch((error: unknown) => error)
    return 'Now.'
  })
  await app.testClient().post('/', { files: { f: { filename: 'x', content: Buffer.alloc(1000) } } })

  expect(await late).toMatchObject({ code: 'ERR_FORMS_CLOSED' })
})
