/** The pages about security say what the code does: rows, settings, links, events. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './tools/workspace.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/security.md')

/** The weaknesses of Flask that Dewar answers, by area: how many there are in each. */
const areas = { A: 5, B: 5, C: 4, D: 6, E: 3, F: 4, G: 6, H: 10 }
const ids = Object.entries(areas).flatMap(([area, count]) =>
  Array.from({ length: count }, (_, i) => `${area}${i + 1}`),
)

interface Row {
  readonly id: string
  readonly weakness: string
  readonly byDefault: string
  readonly settings: readonly string[]
  readonly state: string
  readonly code: readonly string[]
  readonly tests: readonly string[]
}

const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => /^\| [A-H]\d+ \|/.test(line))
  .map((line) => {
    const cells = line.slice(2, -2).split(/(?<!\\) \| /)
    const [id = '', weakness = '', byDefault = '', settings = '', state = '', code = '', tests = ''] = cells
    const links = (text: string) =>
      [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => join('docs', target))
    const names = [...settings.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
    return { id, weakness, byDefault, settings: names, state, code: links(code), tests: links(tests) }
  })

describe('docs/security.md', () => {
  it('has each row once, in order', () => {
    expect(rows.map(({ id }) => id)).toEqual(ids)
  })

  it.each(rows.map((row) => [row.id, row] as const))(
    '%s says what, how, where and by which test',
    (_id, row) => {
      expect(row.weakness).not.toBe('')
      expect(row.byDefault.length).toBeGreaterThan(20)
      expect(row.state).toMatch(/^(?:done|partly|planned)$/)
      if (row.state === 'planned') return
      expect(row.code.filter((path) => !existsSync(join(root, path)))).toEqual([])
      expect(row.code.length).toBeGreaterThan(0)
      expect(row.tests.filter((path) => !isTest(path))).toEqual([])
      expect(row.tests.length).toBeGreaterThan(0)
    },
  )

  it('names settings that there are', () => {
    const known = read('docs/security-defaults.md')
    const options = new Set(['unsafeExternal', 'unsafeCsrfExempt'])
    const unknown = rows
      .flatMap(({ settings }) => settings)
      .filter((name) => !options.has(name) && !known.includes(`| \`${name}\` |`))
    expect(unknown).toEqual([])
  })
})

/** A test file that tests something, or the page of an example that says how it is tested. */
function isTest(path: string): boolean {
  if (!existsSync(join(root, path))) return false
  return path.endsWith('.test.ts')
    ? /\b(?:it|test)(?:\.\w+)?\(|\b\w*[cC]ontract\(/.test(read(path))
    : path.endsWith('.md')
}

describe('docs/security-events.md', () => {
  const source = read('packages/dewar/src/security-events.ts')
  const declared = fieldsOfEvents(source)
  const described = new Map(
    read('docs/security-events.md')
      .split(/^### /m)
      .slice(1)
      .map((section) => {
        const name = /^`([\w-]+)`/.exec(section)?.[1] ?? ''
        const fields = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, field = '']) => field)
        return [name, { fields, hasAdvice: section.includes('**What to do:** ') }] as const
      }),
  )

  it('has a section for each event and no others', () => {
    expect([...described.keys()].sort()).toEqual([...declared.keys()].sort())
  })

  it.each([...declared])('says of %s each field, and what to do', (name, fields) => {
    expect(described.get(name)?.fields.toSorted()).toEqual(fields.toSorted())
    expect(described.get(name)?.hasAdvice).toBe(true)
  })

  it('sorts them by level as the code does', () => {
    const changes = read('docs/security-events.md').split(/^## Changes$/m)[1] ?? ''
    const listed = [...changes.matchAll(/^### `([\w-]+)`/gm)].map(([, name = '']) => name)
    const [, unalarming = ''] = /const unalarming[^=]*= new Set\(\[([^\]]*)\]/.exec(source) ?? []
    expect(listed.sort()).toEqual([...unalarming.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name).sort())
  })
})

/** The names of the interface's members and of the members of each. */
function fieldsOfEvents(source: string): ReadonlyMap<string, readonly string[]> {
  const [, body = ''] = /export interface SecurityEvents \{\n([\s\S]*?)\n\}/.exec(source) ?? []
  const events = body.split(/^ {2}'(?=[\w-]+': )/m).slice(1)
  return new Map(
    events.map((text) => {
      const [, name = ''] = /^([\w-]+)'/.exec(text) ?? []
      return [name, [...text.matchAll(/readonly (\w+)\??: /g)].map(([, field = '']) => field)]
    }),
  )
}
