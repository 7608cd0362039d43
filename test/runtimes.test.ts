/**
 * `app.fetch` behind the servers of other runtimes. Bun and Deno are run where they are on the PATH, or where BUN and DENO
 * say; they are too large to be installed by everybody: see docs/runtimes.md.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const { env } = process

function find(name: string): string | undefined {
  const named = env[name.toUpperCase()]
  if (named !== undefined) return named
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))
}

const runtimes = [
  { name: 'Node', command: process.execPath, args: [] },
  { name: 'Bun', command: find('bun'), args: ['run'] },
  { name: 'Deno', command: find('deno'), args: ['run', '--allow-all', '--node-modules-dir=manual'] },
]

describe.each(runtimes)('in $name', ({ command, args }) => {
  it.skipIf(command === undefined)('the app answers as in Node', async () => {
    const file = join(import.meta.dirname, 'runtimes/hello.ts')
    const { stdout } = await run(command as string, [...args, file], { cwd: join(import.meta.dirname, '..') })
    const lines: unknown[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toEqual([
      ['Hello, a at /', 'Hello, b at /', 'Hello, c at /'],
      ['/visits', 200, '{"visits":1}\n', true, true],
      ['/json', 200, '{"a":1}\n', true, false],
      ['/form', 200, '{"name":"é","size":5}\n', true, false],
      ['/form', 200, '{"name":"ü","size":null}\n', true, false],
      ['/stream', 200, 'first /stream', true, false],
      ['/broken', 500, expect.stringContaining('<!doctype html>'), true, false],
      ['/', 200, '', true, false],
    ])
    expect(stdout).not.toContain('a secret')
  })
})
