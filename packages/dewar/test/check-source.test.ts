import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSource } from '../src/check/source-checks.ts'

/** What the source of an app says. */
function found(files: Readonly<Record<string, string>>): string[] {
  const project = mkdtempSync(join(tmpdir(), 'dewar-source-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true })
    writeFileSync(join(project, name), text)
  }
  const subject = {
    app: null,
    project,
    deploy: true,
    environment: {},
    now: 0,
    nodeVersion: '26.0.0',
    online: false,
  }
  return [...checkSource(subject)].map(({ id, place }) => `${id} ${place?.line ?? 0}:${place?.column ?? 0}`)
}

const key = 'Zr9vQ2xL7wN4kT8mB3hY6cD1fG5jS0aP'

describe('keys in the source', () => {
  it.each([
    ['a setting', `createApp({ config: { SECRET_KEY: '${key}' } })`],
    ['an option', `createBlog({ secretKey: '${key}' })`],
    ['a quoted setting', `createApp({ config: { 'SECRET_KEY': '${key}' } })`],
    ['an assignment', `app.config.SECRET_KEY = '${key}'`],
    ['an assignment by name', `app.config['SECRET_KEY'] = '${key}'`],
    ['a variable', `const SECRET_KEY: string = '${key}' as string`],
    ['a fallback', `const secretKey = process.env.KEY ?? '${key}'`],
    ['a fallback of the environment', `process.env['DEWAR_SECRET_KEY'] ??= '${key}'`],
    ['a condition', `const secretKey = dev ? '${key}' : load()`],
    ['a list', `createApp({ config: { SECRET_KEY_FALLBACKS: [load(), '${key}'] } })`],
    ['a template', `const secretKey = \`${key}\``],
    ['a sum', `const secretKey = 'abc' + 'def'`],
    ['a buffer', `const secretKey = Buffer.from('${key}').toString('hex')`],
    ['a default of a parameter', `function make({ secretKey = '${key}' }) {}`],
    ['a key ring', `new KeyRing(['${key}'])`],
    ['a secret', `new Secret('${key}')`],
    ['a class', `class C { static secretKey = '${key}' }`],
    ['satisfies', `const o = { SECRET_KEY: '${key}' satisfies string }`],
  ])('are found: %s', (_, text) => {
    expect(found({ 'app.ts': text }).map((each) => each.split(' ')[0])).toEqual(['key-literal'])
  })

  it.each([
    ['a comment', `// SECRET_KEY: '${key}'\n/* SECRET_KEY = '${key}' */`],
    ['a string', `const help = "SECRET_KEY: '${key}'"`],
    ['the environment', `createApp({ config: { SECRET_KEY: process.env.KEY } })`],
    ['a call', `const secretKey = generateKey()`],
    ['a call with a path', `const secretKey = readFileSync('/run/secrets/key', 'utf8')`],
    ['nothing', `const secretKey = ''`],
    ['a type', `interface Options { secretKey: 'a' | 'b' }`],
    ['another name', `const SECRET_KEY_NAME = 'DEWAR_SECRET_KEY'`],
    ['a template with values', 'const secretKey = `${a}-${b}`'],
  ])('are not seen in %s', (_, text) => {
    expect(found({ 'app.ts': text })).toEqual([])
  })

  it('are found in config files, and left alone in the instance folder', () => {
    expect(
      found({ 'config.toml': `SECRET_KEY = "${key}"`, 'config.json': `{"SECRET_KEY":"${key}"}` }),
    ).toEqual(['key-literal 0:0', 'key-literal 0:0'])
    expect(found({ 'instance/config.toml': `SECRET_KEY = "${key}"`, 'config.json': '{"A":1}' })).toEqual([])
  })

  it.each([
    ['a private key', `const pem = \`-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\``],
    ['an AWS key', `const id = '${'AKIA'}IOSFODNN7EXAMPLE'`],
    ['a GitHub token', `call({ token: '${'ghp_'}${'a'.repeat(36)}' })`],
    ['a database address', `connect('postgres://blog:hunter22@db.example/blog')`],
  ])('of others are found: %s', (_, text) => {
    expect(found({ 'app.ts': text })[0]).toContain('secret-literal')
  })

  it('of others are not seen in addresses without a password', () => {
    expect(
      found({ 'app.ts': `connect('postgres://blog@db.example/blog?a=b:c')\nconst id = 'AKIA'` }),
    ).toEqual([])
  })
})

describe('unsafe options', () => {
  it.each([
    ['a route', `app.post('/x', { unsafeCsrfExempt: true }, view)`, '1:18'],
    ['a decorator', `class A {\n  @app.post('/x', { unsafeCsrfExempt: true })\n  x() {}\n}`, '2:21'],
    ['a shorthand', `redirect(url, { unsafeExternal })`, '1:17'],
    ['a setting', `createApp({ config: { UNSAFE_OMIT_HEADERS: ['X-Frame-Options'] } })`, '1:23'],
    ['an import', `import { unsafeHtml } from 'dewar'`, '1:10'],
    ['an assignment', `options.unsafeAnyOrigin = yes`, '1:1'],
  ])('are found with their place: %s', (_, text, place) => {
    expect(found({ 'app.ts': text })).toEqual([`unsafe-option ${place}`])
  })

  it.each([
    ['a comment', '// unsafeCsrfExempt: true'],
    ['a string', "const a = 'unsafeCsrfExempt: true'"],
    ['a regular expression', 'const a = /unsafeCsrfExempt: true/'],
    ['a template', 'const a = `{ unsafeCsrfExempt: true }`'],
    ['false', "app.post('/x', { unsafeCsrfExempt: false }, view)"],
    ['an empty list', 'createApp({ config: { UNSAFE_OMIT_HEADERS: [] } })'],
    ['a type', 'interface A { unsafeHtml?: boolean }'],
    ['a pattern', 'const { unsafeHtml } = options'],
    ['an ordinary name', "const unsafely = { unsafe: 1, 'not-unsafeX': 2 }"],
  ])('are not seen in %s', (_, text) => {
    expect(found({ 'app.ts': text })).toEqual([])
  })
})

describe('dangerous calls', () => {
  it.each([
    ['exec', "import { exec } from 'node:child_process'\nexec(`ls ${name}`)", 'shell-command 2:1'],
    [
      'exec by another name',
      "import { execSync as sh } from 'child_process'\nsh('ls ' + name)",
      'shell-command 2:1',
    ],
    ['a namespace', "import * as cp from 'node:child_process'\ncp.exec(name)", 'shell-command 2:1'],
    ['a shell', "spawn('ls', [name], { shell: true })", 'shell-command 1:23'],
    ['eval', 'eval(text)', 'code-from-text 1:1'],
    ['new Function', "new Function('a', text)", 'code-from-text 1:1'],
    ['node:vm', "import vm from 'node:vm'", 'code-from-text 1:1'],
    ['a template of values', 'renderTemplateString(`Hello ${name}`)', 'template-from-text 1:1'],
    ['a template put together', "renderTemplateString('Hello ' + name)", 'template-from-text 1:1'],
    ['|safe in a literal', "renderTemplateString('{{ a|safe }}', { a })", 'template-safe 1:1'],
  ])('are found: %s', (_, text, expected) => {
    expect(found({ 'app.ts': text })).toEqual([expected])
  })

  it.each([
    ['execFile', "import { execFile } from 'node:child_process'\nexecFile('ls', [name])"],
    ['a fixed command', "import { exec } from 'node:child_process'\nexec('uptime')"],
    ['exec of a regular expression', 'const match = /a/.exec(text)'],
    ['a method of that name', 'db.exec(sql)\nrunner.eval(text)'],
    ['a literal template', "renderTemplateString('Hello {{ name }}', { name })"],
  ])('are not seen in %s', (_, text) => {
    expect(found({ 'app.ts': text })).toEqual([])
  })
})

describe('files', () => {
  it('of dependencies, builds and tests are not the app', () => {
    const text = "createApp({ config: { SECRET_KEY: 'x' } })"
    const names = [
      'node_modules/a/index.js',
      'dist/app.js',
      'test/app.ts',
      'src/app.test.ts',
      '.cache/app.ts',
      'a.d.ts',
    ]
    expect(found(Object.fromEntries(names.map((name) => [name, text])))).toEqual([])
    expect(found({ 'src/deep/app.mts': text, 'app.cjs': text })).toHaveLength(2)
  })

  it('may be TypeScript, JSX or plain', () => {
    expect(
      found({
        'a.tsx': 'export const a = <T,>(x: T): JSX.Element => <p title="unsafeHtml: true">{x as string}</p>',
        'b.js': '#!/usr/bin/env node\nmodule.exports = { a: <b/> }',
        'c.ts': 'enum E { A }\nclass C { constructor(private readonly x: number) {} accessor y = <number>1 }',
        'd.mjs': 'export const d = await import(url)\nusing: for (;;) break using',
      }),
    ).toEqual([])
  })

  it('that cannot be read are said', () => {
    expect(found({ 'app.ts': 'const = {' })).toEqual(['source-unread 0:0'])
  })
})
