/** Processes on cores of their own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ScenarioName } from './scenarios.ts'

/** What the load generator counted in one run. */
export interface Load {
  readonly requests: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly failed: number
}

/** A server under test. */
export interface ServerProcess {
  readonly name: string
  readonly url: string
  /** Processor time used so far, in microseconds. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

const serverCore = '0'
const loadCore = '1'

/** Whether server and load each get a core; without that, the numbers say little. */
export const isPinned = availableParallelism() > 1 && hasTaskset()

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function command(core: string, file: string, args: readonly string[]): [string, string[]] {
  const node = [process.execPath, fileURLToPath(new URL(file, import.meta.url)), ...args]
  const [first = '', ...rest] = isPinned ? ['taskset', '-c', core, ...node] : node
  return [first, rest]
}

/**
 * Starts a server for one scenario.
 *
 * @param name its file in `servers/`
 * @param scenario what it is to serve
 */
export async function startServer(name: string, scenario: ScenarioName): Promise<ServerProcess> {
  const [program, args] = command(serverCore, `servers/${name}.ts`, [scenario])
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const { port } = await message<{ port: number }>(child, name)
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    cpu: async () => {
      child.send('cpu')
      return (await message<{ cpu: number }>(child, name)).cpu
    },
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The next message of a child; a child that ends instead is an error. */
function message<T>(child: ChildProcess, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`The server '${name}' ended with status ${code}.`))
    child.once('exit', onExit)
    child.once('message', (value) => {
      child.off('exit', onExit)
      resolve(value as T)
    })
  })
}

/** How hard the load generator tries. */
export interface LoadOptions {
  /** How long, in seconds. */
  readonly seconds: number
  /** How many connections at once. */
  readonly connections: number
  /** How many requests a connection sends ahead: without any, the generator is the slower of the two. */
  readonly pipelining: number
}

/**
 * Runs the load generator against one address.
 *
 * @param url the address
 * @param options how long and how hard
 */
export async function runLoad(url: string, options: LoadOptions): Promise<Load> {
  const { seconds, connections, pipelining } = options
  const [program, args] = command(loadCore, 'load.ts', [
    url,
    ...[seconds, connections, pipelining].map(String),
  ])
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const chunk of child.stdout) output += chunk
  return JSON.parse(output) as Load
}
