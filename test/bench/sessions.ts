/**
 * `taskset -c 1 node test/bench/sessions.ts [rounds] [seconds] [server …]`: a session read and written for each request, over a socket, and
 * the signer beside a bare HMAC, in one run. The servers are pinned to core 0 and take turns; processor time is the best round's.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { generateKey, KeyRing, Sealer, TimedSigner } from '@dewar/signing'
import autocannon from 'autocannon'

const [rounds = 3, seconds = 2] = process.argv.slice(2, 4).map(Number)
const wanted = process.argv.slice(4)
const names = [
  'raw',
  'sessions on node:http, signed',
  'sessions on node:http, sealed',
  'dewar',
  'fastify',
  'hono',
  'raw, fixed cookie',
  'raw, untouched',
  'dewar, untouched',
]

interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly url: string
  readonly cookie: string
  readonly perSecond: number[]
  readonly cpu: number[]
}

async function start(name: string): Promise<Running | null> {
  const file = join(import.meta.dirname, 'sessions-servers.ts')
  const child = spawn('taskset', ['-c', '0', process.execPath, file, name], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  let stderr = ''
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const first = await Promise.race([once(child, 'message'), once(child, 'exit')])
  const { port } = (first[0] ?? {}) as { readonly port?: number }
  if (port === undefined) {
    console.log(`${name}: not measured: ${/^.*Error.*$/m.exec(stderr)?.[0] ?? `it ended with ${first[0]}`}`)
    return null
  }
  const url = `http://127.0.0.1:${port}/`
  return { name, child, url, cookie: await prove(name, url), perSecond: [], cpu: [] }
}

/** Two visits, and the second one's cookie differs: the session was read and written. */
async function prove(name: string, url: string): Promise<string> {
  const [first = ''] = (await fetch(url)).headers.getSetCookie()
  if (name.endsWith('untouched')) return ''
  const cookie = first.split(';')[0] ?? ''
  const [second = ''] = (await fetch(url, { headers: { cookie } })).headers.getSetCookie()
  if (cookie === '' || second === '' || second.split(';')[0] === cookie)
    throw new Error(`${name} does not keep its session.`)
  return cookie
}

async function cpuOf({ child }: Running): Promise<number> {
  child.send('cpu')
  const [{ cpu }] = (await once(child, 'message')) as [{ cpu: number }]
  return cpu
}

async function load(server: Running, duration: number) {
  const before = await cpuOf(server)
  const headers = server.cookie === '' ? {} : { cookie: server.cookie }
  const result = await autocannon({ url: server.url, duration, connections: 16, pipelining: 4, headers })
  if (result.non2xx + result.errors > 0) throw new Error(`${server.name} failed requests.`)
  const used = (await cpuOf(server)) - before
  return { perSecond: result.requests.total / result.duration, cpu: used / result.requests.total }
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

async function overSocket(): Promise<void> {
  const servers: Running[] = []
  for (const name of names.filter((each) => wanted.length === 0 || wanted.includes(each))) {
    const server = await start(name)
    if (server !== null) servers.push(server)
  }
  for (const server of servers) await load(server, 3)
  for (let round = 0; round < rounds; round++)
    for (const server of servers) {
      const { perSecond, cpu } = await load(server, seconds)
      server.perSecond.push(perSecond)
      server.cpu.push(cpu)
    }
  for (const { name, perSecond, cpu, child } of servers) {
    const rate = `${Math.round(median(perSecond))}`.padStart(6)
    console.log(`${name.padEnd(30)} ${rate} req/s, CPU for each: ${Math.min(...cpu).toFixed(1)} µs`)
    child.kill('SIGKILL')
  }
}

let sink: unknown

/** Microseconds for each call of each: the best of many rounds, in which they take turns. */
function time<K extends string>(works: Readonly<Record<K, () => unknown>>): Record<K, number> {
  const best = Object.fromEntries(Object.keys(works).map((name) => [name, Number.POSITIVE_INFINITY]))
  for (let round = 0; round < 60; round++)
    for (const [name, work] of Object.entries<() => unknown>(works)) {
      const begin = performance.now()
      for (let i = 0; i < 2000; i++) sink = work()
      best[name] = Math.min(best[name] ?? 0, (performance.now() - begin) / 2)
    }
  return best as Record<K, number>
}

/** What the least does that could be called signing: encode, HMAC, join; and back, compared in constant time. */
function bareHmac(key: string, payload: string) {
  const mac = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  return () => {
    const text = Buffer.from(payload).toString('base64url')
    const token = `${text}.${mac(text)}`
    const dot = token.lastIndexOf('.')
    const isGood = timingSafeEqual(Buffer.from(token.slice(dot + 1)), Buffer.from(mac(token.slice(0, dot))))
    return isGood && Buffer.from(token.slice(0, dot), 'base64url').toString()
  }
}

function signing(): void {
  const payload = 'x'.repeat(200)
  const key = generateKey()
  const keys = new KeyRing(key)
  const signer = new TimedSigner({ keys, purpose: 'bench' })
  const sealer = new Sealer({ keys, purpose: 'bench' })
  const took = time({
    bare: bareHmac(key, payload),
    TimedSigner: () => signer.unsign(signer.sign(payload)),
    Sealer: () => sealer.unseal(sealer.seal(payload)),
  })
  console.log('Sign and verify 200 bytes:')
  for (const [name, each] of Object.entries(took))
    console.log(
      `${name.padEnd(12)} ${each.toFixed(1).padStart(5)} µs ${(each / took.bare).toFixed(2).padStart(5)} times bare`,
    )
}

console.log(`Node ${process.versions.node}; ${rounds} rounds of ${seconds} s, medians`)
signing()
await overSocket()
if (sink === undefined) throw new Error('Nothing was measured.')
