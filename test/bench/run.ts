/**
 * `npm run bench`: what Dewar costs, against raw node:http, Fastify and Hono on the same machine in the same minute.
 *
 *     npm run bench -- --rounds 5 --seconds 3 --connections 16 --pipelining 4 --scenario secure --server dewar
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isPinned, runLoad, type ServerProcess, startServer } from './processes.ts'
import { type Run, type Summary, summarize, table } from './report.ts'
import { type Scenario, scenarios } from './scenarios.ts'

/** Below this part of its core a server waited for the generator, and its throughput says nothing. */
const busyEnough = 0.9
const serverNames = ['raw', 'dewar', 'fastify', 'hono'] as const
const usage =
  'Options: --rounds <5> --seconds <3> --connections <16> --pipelining <4> --scenario <name> --server <name>; ' +
  'the last two may be repeated.'

const options = readOptions()

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '16' },
      pipelining: { type: 'string', default: '4' },
      scenario: { type: 'string', multiple: true, default: scenarios.map(({ name }) => name) },
      server: { type: 'string', multiple: true, default: [...serverNames] },
      help: { type: 'boolean', default: false },
    },
  })
  const unknown = [
    ...values.scenario.filter((name) => !scenarios.some((scenario) => scenario.name === name)),
    ...values.server.filter((name) => !serverNames.some((server) => server === name)),
  ]
  const numbers = [values.rounds, values.seconds, values.connections, values.pipelining]
  if (values.help || unknown.length > 0 || !numbers.every((text) => /^[1-9]\d*$/.test(text))) {
    console.log(unknown.length > 0 ? `Unknown: ${unknown.join(', ')}. ${usage}` : usage)
    process.exit(values.help ? 0 : 2)
  }
  return {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    connections: Number(values.connections),
    pipelining: Number(values.pipelining),
    scenarios: scenarios.filter(({ name }) => values.scenario.includes(name)),
    // Raw always runs: every ratio is to raw in the same round.
    servers: serverNames.filter((name) => name === 'raw' || values.server.includes(name)),
  }
}

async function measure(scenario: Scenario): Promise<readonly Run[]> {
  const servers: ServerProcess[] = []
  const runs: Run[] = []
  try {
    for (const name of options.servers) servers.push(await startServer(name, scenario.name))
    for (const server of servers) await prove(server, scenario)
    for (const server of servers) await runLoad(server.url + scenario.path, options)
    for (let round = 0; round < options.rounds; round++) {
      // Each round begins with another server, so that none always has the quiet moment.
      const order = servers.map((_, index) => servers[(index + round) % servers.length])
      for (const server of order) if (server) runs.push(await time(server, scenario, round))
      process.stderr.write(`\r${scenario.name}: round ${round + 1} of ${options.rounds} `)
    }
    process.stderr.write('\n')
  } finally {
    for (const server of servers) await server.stop()
  }
  return runs
}

/** Two right answers before anything is timed: a fast wrong answer is worth nothing. */
async function prove(server: ServerProcess, scenario: Scenario): Promise<void> {
  const bodies: string[] = []
  for (let i = 0; i < 2; i++) {
    const response = await fetch(server.url + scenario.path)
    bodies.push(await response.text())
    const wrong = scenario.check(response, bodies[i] ?? '')
    if (wrong !== null) throw new Error(`${server.name} answers ${scenario.name} wrongly: ${wrong}`)
  }
  if (scenario.name === 'secure' && bodies[0] === bodies[1])
    throw new Error(`${server.name} repeats its nonce`)
}

async function time(server: ServerProcess, scenario: Scenario, round: number): Promise<Run> {
  const [before, started] = [await server.cpu(), performance.now()]
  const load = await runLoad(server.url + scenario.path, options)
  const used = (await server.cpu()) - before
  if (load.failed > 0) throw new Error(`${server.name} failed ${load.failed} requests of ${scenario.name}`)
  return {
    server: server.name,
    round,
    perSecond: load.perSecond,
    p50: load.p50,
    p99: load.p99,
    cpuPerRequest: used / load.requests,
    // The generator's own start takes part of the time in between.
    busy: Math.min(1, used / 1000 / Math.min(options.seconds * 1000, performance.now() - started)),
  }
}

const results: { scenario: string; summaries: readonly Summary[]; runs: readonly Run[] }[] = []
const [model = { model: 'unknown' }] = cpus()
console.log(
  `Node ${process.versions.node}, ${model.model.trim()}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
)
if (!isPinned) console.log('Not pinned: taskset or a second core is missing, so the numbers are only a hint.')

for (const scenario of options.scenarios) {
  const runs = await measure(scenario).catch(giveUp)
  const summaries = summarize(runs)
  results.push({ scenario: scenario.name, summaries, runs })
  console.log(`\n${table(scenario.title, summaries)}`)
  if (summaries.some(({ busy }) => busy < busyEnough)) {
    console.log('Not every server filled its core: trust CPU of raw, not of raw.')
  }
}

/** A server that fails or answers wrongly has no numbers. */
function giveUp(error: unknown): never {
  console.error(`\n${error instanceof Error ? error.message : error}`)
  process.exit(1)
}

const folder = fileURLToPath(new URL('results/', import.meta.url))
mkdirSync(folder, { recursive: true })
const taken = new Date().toISOString()
const file = `${folder}${taken.replaceAll(':', '-')}.json`
const { rounds, seconds, connections, pipelining } = options
const machine = {
  node: process.versions.node,
  processor: model.model,
  cores: availableParallelism(),
  isPinned,
}
writeFileSync(
  file,
  `${JSON.stringify({ taken, machine, rounds, seconds, connections, pipelining, results }, null, 2)}\n`,
)
console.log(`\nWritten to ${file}`)
