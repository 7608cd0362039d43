/**
 * Cookies, query strings and response heads, beside the peers and in the same run: `taskset -c 1 node test/bench/http.ts`.
 *
 * Every input is made from bytes, as a server makes it, so that nobody profits from a string that has been seen before;
 * the time of making it is measured alone and taken off. The candidates of a job take turns within each round.
 */
import { type Job, jobs, type Read } from './http-jobs.ts'

/** What Node reads request heads with. */
type Bytes = Buffer & { latin1Slice(start: number, end: number): string }

// Many short rounds, of which the best counts: some of them no other process has interrupted.
const rounds = 200
const inputs = 1 << 10
let sink: unknown

/** The same text with other digits for each `0000` in it. */
function variants(text: string): Bytes[] {
  return Array.from({ length: inputs }, (_, index) =>
    Buffer.from(text.replaceAll('0000', String(index).padStart(4, '0'))),
  ) as Bytes[]
}

/** Nanoseconds for each call. */
function time(read: Read, buffers: readonly Bytes[], calls: number): number {
  const start = performance.now()
  for (let i = 0; i < calls; i++) {
    const bytes = buffers[i & (inputs - 1)] as Bytes
    sink = read(bytes.latin1Slice(0, bytes.length))
  }
  return ((performance.now() - start) * 1_000_000) / calls
}

/** The best of the rounds for each candidate, without the time of making the input. */
function measure({ input, calls, candidates }: Job): [string, number][] {
  const buffers = variants(input)
  const all: [string, Read][] = [['', (text) => text], ...Object.entries(candidates)]
  const best = new Map(all.map(([name]) => [name, Number.POSITIVE_INFINITY]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const [name, read] = all[(turn + round) % all.length] as [string, Read]
      best.set(name, Math.min(best.get(name) ?? 0, time(read, buffers, calls)))
    }
  }
  const making = best.get('') ?? 0
  return Object.keys(candidates).map((name) => [name, (best.get(name) ?? 0) - making])
}

const wanted = process.argv.slice(2)
let worst = 0
console.log(`${'job'.padEnd(40)}${'ns'.padStart(8)}   of the fastest peer`)
for (const job of jobs.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
)) {
  const times = measure(job)
  const peers = times.filter(([name]) => !name.startsWith('dewar')).map(([, own]) => own)
  const fastest = Math.min(...peers)
  for (const [name, own] of times) {
    const ratio = own / fastest
    if (name === 'dewar') worst = Math.max(worst, ratio)
    console.log(`${`${job.name}: ${name}`.padEnd(40)}${own.toFixed(0).padStart(8)}   ${ratio.toFixed(2)}`)
  }
}
console.log(`\nDewar at its worst: ${worst.toFixed(2)} of the fastest peer's time`)
if (sink === undefined) console.log('nothing was read')
