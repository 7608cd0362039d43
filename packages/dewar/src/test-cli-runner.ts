/** Runs command lines within a test. */
import { format } from 'node:util'
import { DewarError } from '@dewar/base'
import type { App } from './app.ts'

/** How a command ended. Flask: click's `Result`. */
export interface CliResult {
  /** 0 for success. */
  readonly status: number
  /** What it wrote to standard output. */
  readonly output: string
  /** What it wrote to standard error. */
  readonly errors: string
}

/** Runs command lines for one app. Made by `app.testCliRunner()`. */
export interface CliRunner {
  /**
   * Runs a command: `await runner.invoke('create-user', 'ada', '--admin')`.
   *
   * What it writes is caught, `console` included; only one command runs at a time.
   *
   * @throws {DewarError} `ERR_DEWAR_TEST_CLI` if another one is running
   */
  invoke(...args: readonly string[]): Promise<CliResult>
}

/** @internal */
export function createCliRunner(app: App): CliRunner {
  return {
    async invoke(...args) {
      // The command line is loaded where it is used: an app that serves requests does without it.
      const { main } = await import('./cli.ts')
      const caught = catchOutput()
      try {
        const status = await main(args, app)
        return { status, ...caught.end() }
      } catch (error) {
        caught.end()
        throw error
      }
    },
  }
}

const streams = ['stdout', 'stderr'] as const
const consoleMethods = {
  log: 'stdout',
  info: 'stdout',
  debug: 'stdout',
  error: 'stderr',
  warn: 'stderr',
} as const
const catching = Symbol.for('dewar.testCliRunner')

function catchOutput(): { end(): { output: string; errors: string } } {
  if (Reflect.has(process.stdout, catching)) {
    throw new DewarError('ERR_DEWAR_TEST_CLI', 'Another command of a test is still running.', {
      fix: 'Await each invoke() before the next.',
    })
  }
  const text = { stdout: '', stderr: '' }
  const undo: (() => void)[] = []
  replace(undo, process.stdout, catching, true)
  for (const name of streams) {
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      text[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      const done = rest.at(-1)
      if (typeof done === 'function') done()
      return true
    }
    replace(undo, process[name], 'write', write)
  }
  for (const [method, name] of Object.entries(consoleMethods)) {
    const print = (...values: unknown[]): void => {
      text[name] += `${format(...values)}\n`
    }
    replace(undo, console, method, print)
  }
  return {
    end() {
      for (const restore of undo.toReversed()) restore()
      return { output: text.stdout, errors: text.stderr }
    },
  }
}

function replace(undo: (() => void)[], target: object, key: PropertyKey, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(target, key)
  Object.defineProperty(target, key, { value, configurable: true, writable: true })
  undo.push(() => {
    if (before === undefined) Reflect.deleteProperty(target, key)
    else Object.defineProperty(target, key, before)
  })
}
