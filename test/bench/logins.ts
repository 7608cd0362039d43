/**
 * `node test/bench/logins.ts [count]`: how long `/` takes while many people log in at once, and how long when nobody does.
 *
 * The server is a process of its own (this file with `serve`), pinned to a core where that is possible; it answers `/` and
 * checks a password at `/login`. Requests for `/` go out one after another.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { hashPassword, verifyPassword } from '@dewar/auth'
import { generateKey } from '@dewar/signing'
import { createApp } from 'dewar'

if (process.argv[2] === 'serve') await serve()
else await measure(Number(process.argv[2] ?? 200))

async function serve(): Promise<void> {
  const app = createApp({
    config: { SECRET_KEY: generateKey(), TRUSTED_HOSTS: ['127.0.0.1'], LOG_LEVEL: 'silent' },
  })
  const stored = await hashPassword('correct horse battery staple')
  app.get('/', () => 'Hello, World!')
  app.get('/login', async () => String((await verifyPassword(stored, 'a wrong password')).ok))
  const { port } = await app.run({ host: '127.0.0.1', port: 0 })
  process.send?.({ port })
}

async function measure(count: number): Promise<void> {
  const server = spawn(process.execPath, [import.meta.filename, 'serve'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }]
    const url = `http://127.0.0.1:${port}`
    await probe(url, sleep(1000))
    report('nobody logs in', await probe(url, sleep(5000)))

    const started = performance.now()
    const logins = Promise.all(Array.from({ length: count }, () => login(url)))
    report(`${count} logins at once`, await probe(url, logins))
    const all = await logins
    const checked = all.filter(({ status }) => status === 200)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const slowest = Math.max(...checked.map(({ seconds: each }) => each)).toFixed(1)
    const refused = all.filter(({ status }) => status === 503).length
    console.log(
      `${checked.length} checked in ${seconds} s, the last after ${slowest} s; ${refused} got 503 at once`,
    )
  } finally {
    server.kill('SIGKILL')
  }
}

async function login(url: string): Promise<{ status: number; seconds: number }> {
  const started = performance.now()
  const { status } = await fetch(`${url}/login`)
  return { status, seconds: (performance.now() - started) / 1000 }
}

/** Asks for `/` again and again until something ends; gives the times in milliseconds. */
async function probe(url: string, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let ended = false
  void until.then(() => {
    ended = true
  })
  while (!ended) {
    const started = performance.now()
    await (await fetch(url)).text()
    times.push(performance.now() - started)
    await sleep(2)
  }
  return times.sort((a, b) => a - b)
}

function report(when: string, times: readonly number[]): void {
  const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(1)
  console.log(
    `${when}: ${times.length} requests for /, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`,
  )
}
