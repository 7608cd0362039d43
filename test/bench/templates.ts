/**
 * Tables of 40 and of 1,000 rows, beside the peers and in the same run: `taskset -c 1 node test/bench/templates.ts`.
 *
 * All write the same page with the same escapes, which is checked first; all are compiled before the clock starts. The
 * result is turned into bytes, as a server does. Rounds go through all engines in turn; a ratio is taken within a round, so
 * that a machine that slows down slows both.
 */
import { parseArgs } from 'node:util'
import { engines, type Render, type Row, source } from './templates-engines.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const rounds = Number(values.rounds)
const roundMs = 250
let sink = 0

function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `Name <${id}> & Co`,
    mail: `a${id}@example.com`,
    ok: id % 2 === 0,
  }))
}

/** Renderings in a second of processor time. */
function rate(render: Render, rows: readonly Row[]): number {
  const start = process.threadCpuUsage()
  const end = performance.now() + roundMs
  let count = 0
  while (performance.now() < end) {
    for (let i = 0; i < 5; i++) sink += Buffer.from(render(rows)).length
    count += 5
  }
  const { user, system } = process.threadCpuUsage(start)
  return (count * 1e6) / (user + system)
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

function measure(rows: readonly Row[]): void {
  const made = Object.entries(engines).map(([name, make]) => [name, make()] as const)
  const wanted = made[0]?.[1](rows)
  for (const [name, render] of made)
    if (render(rows) !== wanted) throw new Error(`${name} writes another page.`)
  for (const [, render] of made) rate(render, rows)
  const rates = new Map(made.map(([name]) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, render] of made) rates.get(name)?.push(rate(render, rows))
  }
  const dewar = rates.get('dewar') ?? []
  console.log(`\n${rows.length} rows`)
  for (const [name, list] of rates) {
    const ratio = median(list.map((value, index) => (dewar[index] ?? Number.NaN) / value))
    const text = `${median(list).toFixed(0).padStart(8)}/s   dewar is ${ratio.toFixed(2)} of it`
    console.log(`${name.padEnd(14)}${text}`)
  }
}

function measureCompiling(): void {
  console.log('\ncompiling the table, µs and kB each (median of 20)')
  for (const [name, make] of Object.entries(engines)) {
    if (name === 'by hand') continue
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now()
      make()(rowsOf(1))
      return (performance.now() - start) * 1000
    })
    const kept: Render[] = []
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 50; i++) kept.push(make())
    globalThis.gc?.()
    const memory = (process.memoryUsage().heapUsed - before) / 50 / 1024
    sink += kept.length
    const kilobytes = globalThis.gc === undefined ? 'run with --expose-gc' : memory.toFixed(0)
    console.log(`${name.padEnd(14)}${median(times).toFixed(0).padStart(8)}   ${kilobytes}`)
  }
}

console.log(`Node ${process.version}, ${rounds} rounds, a template of ${source.length} characters`)
for (const count of [40, 1000]) measure(rowsOf(count))
measureCompiling()
if (sink === 0) throw new Error('Nothing was rendered.')
