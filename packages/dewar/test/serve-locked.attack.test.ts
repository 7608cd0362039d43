/** What code that an attacker got to run in a view can do: in a locked app, nothing of this. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@dewar/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const dewar = fileURLToPath(new URL('../bin/dewar.js', import.meta.url))
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** Runs whatever it is sent: the hole. The rest is an ordinary app, with decorators, templates, static files and a store. */
const app = `
import { createRequire } from 'node:module'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp, flash, renderTemplate, request, session } from 'dewar'
import { SqliteStore } from '@dewar/stores/sqlite'

const instance = join(import.meta.dirname, 'instance')
mkdirSync(instance, { recursive: true })
export const store = new SqliteStore({ path: join(instance, 'store.sqlite') })
export const app = createApp({
  root: import.meta.dirname,
  store,
  config: { TRUSTED_HOSTS: ['127.0.0.1'], LOG_LEVEL: 'silent', SESSION_TYPE: 'stored', SESSION_COOKIE_SECURE: false },
})
const require = createRequire(import.meta.url)
const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<unknown>

app.post('/hole', { unsafeCsrfExempt: true }, async () => {
  try {
    return 'DONE ' + (await new AsyncFunction('require', 'process', await request.text())(require, process))
  } catch (error) {
    return String((error as { code?: string }).code ?? error)
  }
})
class Pages {
  @app.get('/')
  index(): string {
    return renderTemplate('page.html', { pid: process.pid })
  }
  @app.get('/count')
  count(): string {
    session.set('n', (Number(session.get('n')) || 0) + 1)
    return String(session.get('n'))
  }
  @app.get('/limited', { limit: '2/minute' })
  limited(): string {
    writeFileSync(join(instance, 'upload.txt'), 'kept')
    return 'ok'
  }
}
app.register(new Pages())
`

interface Served {
  readonly url: string
  readonly folder: string
  readonly child: ChildProcess
  run(code: string): Promise<string>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the app with `dewar serve`. */
async function serve(args: readonly string[]): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-locked-test-'))
  const files = {
    'app.ts': app,
    'package.json': '{"type":"module"}',
    'static/site.css': 'body {}',
    'templates/page.html': 'Page of {{ pid }}',
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  symlinkSync(modules, join(folder, 'node_modules'))
  const { PATH } = process.env
  const env = { PATH, DEWAR_SECRET_KEY: generateKey() }
  const child = spawn(process.execPath, [dewar, 'serve', '--port', '0', ...args], { cwd: folder, env })
  let err = ''
  child.stderr.on('data', (data) => {
    err += data
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error(err)))
    child.stdout.on('data', (data) => {
      const found = /Ready on (\S+)/.exec(String(data))?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return {
    url,
    folder,
    child,
    run: async (code) => (await fetch(`${url}/hole`, { method: 'POST', body: code })).text(),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null) {
        child.kill(signal)
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
      return child.exitCode
    },
  }
}

/** A request on a connection of its own: the system chooses the process. */
function getAnew(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = ''
      response.on('data', (data) => {
        text += data
      })
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })
}

const outside = mkdtempSync(join(tmpdir(), 'dewar-outside-'))
writeFileSync(join(outside, 'secret.txt'), 'top secret')

/** What goes past the permission model by itself is marked: the guard closes it. */
const attacks: readonly (readonly [string, string])[] = [
  ['a process', "return require('node:child_process').execFileSync('id').toString()"],
  [
    'a process, asynchronously',
    "return await new Promise((ok, no) => require('node:child_process').spawn('id').on('exit', ok).on('error', no))",
  ],
  ['a fork', "return require('node:child_process').fork('app.ts').pid"],
  ['another program in place of this one', "return process.execve('/bin/true', ['true'])"],
  ['/etc/passwd', "return require('node:fs').readFileSync('/etc/passwd', 'utf8')"],
  [
    '/etc/passwd by a detour',
    "return require('node:fs').readFileSync(process.cwd() + '/instance/../../../etc/passwd', 'utf8')",
  ],
  ['/etc/passwd as bytes', "return require('node:fs').readFileSync(Buffer.from('/etc/passwd'), 'utf8')"],
  [
    '/etc/passwd by a stream',
    "return await new Promise((ok, no) => require('node:fs').createReadStream('/etc/passwd').on('data', ok).on('error', no))",
  ],
  ['/etc/passwd as a file of variables', "return process.loadEnvFile('/etc/passwd')"],
  [
    'the environment of others',
    "return require('node:fs').readFileSync('/proc/' + process.ppid + '/environ', 'utf8')",
  ],
  ['a list of the root', "return require('node:fs').readdirSync('/').join()"],
  ['a file elsewhere', `return require('node:fs').readFileSync('${outside}/secret.txt', 'utf8')`],
  ['a new file elsewhere', `return require('node:fs').writeFileSync('${outside}/new.txt', 'x')`],
  ["the app's own source", "return require('node:fs').appendFileSync('app.ts', '// owned')"],
  ['a template', "return require('node:fs').writeFileSync('templates/page.html', 'owned')"],
  ['a link out', "return require('node:fs').symlinkSync('/etc/passwd', 'instance/link')"],
  ['a relative link out', "return require('node:fs').symlinkSync('../../../etc/passwd', 'instance/link')"],
  ['a hard link', "return require('node:fs').linkSync('/etc/passwd', 'instance/hard')"],
  ['a copy', "return require('node:fs').cpSync('/etc/passwd', 'instance/copy')"],
  ['an add-on', "return process.dlopen({ exports: {} }, process.cwd() + '/instance/a.node')"],
  [
    'an add-on by require',
    "require('node:fs').writeFileSync('instance/b.node', 'x'); return require(process.cwd() + '/instance/b.node')",
  ],
  ['a foreign function', "return new (require('node:ffi').DynamicLibrary)('libc.so.6')"],
  ['process.binding', "return process.binding('spawn_sync')"],
  ['a worker', "return new (require('node:worker_threads').Worker)('1', { eval: true }).threadId"],
  ['WASI', "return new (require('node:wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } })"],
  ['the inspector', "return require('node:inspector').open(0)"],
  ['a report', `return process.report.writeReport('${outside}/report.json')`],
  ['a heap snapshot', `return require('node:v8').writeHeapSnapshot('${outside}/heap.heapsnapshot')`],
  ['a database elsewhere', `return new (require('node:sqlite').DatabaseSync)('${outside}/db.sqlite')`],
  [
    'a database as a URL',
    `return new (require('node:sqlite').DatabaseSync)(new URL('file://${outside}/db.sqlite'))`,
  ],
  [
    'a database as text of a URL',
    `return new (require('node:sqlite').DatabaseSync)('file:${outside}/db.sqlite?mode=rwc')`,
  ],
  [
    'a database by the module loader',
    `return new ((await import('node:sqlite')).DatabaseSync)('${outside}/db.sqlite')`,
  ],
  [
    'a database by its constructor',
    `const db = new (require('node:sqlite').DatabaseSync)(':memory:'); return new db.constructor('${outside}/db.sqlite')`,
  ],
  [
    'a database by the prototype of a subclass',
    `class Db extends require('node:sqlite').DatabaseSync {}; return new (Object.getPrototypeOf(Db))('${outside}/db.sqlite')`,
  ],
  [
    'a database that is opened later',
    `const db = new (require('node:sqlite').DatabaseSync)('${outside}/db.sqlite', { open: false }); db.open(); return 1`,
  ],
  [
    'an attached database',
    `return new (require('node:sqlite').DatabaseSync)(':memory:').exec("ATTACH '${outside}/db.sqlite' AS x; CREATE TABLE x.t(a)")`,
  ],
  [
    'an attached database by an expression',
    `return new (require('node:sqlite').DatabaseSync)(':memory:').exec("ATTACH '${outside}' || '/db.sqlite' AS x; CREATE TABLE x.t(a)")`,
  ],
  [
    'an attached database, once the authorizer is gone',
    `const db = new (require('node:sqlite').DatabaseSync)(':memory:'); db.setAuthorizer(null); return db.exec("ATTACH '${outside}/db.sqlite' AS x; CREATE TABLE x.t(a)")`,
  ],
  [
    'an attached database, with an authorizer that lets it',
    `const db = new (require('node:sqlite').DatabaseSync)(':memory:'); db.setAuthorizer(() => 0); return db.exec("ATTACH '${outside}/db.sqlite' AS x; CREATE TABLE x.t(a)")`,
  ],
  [
    'a vacuum into a file',
    `return new (require('node:sqlite').DatabaseSync)(':memory:').exec("CREATE TABLE t(a); VACUUM INTO '${outside}/db.sqlite'")`,
  ],
  [
    'a backup',
    `const s = require('node:sqlite'); return await s.backup(new s.DatabaseSync(':memory:'), '${outside}/db.sqlite')`,
  ],
  [
    'a database, by changed built-ins',
    `String.prototype.startsWith = String.prototype.includes = () => false; process.permission.has = () => true; process.cwd = () => '${outside}'; require('node:path').resolve = (x) => x; try { return new (require('node:sqlite').DatabaseSync)('${outside}/db.sqlite') } finally { process.exit(7) }`,
  ],
  [
    'a Unix socket elsewhere',
    `return await new Promise((ok, no) => require('node:net').createServer().listen('${outside}/s.sock', ok).on('error', no))`,
  ],
  [
    "somebody's Unix socket",
    `return await new Promise((ok, no) => require('node:net').connect('${outside}/their.sock', () => ok('connected')).on('error', no))`,
  ],
  [
    'an abstract socket',
    "return await new Promise((ok, no) => require('node:net').createServer().listen('\\0dewar-test', ok).on('error', no))",
  ],
  [
    'a Unix socket by the handle of another',
    `const P = process.stdout._handle.constructor; const h = new P(1); const r = h.bind('${outside}/h.sock'); if (r !== 0) throw Object.assign(new Error(), { code: 'EACCES' }); return r`,
  ],
  ['the parent, killed', 'return process.kill(process.ppid, 0)'],
  ['the parent, killed by the raw function', 'return process._kill(process.ppid, 0)'],
  ['a debugger in the parent', 'return process._debugProcess(process.ppid)'],
  ['flags of V8', "return require('node:v8').setFlagsFromString('--trace-turbo')"],
  ['a trace', "return require('node:trace_events').createTracing({ categories: ['node'] }).enable()"],
]

const refusals =
  /^(?:ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED|ERR_DLOPEN_FAILED|EACCES|ERR_SQLITE_ERROR|ERR_FFI_\w+|ERR_UNKNOWN_BUILTIN_MODULE|MODULE_NOT_FOUND)$/

describe('code in a view of a locked app', () => {
  let locked: Served
  beforeAll(async () => {
    locked = await serve(['--locked'])
  }, 30_000)
  afterAll(async () => {
    await locked.stop()
  })

  it.each(attacks.filter(([name]) => !name.includes('changed built-ins')))(
    'does not get %s',
    async (_, code) => {
      expect(await locked.run(code)).toMatch(refusals)
    },
  )

  it('has left nothing anywhere', async () => {
    expect(existsSync(join(outside, 'new.txt'))).toBe(false)
    expect(existsSync(join(outside, 'db.sqlite'))).toBe(false)
    expect(existsSync(join(outside, 's.sock'))).toBe(false)
    expect(readFileSync(join(locked.folder, 'app.ts'), 'utf8')).toBe(app)
    expect(await (await fetch(locked.url)).text()).toMatch(/^Page of \d+$/)
  })

  it('gains nothing by changing built-ins first', async () => {
    const code = attacks.find(([name]) => name.includes('changed built-ins'))?.[1] ?? ''
    await locked.run(code).catch(() => 'the process is gone, as it was told to')
    expect(existsSync(join(outside, 'db.sqlite'))).toBe(false)
  })
})

describe('the same code in an app that is not locked', () => {
  let open: Served
  beforeAll(async () => {
    open = await serve([])
  }, 30_000)
  afterAll(async () => {
    await open.stop('SIGKILL')
  })

  it.each([
    'a process',
    '/etc/passwd',
    'a new file elsewhere',
    'a link out',
    'a database elsewhere',
    'a vacuum into a file',
    'a Unix socket elsewhere',
    'a Unix socket by the handle of another',
    'the parent, killed',
    'process.binding',
    'a worker',
    'flags of V8',
  ])('gets %s: the attack is real', async (name) => {
    rmSync(join(outside, 'db.sqlite'), { force: true })
    const code = attacks.find(([each]) => each === name)?.[1] ?? ''
    expect(await open.run(code)).toMatch(/^DONE /)
  })
})

describe('a locked app', () => {
  it('serves pages, files, stored sessions and limits, and writes its instance folder', async () => {
    const served = await serve(['--locked'])
    const page = await fetch(`${served.url}/`)
    const css = await fetch(`${served.url}/static/site.css`)
    const first = await fetch(`${served.url}/count`)
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const second = await fetch(`${served.url}/count`, { headers: { cookie } })
    const limited = await Promise.all(
      [1, 2, 3].map(async () => (await fetch(`${served.url}/limited`)).status),
    )
    const database = await served.run(
      "const db = new (require('node:sqlite').DatabaseSync)('instance/own.sqlite'); db.exec('CREATE TABLE t(a); VACUUM'); return db.prepare('SELECT count(*) AS n FROM t').get().n",
    )
    expect(await page.text()).toMatch(/^Page of \d+$/)
    expect(await css.text()).toBe('body {}')
    expect([await first.text(), await second.text()]).toEqual(['1', '2'])
    expect(limited.sort()).toEqual([200, 200, 429])
    expect(readFileSync(join(served.folder, 'instance/upload.txt'), 'utf8')).toBe('kept')
    expect(database).toBe('DONE 0')
    expect(await served.stop()).toBe(0)
  }, 30_000)

  it('runs as several processes on one port, and one that dies is replaced', async () => {
    const served = await serve(['--locked', '--workers', '2'])
    const ids = new Set<string>()
    for (let i = 0; i < 100 && ids.size < 2; i++) ids.add(await getAnew(served.url))
    await served.run('process.exit(3)').catch(() => 'gone')
    let answer = ''
    for (let i = 0; i < 50 && !answer.startsWith('Page of'); i++) {
      answer = await getAnew(served.url).catch(() => '')
    }
    expect(ids.size).toBe(2)
    expect(answer).toMatch(/^Page of \d+$/)
    expect(await served.stop()).toBe(0)
  }, 30_000)

  it('gets what it is allowed beside, and no more', async () => {
    const other = mkdtempSync(join(tmpdir(), 'dewar-other-'))
    const served = await serve([
      '--locked',
      '--allow-read',
      join(outside, 'secret.txt'),
      '--allow-write',
      other,
    ])
    expect(await served.run(`return require('node:fs').readFileSync('${outside}/secret.txt', 'utf8')`)).toBe(
      'DONE top secret',
    )
    expect(await served.run(`return require('node:fs').writeFileSync('${other}/a.txt', 'x')`)).toBe(
      'DONE undefined',
    )
    expect(await served.run(`return require('node:fs').appendFileSync('${outside}/secret.txt', 'x')`)).toBe(
      'ERR_ACCESS_DENIED',
    )
    expect(
      await served.run(
        `return await new Promise((ok, no) => require('node:net').createServer().unref().listen('${other}/s.sock', () => ok(1)).on('error', no))`,
      ),
    ).toBe('DONE 1')
    await served.stop()
  }, 30_000)
})
