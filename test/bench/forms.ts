/**
 * `node test/bench/forms.ts`: what reading forms costs beside the peers, in one run. `--rounds 5`, `--size 64` (MB of the file).
 *
 * Multipart, in pieces of 64 KiB as sockets give them: busboy piped to nowhere, the reader of `parseForm` to nowhere,
 * `parseForm` with its files on disk, and Werkzeug where Python has it. Urlencoded: ten fields, beside `fast-querystring`.
 * Processor time, so that a busy machine slows nobody; medians over the rounds, each of which begins with another contestant.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { parseForm, parseUrlencoded } from '@dewar/forms'
import { Request } from '@dewar/http'
import { discard, PIECE, pieces, werkzeug } from './forms-readers.ts'

type Reader = (body: Buffer) => Promise<void> | void

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, size: { type: 'string', default: '64' } },
})
const rounds = Number(values.rounds)
const requireOfForms = createRequire(import.meta.resolve('@dewar/forms'))
const busboy = requireOfForms('busboy') as (options: object) => NodeJS.WritableStream
const type = 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW'

function part(head: string, content: Buffer): Buffer {
  const start = `------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; ${head}\r\n\r\n`
  return Buffer.concat([Buffer.from(start), content, Buffer.from('\r\n')])
}

function body(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.from('------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n')])
}

/** Bytes that repeat late and hold line breaks as often as chance has them. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  let seed = 1
  for (let at = 0; at + 4 <= size; at += 4) {
    seed = (seed * 48_271) % 2_147_483_647
    bytes.writeUInt32LE(seed, at)
  }
  return bytes
}

function busboyToNowhere(bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const parser = busboy({ headers: { 'content-type': type } })
    parser.on('file', (_: string, file: Readable) => file.resume())
    parser.on('field', () => {})
    parser.on('close', () => resolve())
    parser.on('error', reject)
    Readable.from(pieces(bytes)).pipe(parser)
  })
}

async function form(bytes: Buffer): Promise<void> {
  const headers = { 'Content-Type': type, 'Content-Length': String(bytes.length) }
  const request = new Request({
    method: 'POST',
    target: '/',
    headers,
    body: pieces(bytes),
    maxContentLength: null,
  })
  await (await parseForm(request)).close()
}

const readers: Readonly<Record<string, Reader>> = {
  'busboy, piped to nowhere': busboyToNowhere,
  "parseForm's reader, to nowhere": (bytes) => discard(type, bytes),
  'parseForm, files on disk': form,
}

async function race(
  contestants: Readonly<Record<string, Reader>>,
  bytes: Buffer,
  repeat: number,
): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]))
  const list = Object.entries(contestants)
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < list.length; turn++) {
      const [name, read] = list[(turn + round + 1) % list.length] as [string, Reader]
      const start = process.cpuUsage()
      for (let count = 0; count < repeat; count++) await read(bytes)
      const { user, system } = process.cpuUsage(start)
      if (round >= 0) times.get(name)?.push((user + system) / 1000 / repeat)
    }
  }
  return new Map(Array.from(times, ([name, list]) => [name, median(list)]))
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN
}

function report(title: string, bytes: number, results: ReadonlyMap<string, number>): void {
  const [first] = results.values()
  console.log(`\n${title}`)
  for (const [name, time] of results) {
    const rate = `${(bytes / 1e3 / time).toFixed(0)} MB/s`
    console.log(`  ${name.padEnd(34)}${rate.padStart(12)}${((first ?? time) / time).toFixed(2).padStart(8)}`)
  }
}

const cases: readonly (readonly [string, Buffer, number])[] = [
  [
    `one file of ${values.size} MB`,
    body(part('name="f"; filename="f.bin"', noise(Number(values.size) * 1_000_000))),
    1,
  ],
  [
    '100 files of 100 kB',
    body(...Array.from({ length: 100 }, (_, i) => part(`name="f"; filename="${i}.bin"`, noise(100_000)))),
    4,
  ],
  [
    '20 files of 10 MB',
    body(...Array.from({ length: 20 }, (_, i) => part(`name="f"; filename="${i}.bin"`, noise(10_000_000)))),
    1,
  ],
  [
    '500 fields of 100 bytes',
    body(...Array.from({ length: 500 }, (_, i) => part(`name="field${i}"`, Buffer.alloc(100, 97)))),
    50,
  ],
]
const directory = mkdtempSync(join(tmpdir(), 'dewar-bench-'))
for (const [title, bytes, repeat] of cases) {
  const results = await race(readers, bytes, repeat)
  const file = join(directory, 'body')
  writeFileSync(file, bytes)
  try {
    const output = execFileSync('python3', ['-c', werkzeug, file, type, String(rounds * repeat)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    results.set('Werkzeug', Number(output))
  } catch {
    console.log('(no Werkzeug here)')
  }
  report(`${title}, pieces of ${PIECE / 1024} KiB`, bytes.length, results)
}
rmSync(directory, { recursive: true })

const fields =
  'name=Ada+Lovelace&email=ada%40example.org&age=36&city=London&zip=12345&note=&agree=on&role=admin&lang=en&q=a%26b'
const requireOfRouter = createRequire(import.meta.resolve('find-my-way'))
const fast = requireOfRouter('fast-querystring') as { parse(text: string): unknown }
const urlencoded = await race(
  {
    'fast-querystring': () => void fast.parse(fields),
    parseUrlencoded: () => void parseUrlencoded(fields),
  },
  Buffer.from(fields),
  300_000,
)
console.log('\nurlencoded, ten fields')
for (const [name, time] of urlencoded)
  console.log(`  ${name.padEnd(34)}${(time * 1e6).toFixed(0).padStart(9)} ns`)
