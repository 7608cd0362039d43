import { spawn } from 'node:child_process'
import type { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { isSource } from '../src/cli-watch.ts'

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
    const url = /Ready on (\S+).*\n/.exec(out)?.[1]
    if (url === undefined || /Ready on .*\n/.test(before)) return
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
    expect(outcome.status).toBe(0)
    expect(
      outcome.err
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['GET / 200'])
  })

  it('says where a file cannot be parsed, without a stack', async () => {
    const { status, err } = await run(['run', '--port', '0'], folder({ 'app.ts': 'const a = {\n  b: ,\n}' }))
    expect(err).toContain('app.ts:2')
    expect(err).toContain('SyntaxError')
    expect(err).not.toContain('    at ')
    expect(status).toBe(1)
  })

  it("shows an error of the app's with the app's lines only", async () => {
    const { status, err } = await run(['run'], folder({ 'app.ts': "throw new TypeError('a bug')" }))
    expect(err).toMatch(/^TypeError: a bug\n {4}at .*app\.ts:1:7\n$/)
    expect(status).toBe(1)
  })

  it('ends although the app left something open, and says so', async () => {
    const text = `${plainApp}\napp.onStart(() => setInterval(() => {}, 1000))`
    const outcome = await run(['run', '--port', '0', '--debug'], folder({ 'app.ts': text }))
    expect(outcome.err).toContain('close it in app.onStop')
    expect(outcome.status).toBe(0)
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
  it('lists its commands, without an app at hand', async () => {
    const { out, err, status } = await run([])
    expect(out).toMatch(/run.*serve.*routes.*shell.*new.*secret/s)
    expect(err).toBe('')
    expect(status).toBe(0)
  })

  it('lists the commands of the app beside its own', async () => {
    const { out, status } = await run(['--help'], folder({ 'app.ts': busyApp }))
    expect(out).toMatch(/Commands of the app:\n\s+create-user <name> \[email\]\s+Adds a user\.\n\s+blog/)
    expect(status).toBe(0)
  })

  it('helps with itself when the app is broken', async () => {
    const { out, err, status } = await run(['--help'], folder({ 'app.ts': 'throw new Error("mine")' }))
    expect(out).toContain('Usage: dewar')
    expect(err).toMatch(/cannot be loaded.*Error: mine/s)
    expect(status).toBe(0)
  })

  it('tells its version', async () => {
    expect((await run(['--version'])).out).toMatch(/^Dewar \d+\.\d+\.\d+\nNode \d+/)
  })
})

const busyApp = `
import { createApp, createBlueprint } from 'dewar'
export const app = createApp({ config: { SERVER_NAME: 'blog.example' } })
app.get('/', () => 'x')
app.post('/login', { endpoint: 'login', limit: '5/minute; 100/2 hours' }, () => 'x')
app.route('/hook', { methods: ['POST', 'PUT'], endpoint: 'hook', unsafeCsrfExempt: true }, () => 'x')
app.get('/admin/<int:id>', { access: function isAdmin() { return false }, endpoint: 'admin' }, () => 'x')
app.command('create-user <name> [email]', {
  description: 'Adds a user.',
  options: { '-a, --admin': 'May do everything.' },
}, ({ name, admin }) => {
  process.stdout.write(name + ' ' + admin + '\\n')
  return 3
})
app.shellContextProcessor(() => ({ answer: 42 }))
const blog = createBlueprint('blog', { urlPrefix: '/blog', access: 'authenticated' })
blog.cli.command('import <files...>', ({ files }) => { process.stdout.write(files.length + '\\n') })
blog.get('/', { endpoint: 'index', access: 'authenticated' }, () => 'x')
app.register(blog)
`

describe('dewar routes', () => {
  it('shows who may call what, how it is protected and how often', async () => {
    const { out, status } = await run(['routes'], folder({ 'app.ts': busyApp }))
    expect(out).toBe(
      `Rule             Endpoint    Methods    Access         CSRF     Limit
---------------  ----------  ---------  -------------  -------  ---------------------
/                GET /       GET        public         –        –
/admin/<int:id>  admin       GET        isAdmin        –        –
/blog/           blog.index  GET        authenticated  –        –
/hook            hook        POST, PUT  public         exempt   –
/login           login       POST       public         checked  5/minute; 100/2 hours
`,
    )
    expect(status).toBe(0)
  })

  it('sorts, shows implied methods, and speaks JSON', async () => {
    const args = ['routes', '--sort', 'endpoint', '--all-methods', '--json']
    const rows: { endpoint: string; methods: string[] }[] = JSON.parse(
      (await run(args, folder({ 'app.ts': busyApp }))).out,
    )
    expect(rows.map(({ endpoint }) => endpoint)).toEqual(['GET /', 'admin', 'blog.index', 'hook', 'login'])
    expect(rows[0]?.methods).toEqual(['GET', 'HEAD', 'OPTIONS'])
  })

  it('says so when there are none', async () => {
    const app = `import { createApp } from 'dewar'\nexport const app = createApp()\n`
    expect((await run(['routes'], folder({ 'app.ts': app }))).out).toBe('No routes are registered.\n')
  })
})

describe('commands of the app', () => {
  it('run with their arguments and options, and end with their status', async () => {
    const { out, status } = await run(['create-user', 'ada', '--admin'], folder({ 'app.ts': busyApp }))
    expect(out).toBe('ada true\n')
    expect(status).toBe(3)
  })

  it('of a blueprint stand under its name', async () => {
    expect((await run(['blog', 'import', 'a', 'b'], folder({ 'app.ts': busyApp }))).out).toBe('2\n')
  })

  it.each([
    { what: 'a missing argument', args: ['create-user'], says: "Missing required argument 'name'." },
    { what: 'an unknown option', args: ['create-user', 'a', '--amdin'], says: "Did you mean '--admin'?" },
  ])('say what is wrong with $what', async ({ args, says }) => {
    const { err, status } = await run(args, folder({ 'app.ts': busyApp }))
    expect(err).toContain(says)
    expect(err).toContain('Try: dewar create-user --help')
    expect(status).toBe(2)
  })
})

describe('variables from files', () => {
  const app = `
import { createApp } from 'dewar'
export const app = createApp()
app.command('name', () => { process.stdout.write(String(app.config.SERVER_NAME)) })
`

  it.each([
    { what: '.env', args: [], env: {}, is: 'from.env' },
    { what: '--env-file before .env', args: ['--env-file', 'other.env'], env: {}, is: 'from.other' },
    {
      what: 'the environment before both',
      args: [],
      env: { DEWAR_SERVER_NAME: 'from.shell' },
      is: 'from.shell',
    },
    { what: 'not .env if told so', args: [], env: { DEWAR_SKIP_DOTENV: '1' }, is: 'null' },
  ])('read $what', async ({ args, env, is }) => {
    const path = folder({
      'app.ts': app,
      '.env': 'DEWAR_SERVER_NAME=from.env\n',
      'other.env': 'DEWAR_SERVER_NAME=from.other\n',
    })
    expect((await run([...args, 'name'], path, env)).out).toBe(is)
  })

  it('name the file that is not there', async () => {
    const { err, status } = await run(['-e', 'nope.env', 'name'], folder({ 'app.ts': app }))
    expect(err).toContain('nope.env')
    expect(status).toBe(1)
  })
})

describe('dewar serve', () => {
  it('runs in production mode, with workers that end together', async () => {
    let text = ''
    const app = `
import { createApp } from 'dewar'
export const app = createApp({ logger: { level: 'silent' } })
app.get('/', () => String(process.env.NODE_ENV))
`
    const env = { DEWAR_SECRET_KEY: generateKey() }
    const args = ['serve', '--port', '0', '--workers', '2']
    const outcome = await run(args, folder({ 'app.ts': app }), env, async (url) => {
      text = await (await fetch(url)).text()
    })
    expect(text).toBe('production')
    expect(outcome.out).toContain('with 2 workers')
    expect(outcome).toMatchObject({ status: 0, err: '' })
  })

  it.each([
    { what: 'debug mode', args: ['serve', '--debug'], says: 'DEBUG is on', status: 1 },
    { what: 'no workers', args: ['serve', '--workers', '0'], says: "'0' is no number of workers", status: 2 },
  ])('refuses $what', async ({ args, says, status }) => {
    const outcome = await run(args, folder({ 'app.ts': plainApp }), { DEWAR_SECRET_KEY: generateKey() })
    expect(outcome.err).toContain(says)
    expect(outcome.status).toBe(status)
  })

  it('ends when its workers cannot start', async () => {
    const outcome = await run(['serve', '--workers', '2'], folder({ 'app.ts': 'throw new Error("mine")' }))
    expect(outcome.err).toContain('Error: mine')
    expect(outcome.status).toBe(1)
  })
})

describe('dewar run --cert', () => {
  it('speaks https with a certificate of its own', async () => {
    let subject: unknown
    const args = ['run', '--port', '0', '--debug', '--cert', 'adhoc']
    const outcome = await run(args, folder({ 'app.ts': plainApp }), {}, async (url) => {
      const { port } = new URL(url)
      subject = await new Promise((resolve, reject) => {
        const socket = connect({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate())
          socket.destroy()
        })
        socket.on('error', reject)
      })
    })
    const certificate = subject as X509Certificate
    expect(outcome.out).toContain('Ready on https://127.0.0.1:')
    expect(certificate.checkHost('localhost')).toBe('localhost')
    expect(certificate.checkHost('blog.example')).toBe(undefined)
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkIP('::1')).toBe('::1')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
  })
})

describe('dewar run --watch', () => {
  it('starts the app anew when a source file changes', async () => {
    const path = folder({ 'app.ts': plainApp })
    const texts: string[] = []
    const child = spawn(process.execPath, [dewar, 'run', '--watch', '--debug', '--port', '0'], {
      cwd: path,
      env: { PATH: process.env['PATH'] },
    })
    let out = ''
    let handled = 0
    child.stdout.on('data', async (data) => {
      out += data
      const urls = [...out.matchAll(/Ready on (\S+)\n/g)].map(([, url = '']) => url)
      if (urls.length === handled) return
      handled = urls.length
      texts.push(await (await fetch(urls.at(-1) ?? '')).text())
      if (handled === 1)
        writeFileSync(join(path, 'app.ts'), plainApp.replace('from the command line', 'anew'))
      else child.kill('SIGTERM')
    })
    await new Promise((resolve) => child.on('close', resolve))
    expect(texts).toEqual(['from the command line', 'anew'])
    expect(out).toContain('app.ts changed: starting anew.')
  })

  it.each([
    { file: 'app.ts', starts: true },
    { file: 'blog/views.ts', starts: true },
    { file: '.env', starts: true },
    { file: 'templates/page.html', starts: false },
    { file: 'node_modules/x/index.js', starts: false },
    { file: 'instance/data.json', starts: false },
    { file: '.git/config.json', starts: false },
    { file: 'test/app.test.ts', starts: false },
  ])('takes $file for a source: $starts', ({ file, starts }) => {
    expect(isSource(file)).toBe(starts)
  })
})

describe('dewar shell', () => {
  it('evaluates in a context of the app, with what the app adds', async () => {
    const child = spawn(process.execPath, [dewar, 'shell'], {
      cwd: folder({ 'app.ts': busyApp }),
      env: { PATH: process.env['PATH'] },
    })
    let out = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stdin.end(
      "app.name\nanswer\ng.x = 7\ng.x * 6\nurlFor('login')\nawait Promise.resolve(answer + 1)\n",
    )
    await new Promise((resolve) => child.on('close', resolve))
    expect(out.split('\n')).toEqual(
      expect.arrayContaining(["'dewar'", '42', '7', "'https://blog.example/login'", '43']),
    )
  })
})

describe('dewar new', () => {
  it('makes an app that starts, and whose test passes', async () => {
    const path = folder({})
    const made = await run(['new', 'my-shop'], path)
    expect(made).toMatchObject({ status: 0, err: '' })
    const app = join(path, 'my-shop')
    expect(statSync(join(app, '.env')).mode & 0o077).toBe(0)

    let page = ''
    const started = await run(['run', '--debug', '--port', '0'], app, {}, async (url) => {
      page = await (await fetch(url)).text()
    })
    expect(started.status).toBe(0)
    expect(page).toMatch(/<h1>Hello, stranger\.<\/h1>/)

    const { scripts } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
    const [, ...words] = scripts.test.replaceAll('"', '').split(' ')
    const tested = spawn(process.execPath, words, {
      cwd: app,
      env: { PATH: process.env['PATH'] },
    })
    let report = ''
    tested.stdout.on('data', (data) => {
      report += data
    })
    const status = await new Promise((resolve) => tested.on('close', resolve))
    expect({ status, report }).toMatchObject({ status: 0, report: expect.stringMatching(/pass 2/) })
    expect(report).not.toContain('"level":')
  })

  it.each([
    { what: 'a folder that holds something', name: 'full', says: 'is not empty' },
    { what: 'a name that npm refuses', name: 'My Shop', says: 'is no name' },
  ])('refuses $what', async ({ name, says }) => {
    const path = folder({})
    mkdirSync(join(path, 'full'))
    writeFileSync(join(path, 'full', 'x'), '')
    const outcome = await run(['new', name], path)
    expect(outcome.err).toContain(says)
    expect(outcome.status).toBe(1)
  })
})
