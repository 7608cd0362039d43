import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBlueprint } from '../src/index.ts'
import { makeApp } from './setup.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

function shop() {
  const app = makeApp()
  app.get('/', { endpoint: 'index' }, () => '')
  const list = () => ''
  app.addUrlRule({ rule: '/list/', endpoint: 'list', view: list })
  app.addUrlRule({ rule: '/list/<int:page>', endpoint: 'list', view: list })
  const posts = createBlueprint('posts', { urlPrefix: '/posts' })
  posts.get('/<int:id>/<slug>', { endpoint: 'show' }, () => '')
  app.register(posts)
  const local = createBlueprint('local', { urlPrefix: '/<lang>' })
  local.get('/about', { endpoint: 'about' }, () => '')
  local.urlDefaults((_, values) => {
    values['lang'] ??= 'en'
  })
  app.register(local)
  return app
}

/** What the compiler says of code beside the declarations. */
function compile(declarations: string, code: string): string {
  const folder = mkdtempSync(join(root, 'test/.snippets-endpoints-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'endpoints.d.ts'), declarations)
  writeFileSync(join(folder, 'use.ts'), `import { urlFor } from 'dewar'\n${code}\n`)
  const config = {
    extends: join(root, 'tsconfig.json'),
    include: [join(folder, '*.ts'), join(root, 'packages/templates/src/*.d.ts')],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, 'node_modules/.bin/tsc')
  return spawnSync(tsc, ['-p', join(folder, 'tsconfig.json')], { encoding: 'utf8' }).stdout
}

describe('dewar routes --types', () => {
  it('declares each endpoint with its arguments', async () => {
    const { output, status } = await shop().testCliRunner().invoke('routes', '--types')
    expect(status).toBe(0)
    expect(output).toContain(`    "index": RuleArgs<"/">
    "list": RuleArgs<"/list/"> | RuleArgs<"/list/<int:page>">
    "local.about": Partial<RuleArgs<"/<lang>/about">>
    "posts.show": RuleArgs<"/posts/<int:id>/<slug>">
`)
  })

  it('lets the compiler check urlFor, and only what it can know', async () => {
    const { output } = await shop().testCliRunner().invoke('routes', '--types')
    const code = `
urlFor('index')
urlFor('index', { page: 2 }, { anchor: 'top' })
urlFor('list')
urlFor('list', { page: 2 })
urlFor('posts.show', { id: 1, slug: 'a', ref: 'mail' })
urlFor('.show', { id: 1 })
urlFor('local.about')
urlFor('local.about', { lang: 'de' })
declare const name: string
urlFor(name, { any: 1 })
// @ts-expect-error the arguments are missing
urlFor('posts.show')
// @ts-expect-error an argument is missing
urlFor('posts.show', { id: 1 })
// @ts-expect-error an argument is of another type
urlFor('posts.show', { id: '1', slug: 'a' })
// @ts-expect-error there is no such endpoint
urlFor('post.show', { id: 1, slug: 'a' })`
    expect(compile(output, code)).toBe('')
    expect(compile(output, "urlFor('nope')")).toContain('unknown endpoint')
  }, 60_000)
})
