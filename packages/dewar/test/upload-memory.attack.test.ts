import { type ChildProcess, spawn } from 'node:child_process'
import { on } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'

const MB = 1_000_000
const clients = 20
/** Each client's upload; `UPLOAD_MB=200` writes four gigabytes and takes half a minute. */
const size = Number(process.env['UPLOAD_MB'] ?? 40) * MB

let temporary: string
let server: ChildProcess
let lines: AsyncIterator<string[]>
let port: number

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'dewar-memory-'))
  server = spawn(process.execPath, [join(import.meta.dirname, 'upload-server.ts')], {
    env: { ...process.env, TMPDIR: temporary, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (server.stdout === null) throw new Error('no output')
  lines = on(createInterface({ input: server.stdout }), 'line') as AsyncIterator<string[]>
  port = Number(await line())
})
afterAll(async () => {
  server.kill()
  await rm(temporary, { recursive: true, force: true })
})

async function line(): Promise<string> {
  return (await lines.next()).value?.[0] ?? ''
}

async function memory(): Promise<{ rss: number; peak: number }> {
  server.stdin?.write('\n')
  return JSON.parse(await line())
}

/** Uploads a file of zeros over a socket of its own and gives the answer's last line. */
function upload(bytes: number): Promise<string> {
  const head = '--b\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n'
  const end = '\r\n--b--\r\n'
  const piece = Buffer.alloc(65_536)
  let left = bytes
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      answer += text
    })
    socket.on('end', () => resolve(answer.split('\r\n').at(-1)?.trim() ?? ''))
    socket.on('error', reject)
    function more(): void {
      while (left > 0) {
        const next = piece.subarray(0, Math.min(left, piece.length))
        left -= next.length
        if (!socket.write(next)) return void socket.once('drain', more)
      }
      socket.write(end)
    }
    socket.write(
      `POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n` +
        `Content-Length: ${head.length + bytes + end.length}\r\n\r\n${head}`,
    )
    more()
  })
}

it(`takes ${size / MB} MB from each of ${clients} clients at once within 64 MB of memory`, async () => {
  // Idle is a server that has taken one small upload: its modules are loaded.
  await upload(MB)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const idle = await memory()

  const started = performance.now()
  const answers = await Promise.all(Array.from({ length: clients }, () => upload(size)))
  const seconds = (performance.now() - started) / 1000

  const { peak } = await memory()
  console.log(`${((peak - idle.rss) / MB).toFixed(1)} MB above idle, ${seconds.toFixed(1)} s`)
  expect(answers).toEqual(Array.from({ length: clients }, () => `[${size}]`))
  expect(peak - idle.rss).toBeLessThan(64 * MB)
  // They go when the request has ended, which is after its answer.
  expect(await eventually((names) => names.length === 0)).toEqual([])
}, 120_000)

it('a client that leaves in the middle of a file leaves nothing on disk', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n' +
      '--b\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n',
  )
  socket.write(Buffer.alloc(3 * MB))
  const during = await eventually((names) => names.length === 1)

  socket.destroy()
  const after = await eventually((names) => names.length === 0)

  expect(during).toEqual([expect.stringMatching(/^dewar-upload-/)])
  expect(after).toEqual([])
  expect(await upload(MB)).toBe(`[${MB}]`)
})

/** What lies in the temporary directory once it is as expected, or after five seconds. */
async function eventually(isDone: (names: readonly string[]) => boolean): Promise<string[]> {
  for (let turn = 0; turn < 100; turn++) {
    const names = await readdir(temporary)
    if (isDone(names)) return names
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return readdir(temporary)
}
