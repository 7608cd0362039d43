import { spawn } from 'node:child_process'
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@dewar/signing'
import { describe, expect, it } from 'vitest'

const dewar = fileURLToPath(new URL('../bin/dewar.js', import.meta.url))
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

interface Outcome {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** A folder of files beside which `dewar` and its like can be imported. */
function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'dewar-cli-'))
  symlinkSync(modules, join(path, 'node_modules'))
  writeFileSync(join(path, 'package.json'), '{"type":"module"}')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

/** Runs the command; `onReady` is called with the URL it prints, and the command is then stopped. */
function run(
  args: string[],
  cwd = tmpdir(),
  env: object = {},
  onReady?: (url: string) => Promise<void>,
): Promise<Outcome> {
  const { PATH } = process.env
  const child = spawn(process.execPath, [dewar, ...args], { cwd, env: { PATH, ...env } })
  let out = ''
  let err = ''
  child.stderr.on('data', (data) => {
    err += data
  })
  child.stdout.on('data', (data) => {
    const before = out
    out += data
    const url = /Ready on (\S+)\n/.exec(out)?.[1]
    if (url === undefined || /Ready on \S+\n/.test(before)) return
    void (onReady?.(url) ?? Promise.resolve()).finally(() => child.kill('SIGTERM'))
  })
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, out, err })))
}

const plainApp = `
import { createApp } from 'dewar'
export const app = createApp()
app.get('/', () => 'from the command line')
`

const decoratedApp = `
import { createApp } from 'dewar'
export const app = createApp()
class Pages {
  @app.get('/')
  index(): string {
    return 'decorated'
  }
}
app.register(new Pages())
`

describe('dewar secret', () => {
  it('prints another good key each time', async () => {
    const [first, second] = await Promise.all([run(['secret']), run(['secret'])])
    expect(first.out).toMatch(/^[\w-]{43,}\n$/)
    expect(first.out).not.toBe(second.out)
    expect(first.status).toBe(0)
  })
})

describe('dewar run', () => {
  it('runs app.ts of the working directory, and stops in good order', async () => {
    let text = ''
    const env = { DEWAR_SECRET_KEY: generateKey(), DEWAR_RUN_PORT: '0' }
    const outcome = await run(['run'], folder({ 'app.ts': plainApp }), env, async (url) => {
      text = await (await fetch(url)).text()
    })
    expect(text).toBe('from the command line')
    expect(outcome).toMatchObject({ status: 0, err: '' })
  })

  it('runs files that use decorators', async () => {
    let text = ''
    const args = ['run', 'shop.ts:app', '--port', '0', '--debug']
    const outcome = await run(args, folder({ 'shop.ts': decoratedApp }), {}, async (url) => {
      text = await (await fetch(url)).text()
    })
    expect(text).toBe('decorated')
    expect(outcome.out).toContain('Debug mode is on')
  })

  it.each([
    { what: 'no key', args: ['run', '--port', '0'], says: ['SECRET_KEY', 'npx dewar secret'], status: 1 },
    {
      what: 'a weak key',
      args: ['run', '--port', '0'],
      env: { DEWAR_SECRET_KEY: 'changeme' },
      says: ['SECRET_KEY', 'npx dewar secret'],
      status: 1,
    },
    {
      what: 'a file that is not there',
      args: ['run', 'nope.ts'],
      says: ['nope.ts', 'dewar run path/to/app.ts'],
      status: 1,
    },
    {
      what: 'an export that is not there',
      args: ['run', 'app.ts:nope'],
      says: ["named 'nope'", 'It exports: app'],
      status: 1,
    },
    { what: 'a port that is none', args: ['run', '--port', 'eighty'], says: ["'eighty'"], status: 2 },
    {
      what: 'a misspelt option',
      args: ['run', '--prot', '80'],
      says: ["'--prot'", "Did you mean '--port'?"],
      status: 2,
    },
    { what: 'a misspelt command', args: ['rnu'], says: ["'rnu'", "Did you mean 'run'?"], status: 2 },
    {
      what: 'a misspelt setting',
      args: ['run'],
      env: { DEWAR_SECRT_KEY: 'hunter2' },
      says: ['DEWAR_SECRT_KEY', 'DEWAR_SECRET_KEY'],
      status: 1,
    },
    {
      what: 'debug in production',
      args: ['run', '--debug'],
      env: { NODE_ENV: 'production' },
      says: ['DEBUG', 'NODE_ENV'],
      status: 1,
    },
  ])('says what to do about $what', async ({ args, env = {}, says, status }) => {
    const outcome = await run(args, folder({ 'app.ts': plainApp }), env)
    for (const words of says) expect(outcome.err).toContain(words)
    expect(outcome.err).not.toContain('hunter2')
    expect(outcome.err).not.toContain('    at ')
    expect(outcome.status).toBe(status)
  })

  it('shows where an error of the app comes from', async () => {
    const outcome = await run(['run'], folder({ 'app.ts': 'throw new Error("mine")' }))
    expect(outcome.err).toMatch(/Error: mine.*app\.ts:1/s)
    expect(outcome.status).toBe(1)
  })
})

describe('dewar', () => {
  it('lists its commands', async () => {
    const { out, status } = await run([])
    expect(out).toMatch(/run.*secret/s)
    expect(status).toBe(0)
  })
})
