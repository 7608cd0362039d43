import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import type { Finding, Subject } from '../src/check/finding.ts'
import { checkRules } from '../src/check/rules.ts'
import { runChecks } from '../src/check/run-checks.ts'
import type { CheckReport } from '../src/check/summary.ts'
import type { App, AppOptions, ConfigInput } from '../src/index.ts'
import { makeApp } from './setup.ts'

const lockfile = 'lockfileVersion: 9.0\npackages:\n\n  left-pad@1.3.0:\n    resolution: {}\n'

/** A folder of files. */
function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-check-'))
  for (const [name, text] of Object.entries({ 'pnpm-lock.yaml': lockfile, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  return folder
}

/** What is found in an app and a folder. */
function check(app: App | null, folder: string, subject: Partial<Subject> = {}): Promise<CheckReport> {
  return runChecks({
    app,
    project: folder,
    deploy: true,
    environment: {},
    now: Date.parse('2026-11-01'),
    nodeVersion: '26.1.0',
    online: false,
    ...subject,
  })
}

/** An app that gives no reason to complain. */
const goodConfig: ConfigInput = { TRUSTED_HOSTS: ['example.com'], HSTS_PRELOAD: true }

function appIn(folder: string, config: ConfigInput = {}, options: AppOptions = {}): App {
  return makeApp({ root: folder, config: { ...goodConfig, ...config }, ...options })
}

const idsOf = (findings: readonly Finding[]) => [...new Set(findings.map(({ id }) => id))]

/** What is always said: there is no registry here. */
const always = ['advisories-skipped']

async function idsFor(config: ConfigInput, deploy = true): Promise<string[]> {
  const folder = project()
  return idsOf((await check(appIn(folder, config), folder, { deploy })).findings).filter(
    (id) => !always.includes(id),
  )
}

describe('settings', () => {
  it('say nothing where they are as they are made', async () => {
    expect(await idsFor({})).toEqual([])
  })

  it.each<[string, ConfigInput, string[]]>([
    ['a weak key, while debugging', { SECRET_KEY: 'dev', DEBUG: true }, ['key-weak', 'debug-on']],
    ['no key', { SECRET_KEY: undefined }, ['key-missing']],
    [
      'a weak fallback, while debugging',
      { SECRET_KEY_FALLBACKS: ['dev'], DEBUG: true },
      ['key-fallback-weak', 'debug-on'],
    ],
    ['TESTING', { TESTING: true }, ['testing-on']],
    ['errors that pass', { PROPAGATE_EXCEPTIONS: true }, ['exceptions-propagate']],
    ['trapped refusals', { TRAP_HTTP_EXCEPTIONS: true }, ['exceptions-propagate']],
    ['explained requests', { TRAP_BAD_REQUEST_ERRORS: true }, ['bad-requests-explained']],
    ['any host', { TRUSTED_HOSTS: null }, ['hosts-missing']],
    ['no host', { TRUSTED_HOSTS: [] }, ['hosts-missing']],
    ['a whole registry', { TRUSTED_HOSTS: ['.com'] }, ['hosts-wide']],
    ['a shared domain', { TRUSTED_HOSTS: ['.github.io'] }, ['hosts-wide']],
    ['a proxy from anywhere', { TRUSTED_PROXY: { for: 1 } }, ['proxy-anywhere']],
    ['a proxy everywhere', { TRUSTED_PROXY: { for: 1, from: ['0.0.0.0/0'] } }, ['proxy-wide']],
    ['links in clear text', { PREFERRED_URL_SCHEME: 'http' }, ['url-scheme-http']],
    ['a cookie in clear text', { SESSION_COOKIE_SECURE: false }, ['session-cookie-insecure']],
    ['a cookie for scripts', { SESSION_COOKIE_HTTPONLY: false }, ['session-cookie-script']],
    ['a cookie for other sites', { SESSION_COOKIE_SAMESITE: 'None' }, ['session-cookie-samesite']],
    ['a cookie for subdomains', { SESSION_COOKIE_DOMAIN: 'example.com' }, ['session-cookie-domain']],
    ['a cookie with a path', { SESSION_COOKIE_PATH: '/shop' }, ['session-cookie-path']],
    ['long sessions', { PERMANENT_SESSION_LIFETIME: 31 * 86_400 }, ['session-lifetime']],
    ['idle sessions', { SESSION_IDLE_TIMEOUT: null }, ['session-idle']],
    ['an omitted header', { UNSAFE_OMIT_HEADERS: ['X-Content-Type-Options'] }, ['headers-omitted']],
    ['short HSTS', { HSTS_MAX_AGE: 3600 }, ['hsts-off']],
    ['HSTS without subdomains', { HSTS_INCLUDE_SUBDOMAINS: false }, ['hsts-subdomains']],
    ['no preload', { HSTS_PRELOAD: false }, ['hsts-preload']],
    ['frames', { FRAME_OPTIONS: 'SAMEORIGIN' }, ['frames-allowed']],
    ['wide referrers', { REFERRER_POLICY: 'no-referrer-when-downgrade' }, ['referrer-wide']],
    ['no referrers', { REFERRER_POLICY: 'no-referrer' }, ['referrer-none']],
    ['shared openers', { CROSS_ORIGIN_OPENER_POLICY: 'unsafe-none' }, ['opener-shared']],
    ['shared resources', { CROSS_ORIGIN_RESOURCE_POLICY: 'cross-origin' }, ['resources-shared']],
    ['posts without origin', { CSRF_SSL_STRICT: false }, ['csrf-lax-https']],
    ['a trusted origin in clear text', { CSRF_TRUSTED_ORIGINS: ['http://a.example'] }, ['csrf-origin-http']],
    [
      'inline scripts',
      { CONTENT_SECURITY_POLICY: { 'script-src': ["'unsafe-inline'"] } },
      ['csp-unsafe-inline'],
    ],
    ['eval', { CONTENT_SECURITY_POLICY: { 'script-src': ["'self'", "'unsafe-eval'"] } }, ['csp-unsafe-eval']],
    ['scripts from everywhere', { CONTENT_SECURITY_POLICY: { 'script-src': '*' } }, ['csp-wildcard']],
    ['scripts from a scheme', { CONTENT_SECURITY_POLICY: { 'script-src': ['https:'] } }, ['csp-wildcard']],
    ['data: scripts', { CONTENT_SECURITY_POLICY: { 'script-src': ["'self'", 'data:'] } }, ['csp-wildcard']],
    ['frames by policy', { CONTENT_SECURITY_POLICY: { 'frame-ancestors': '*' } }, ['frames-allowed']],
    ['no policy', { UNSAFE_OMIT_HEADERS: ['Content-Security-Policy'] }, ['headers-omitted', 'csp-missing']],
    [
      'a policy that is reported on only',
      {
        UNSAFE_OMIT_HEADERS: ['Content-Security-Policy'],
        CONTENT_SECURITY_POLICY_REPORT_ONLY: { 'script-src': "'none'" },
      },
      ['headers-omitted', 'csp-missing', 'csp-report-only'],
    ],
  ])('report %s', async (_, config, ids) => {
    expect(await idsFor(config)).toEqual(ids)
  })

  it('report a policy without base addresses and form targets', async () => {
    const policy = { 'base-uri': null, 'form-action': null } as unknown as Record<string, string>
    expect(await idsFor({ CONTENT_SECURITY_POLICY: policy })).toEqual(['csp-open'])
  })

  it.each<[string, ConfigInput]>([
    [
      'strict-dynamic beside a scheme for old browsers',
      {
        CONTENT_SECURITY_POLICY: {
          'script-src': ["'nonce'", "'strict-dynamic'", "'unsafe-inline'", 'https:'],
        },
      },
    ],
    ['images from everywhere', { CONTENT_SECURITY_POLICY: { 'img-src': ['*', 'data:'] } }],
    ['a host for scripts', { CONTENT_SECURITY_POLICY: { 'script-src': ["'nonce'", 'https://cdn.example'] } }],
    ['an own domain', { TRUSTED_HOSTS: ['.example.co.uk', 'shop.example'] }],
    ['a named proxy', { TRUSTED_PROXY: { for: 1, from: ['10.0.0.0/8', '::1'] } }],
    ['a trusted origin', { CSRF_TRUSTED_ORIGINS: ['https://a.example', 'http://localhost:3000'] }],
  ])('let %s be', async (_, config) => {
    expect(await idsFor(config)).toEqual([])
  })

  it('leave debug mode to developers', async () => {
    const folder = project()
    const { findings } = await check(appIn(folder, { DEBUG: true }), folder, { deploy: false })
    expect(findings.find(({ id }) => id === 'debug-on')?.severity).toBe('note')
  })
})

describe('routes', () => {
  it('are judged by their access, proofs and overlaps', async () => {
    const folder = project()
    const app = appIn(folder)
    app.get('/', () => '')
    app.post('/hook', { access: 'public', unsafeCsrfExempt: true }, () => '')
    app.get('/<a>/b', { access: 'public', endpoint: 'ab' }, () => '')
    app.get('/x/<b>', { access: 'public', endpoint: 'xb' }, () => '')
    const { findings } = await check(app, folder)
    expect(findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'warning csrf-exempt',
      'warning routes-overlap',
      'warning routes-overlap',
      'note access-undeclared',
      'note advisories-skipped',
    ])
    expect(findings[3]?.message).toBe("1 route does not say who may call it: '/' (GET /).")
  })

  it('are errors where they keep the app from starting', async () => {
    const folder = project()
    const silent = appIn(folder, { ACCESS_DEFAULT: 'deny' })
    silent.get('/', () => '')
    const twice = appIn(folder)
    twice.get('/', { endpoint: 'a' }, () => '')
    twice.get('/', { endpoint: 'b' }, () => '')
    expect(idsOf((await check(silent, folder)).findings)).toContain('access-missing')
    expect(idsOf((await check(twice, folder)).findings)).toContain('routes-duplicate')
  })

  it('are no matter where all is said', async () => {
    const folder = project()
    const app = appIn(folder, { ACCESS_DEFAULT: 'deny' })
    app.get('/', { access: 'public' }, () => '')
    app.post('/posts/<int:id>', { access: 'authenticated' }, () => '')
    expect(idsOf((await check(app, folder)).findings)).toEqual(always)
  })
})

describe('templates', () => {
  it('are searched for what overrules escaping', async () => {
    const folder = project({
      'templates/a.html': 'x\n{{ body|safe }}',
      'templates/b.html': '{% autoescape false %}{{ body }}{% endautoescape %}',
      'templates/c.html': '{% if %}',
      'templates/e.html': '{{ unsafeHtml }}',
      'templates/d.html': '{{ body|e }} {# |safe #} autoescape false',
    })
    const { findings } = await check(appIn(folder), folder)
    const found = findings.filter(({ id }) => id.startsWith('template')).map(({ id, place }) => [id, place])
    expect(found).toEqual([
      ['template-broken', { file: join(folder, 'templates/c.html'), line: 1, column: 7 }],
      ['template-safe', { file: join(folder, 'templates/a.html'), line: 2, column: 9 }],
      ['template-autoescape', { file: join(folder, 'templates/b.html'), line: 1, column: 4 }],
      ['template-unsafe', { file: join(folder, 'templates/e.html'), line: 1, column: 4 }],
    ])
  })
})

describe('files', () => {
  it.each([
    '.env',
    '.env.production',
    '.git/config',
    'tls.key',
    'cert.pem',
    'data.sqlite',
    'dump.sql',
    'app.ts',
    'deep/down/id_rsa',
    'package.json',
    'index.html~',
  ])('are no static files: %s', async (name) => {
    const folder = project({ [`static/${name}`]: '' })
    expect(idsOf((await check(appIn(folder), folder)).findings)).toContain('static-secret')
  })

  it('may be static if they are for visitors', async () => {
    const names = [
      'app.js',
      'app.css',
      'logo.svg',
      'deep/font.woff2',
      'data.json',
      '.well-known/security.txt',
    ]
    const folder = project(Object.fromEntries(names.map((name) => [`static/${name}`, ''])))
    expect(idsOf((await check(appIn(folder), folder)).findings)).toEqual(always)
  })

  it('are all served where the static folder is the app', async () => {
    const folder = project({ 'templates/a.html': '' })
    expect(idsOf((await check(appIn(folder, {}, { staticFolder: '' }), folder)).findings)).toContain(
      'static-wide',
    )
  })

  it('of secrets are for one user', async () => {
    const folder = project({ '.env': 'A=1', 'instance/secret-key': 'x', '.env.example': 'A=' })
    const before = idsOf((await check(appIn(folder), folder)).findings)
    chmodSync(join(folder, '.env'), 0o644)
    chmodSync(join(folder, '.env.example'), 0o644)
    chmodSync(join(folder, 'instance/secret-key'), 0o640)
    chmodSync(join(folder, 'instance'), 0o755)
    const { findings } = await check(appIn(folder), folder)
    expect(before).not.toContain('key-file-permissions')
    expect(
      findings.filter(({ id }) => id === 'key-file-permissions').map(({ place }) => place?.file),
    ).toEqual([join(folder, '.env'), join(folder, 'instance/secret-key')])
    expect(findings.find(({ id }) => id === 'instance-permissions')?.severity).toBe('warning')
    chmodSync(join(folder, 'instance'), 0o777)
    const { findings: worse } = await check(appIn(folder), folder)
    expect(worse.find(({ id }) => id === 'instance-permissions')?.severity).toBe('error')
  })

  it('that variables name are looked at, too', async () => {
    const folder = project()
    const key = join(project({ key: generateKey() }), 'key')
    chmodSync(key, 0o604)
    const { findings } = await check(appIn(folder), folder, { environment: { DEWAR_SECRET_KEY_FILE: key } })
    expect(findings.find(({ id }) => id === 'key-file-permissions')?.place?.file).toBe(key)
  })
})

describe('the platform', () => {
  it.each([
    ['18.20.0', 'node-end-of-life'],
    ['12.0.0', 'node-end-of-life'],
    ['20.1.0', 'node-end-of-life'],
    ['25.0.0', 'node-end-of-life'],
    ['99.0.0', 'node-odd'],
  ])('is judged: Node %s', async (nodeVersion, id) => {
    const folder = project()
    expect(idsOf((await check(appIn(folder), folder, { nodeVersion })).findings)).toContain(id)
  })

  it('is announced to end', async () => {
    const folder = project()
    const subject = { nodeVersion: '22.20.0', now: Date.parse('2027-03-01') }
    expect(idsOf((await check(appIn(folder), folder, subject)).findings)).toContain('node-ending')
  })

  it('has a lockfile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dewar-check-'))
    expect(idsOf((await check(appIn(folder), folder)).findings)).toContain('lockfile-missing')
  })
})

describe('advisories', () => {
  const entry = (events: object[], name = 'left-pad') => ({
    id: 'GHSA-xxxx',
    summary: 'Pads too much',
    database_specific: { severity: 'HIGH' },
    affected: [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events }] }],
  })

  async function withDatabase(entries: unknown, locked: Readonly<Record<string, string>> = {}) {
    const folder = project({ 'osv/one.json': JSON.stringify(entries), ...locked })
    const { findings } = await check(appIn(folder), folder, { advisories: join(folder, 'osv') })
    return findings.filter(({ id }) => id === 'dependency-advisory' || id === 'advisories-skipped')
  }

  it.each([
    ['before the fix', [{ introduced: '0' }, { fixed: '1.3.1' }]],
    ['in the last one', [{ introduced: '1.0.0' }, { last_affected: '1.3.0' }]],
    ['in the second range of events', [{ introduced: '0' }, { fixed: '1.0.0' }, { introduced: '1.2.0' }]],
  ])('name a package %s', async (_, events) => {
    const [found] = await withDatabase([entry(events)])
    expect(found?.message).toBe('left-pad 1.3.0: Pads too much (GHSA-xxxx).')
    expect(found?.severity).toBe('error')
  })

  it.each([
    ['after the fix', entry([{ introduced: '0' }, { fixed: '1.3.0' }])],
    ['before the beginning', entry([{ introduced: '1.3.1' }])],
    ['of another name', entry([{ introduced: '0' }], 'right-pad')],
    ['that was withdrawn', { ...entry([{ introduced: '0' }]), withdrawn: '2026-01-01T00:00:00Z' }],
  ])('do not name a package %s', async (_, one) => {
    expect(await withDatabase(one)).toEqual([])
  })

  it("read npm's lockfile", async () => {
    const lock = { packages: { '': {}, 'node_modules/a/node_modules/@x/y': { version: '2.0.0-rc.1' } } }
    const folder = mkdtempSync(join(tmpdir(), 'dewar-check-'))
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
    writeFileSync(
      join(folder, 'db.json'),
      JSON.stringify(entry([{ introduced: '0' }, { fixed: '2.0.0' }], '@x/y')),
    )
    const { findings } = await check(appIn(folder), folder, { advisories: join(folder, 'db.json') })
    expect(findings.find(({ id }) => id === 'dependency-advisory')?.fix).toBe('Update @x/y to 2.0.0.')
  })

  it('are skipped with a word where there is nothing to compare with', async () => {
    const folder = project()
    const missing = await check(appIn(folder), folder, { advisories: '/nonexistent' })
    const offline = await check(appIn(folder), folder)
    expect(missing.findings[0]?.message).toContain('cannot be read')
    expect(offline.findings[0]?.message).toBe('Skipped: --offline.')
  })
})

describe('extensions', () => {
  it('are listed with what they touch', async () => {
    const folder = project()
    const app = appIn(folder)
    app.extensions.set('mail', { touches: ['network', 'templates'] })
    app.extensions.set('db', {})
    const { findings } = await check(app, folder)
    expect(findings.map(({ id, message }) => [id, message])).toEqual([
      ['advisories-skipped', 'Skipped: --offline.'],
      ['extension', 'mail touches network, templates.'],
      ['extension-silent', 'db does not say what it touches.'],
    ])
  })
})

describe('CHECK_SILENCED', () => {
  it('hides, and is listed', async () => {
    const folder = project()
    const app = appIn(folder, {
      TRUSTED_HOSTS: null,
      CHECK_SILENCED: ['hosts-missing', 'hsts-preload', 'nope'],
    })
    const { findings, silenced } = await check(app, folder)
    expect(idsOf(silenced)).toEqual(['hosts-missing'])
    const about = findings.filter(({ id }) => id.startsWith('check-'))
    expect(about.map(({ id, message }) => [id, message])).toEqual([
      ['check-silenced-unknown', "CHECK_SILENCED names 'nope'."],
      ['check-silenced', 'hosts-missing is silenced; it hides 1.'],
      ['check-silenced', 'hsts-preload is silenced; it hides nothing.'],
    ])
  })
})

it('has a test for each of its ids', async () => {
  const { readFile } = await import('node:fs/promises')
  const files = ['check.test.ts', 'check-source.test.ts', 'cli-check.test.ts']
  const texts = await Promise.all(files.map((file) => readFile(join(import.meta.dirname, file), 'utf8')))
  const text = texts.join('')
  const isNamed = (id: string) => new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(text)
  expect(Object.keys(checkRules).filter((id) => !isNamed(id))).toEqual([])
})
