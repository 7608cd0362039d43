/** flask-tests.json: each test of Flask's has one here that says its name, one elsewhere, or a reason why it has none. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const {
  tests,
  elsewhere,
}: {
  readonly tests: Readonly<Record<string, readonly string[]>>
  /** A file and a title, or a reason, by Flask's name. */
  readonly elsewhere: Readonly<Record<string, string>>
} = JSON.parse(readFileSync(join(import.meta.dirname, 'flask-tests.json'), 'utf8'))

/** The names at the beginning of titles, before the colon or alone. */
const here = new Set(
  globSync('test/parity/*.test.ts', { cwd: root }).flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(/['`]([a-z0-9_]+(?:, [a-z0-9_]+)*)(?=:? |['`])/g),
    ].flatMap(([, names = '']) => names.split(', ')),
  ),
)

describe.each(Object.entries(tests))('%s', (_file, names) => {
  it.each(names)('%s', (name) => {
    const where = elsewhere[name]
    if (where === undefined) return expect(here).toContain(name)
    const [, file, title = ''] = /^((?:packages|test)\/\S+\.ts): (.+)$/.exec(where) ?? []
    if (file === undefined) return expect(where).toMatch(/\.$/)
    expect(readFileSync(join(root, file), 'utf8')).toContain(title)
  })
})
