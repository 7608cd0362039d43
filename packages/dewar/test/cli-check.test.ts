import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@dewar/signing'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { makeApp } from './setup.ts'

const dewar = fileURLToPath(new URL('../bin/dewar.js', import.meta.url))
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

interface Outcome {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Runs `dewar check` in a folder of files. */
function check(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  env: object = {},
): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'dewar-check-cli-'))
  symlinkSync(modules, join(cwd, 'node_modules'))
  const all = { 'package.json': '{"type":"module"}', 'package-lock.json': '{"packages":{}}', ...files }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  const { PATH } = process.env
  const options = { cwd, env: { PATH, DEWAR_SECRET_KEY: generateKey(), ...env } }
  return new Promise((resolve) => {
    execFile(process.execPath, [dewar, 'check', '--offline', ...args], options, (error, out, err) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

const clean = `
import { createApp } from 'dewar'
export const app = createApp({ root: import.meta.dirname, config: { TRUSTED_HOSTS: ['blog.example'], ACCESS_DEFAULT: 'deny' } })
class Pages {
  @app.get('/', { access: 'public' })
  index(): string { return 'hello' }
}
app.register(new Pages())
`

const dirty = `
import { createApp } from 'dewar'
export const app = createApp({ root: import.meta.dirname, config: { SECRET_KEY: 'dev', DEBUG: process.env.NODE_ENV !== 'production', TRUSTED_HOSTS: ['blog.example'] } })
app.post('/hook', { unsafeCsrfExempt: true }, () => 'ok')
`

describe('dewar check', () => {
  it('passes a clean app, without starting it', async () => {
    const started = `${clean}\napp.onStart(() => { throw new Error('started') })`
    const { status, out, err } = await check({ 'app.ts': started }, ['--deploy'])
    expect(out).toContain('0 errors, 0 warnings')
    expect(err).toBe('')
    expect(status).toBe(0)
  })

  it('fails another, and says where and what to do', async () => {
    const { status, out } = await check({ 'app.ts': dirty }, [], { DEWAR_SECRET_KEY: undefined })
    expect(status).toBe(1)
    expect(out).toContain('app.ts:3:69\n')
    expect(out).toContain('unsafe-option\n           app.ts:4:21\n')
    expect(out).toContain('npx dewar secret')
    expect(out).not.toContain('\u001b[')
  })

  it('looks at the settings of production with --deploy', async () => {
    const { status, out } = await check({ 'app.ts': dirty }, ['--deploy', '--json'], {
      DEWAR_SECRET_KEY: undefined,
    })
    const { findings } = JSON.parse(out) as { findings: { id: string; message: string }[] }
    expect(status).toBe(1)
    expect(findings.map(({ id }) => id)).toContain('key-weak')
    expect(findings.find(({ id }) => id === 'key-weak')?.message).toContain('could not be checked')
  })

  it.each([
    ['error', 0],
    ['warning', 1],
    ['note', 1],
    ['never', 0],
  ])('fails from the level on that it is told: %s', async (level, expected) => {
    const app = clean.replace("TRUSTED_HOSTS: ['blog.example'],", '')
    const { status } = await check({ 'app.ts': app }, ['--deploy', '--fail-level', level])
    expect(status).toBe(expected)
  })

  it('reports an app that does not load, and checks the rest', async () => {
    const text = "import './nowhere.ts'\nconst SECRET_KEY = 'x'"
    const { status, out, err } = await check({ 'app.ts': text }, ['--json'])
    const ids = (JSON.parse(out) as { findings: { id: string }[] }).findings.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['app-broken', 'key-literal']))
    expect(err).toBe('')
    expect(status).toBe(1)
  })

  it('has nothing to check where there is no app', async () => {
    const { status, err, out } = await check({})
    expect(status).toBe(1)
    expect(out).toBe('')
    expect(err).toContain('ERR_DEWAR_CLI_NO_FILE')
    expect(err).not.toContain('    at ')
  })

  it('shows what is silenced', async () => {
    const app = clean.replace(
      "ACCESS_DEFAULT: 'deny'",
      "CHECK_SILENCED: ['hosts-missing'], TRUSTED_HOSTS: null",
    )
    const { status, out } = await check({ 'app.ts': app.replace("TRUSTED_HOSTS: ['blog.example'],", '') }, [
      '--deploy',
    ])
    expect(out).toContain('hosts-missing is silenced; it hides 1.')
    expect(out).toContain('1 silenced')
    expect(status).toBe(0)
  })

  it('writes SARIF that its schema accepts', async () => {
    // Of draft 4 it uses nothing that later drafts read otherwise, but for the two names.
    const {
      $schema: _,
      id: __,
      ...schema
    } = JSON.parse(readFileSync(new URL('./sarif-schema-2.1.0.json', import.meta.url), 'utf8'))
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
    const files = { 'app.ts': dirty, 'templates/a b.html': '{{ x|safe }}' }
    const { status, out } = await check(files, ['--sarif'], { DEWAR_CHECK_SILENCED: '["csrf-exempt"]' })
    const log = JSON.parse(out)
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...log, version: '2.0.0' })).toBe(false)
    const { results, tool } = log.runs[0]
    const place = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'template-safe').locations[0]
    expect(place.physicalLocation).toEqual({
      artifactLocation: { uri: 'templates/a%20b.html', uriBaseId: 'PROJECT' },
      region: { startLine: 1, startColumn: 6 },
    })
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe(results[0].ruleId)
    expect(results.some((each: { suppressions?: unknown }) => each.suppressions !== undefined)).toBe(true)
    expect(status).toBe(1)
  })

  it('lists what it looks for, without an app', async () => {
    const { out, status } = await check({}, ['--list'])
    expect(out).toContain('key-literal')
    expect(status).toBe(0)
  })

  it('refuses two formats, and levels that are none', async () => {
    const [both, level] = await Promise.all([
      check({ 'app.ts': clean }, ['--json', '--sarif']),
      check({ 'app.ts': clean }, ['--fail-level', 'bad']),
    ])
    expect([both.status, level.status]).toEqual([2, 2])
    expect(both.err).toContain('--json')
    expect(level.err).toContain("'bad'")
  })

  it('checks an app at hand in tests', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dewar-check-cli-'))
    const app = makeApp({ root: folder, config: { SESSION_COOKIE_SECURE: false } })
    const { status, output } = await app.testCliRunner().invoke('check', '--offline')
    expect(output).toContain('session-cookie-insecure')
    expect(status).toBe(1)
  })
})
