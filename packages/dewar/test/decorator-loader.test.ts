import { execFile } from 'node:child_process'
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { usesDecorators } from '../src/decorator-loader.ts'
import { decorators } from '../src/vite.ts'

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** Runs a TypeScript file as its user would: `node --import dewar/register file.ts`. */
function run(source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-register-'))
  symlinkSync(modules, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'app.ts'), source)
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'dewar/register', 'app.ts'],
      { cwd: folder },
      (_error, out, err) => resolve(out + err),
    )
  })
}

describe('dewar/register', () => {
  it('runs decorators, keeps the names of functions, and stacks show the lines as written', async () => {
    const out = await run(`import { createApp } from 'dewar'
const app = createApp({ environment: {} })
export const update = app.get('/update', function update() { return 'x' })
class A { @app.get('/a') show() { return 'a' } }
app.register(new A())
console.log(app.urlMap.rules().map((rule) => rule.endpoint).join())
console.log(new Error('here').stack?.includes('app.ts:7'))
`)
    expect(out).toBe('update,a.show\ntrue\n')
  })

  it('says where decorators belong', async () => {
    const out = await run('const d = (f: unknown) => f\n@d\nfunction index() {}\nconsole.log(index)\n')
    expect(out).toMatch(/ERR_DEWAR_CLI_COMPILE.*app\.ts:2:1.*app\.get\('\/', function index/s)
  })
})

describe('dewar/vite', () => {
  it('compiles files with decorators and leaves others alone', async () => {
    const plugin = decorators()
    expect(await plugin.transform('export const a = 1', '/x/a.ts')).toBeNull()
    expect((await plugin.transform('class A {\n  @d()\n  m() {}\n}', '/x/a.ts?v=1'))?.code).not.toContain(
      '@d',
    )
  })
})

describe('usesDecorators', () => {
  it.each([
    ['class A {\n  @app.get("/")\n  m() {}\n}', 'yes'],
    ['class A {\n  @sealed\n  m() {}\n}', 'yes'],
    ['class A { @app.get("/") m() {} }', 'maybe'],
    ["const mail = 'ada@blog.example'", 'no'],
    ['/**\n * @param name whose\n */\nexport const a = 1', 'no'],
    ['// see @dewar/auth\nimport "@dewar/auth"', 'no'],
    [`${'@'.repeat(100_000)}`, 'no'],
  ])('reads %j', (source, answer) => {
    expect(usesDecorators(source)).toBe(answer)
  })
})
