import { describe, expect, it } from 'vitest'
import { boundaries } from './checks/boundaries.ts'
import { makeRepository } from './fixture.ts'

const base = { name: '@dewar/base', exports: { '.': './src/index.ts' }, dewar: { floor: 0, imports: [] } }
const stores = {
  name: '@dewar/stores',
  exports: { '.': './src/index.ts', './sqlite': './src/sqlite.ts' },
  dewar: { floor: 1, imports: ['base'] },
  dependencies: { '@dewar/base': 'workspace:*' },
}
const sessions = {
  name: '@dewar/sessions',
  exports: { '.': './src/index.ts' },
  dewar: { floor: 2, imports: ['stores'] },
  dependencies: { '@dewar/stores': 'workspace:*', cookie: '2.0.0' },
}
const honest = {
  'packages/base/package.json': base,
  'packages/base/src/index.ts': "export { a } from './a.ts'\n",
  'packages/base/src/a.ts': 'export const a = 1\n',
  'packages/stores/package.json': stores,
  'packages/stores/src/index.ts': "import { a } from '@dewar/base'\nexport { a }\n",
  'packages/stores/src/sqlite.ts': "import { DatabaseSync } from 'node:sqlite'\n",
  'packages/sessions/package.json': sessions,
  'packages/sessions/src/index.ts':
    "import type { a } from '@dewar/stores'\nimport { parse } from 'cookie'\n",
}

/** What the check says of the honest repository with some files exchanged. */
async function findings(changes: Readonly<Record<string, string | object>> = {}): Promise<string[]> {
  const found = await boundaries.run(makeRepository({ ...honest, ...changes }))
  return found.map(({ where, message }) => `${where}: ${message}`)
}

const index = 'packages/sessions/src/index.ts'
const used = "import '@dewar/stores'\nimport 'cookie'\n"

describe('boundaries', () => {
  it('finds nothing in an honest repository', async () => {
    expect(await findings()).toEqual([])
  })

  it.each([
    ['a plain import', "import { a } from '@dewar/base'"],
    ['a type import', "import type { a } from '@dewar/base'"],
    ['an import over several lines', "import {\n  a,\n  b,\n} from '@dewar/base'"],
    ['a bare import', "import '@dewar/base'"],
    ['a re-export', "export * from '@dewar/base'"],
    ['a re-export by name', "export { a } from '@dewar/base'"],
    ['a dynamic import', "  const { a } = await import('@dewar/base')"],
    ['an augmentation', "declare module '@dewar/base' {}"],
  ])('refuses a package that dewar.imports does not name: %s', async (_, statement) => {
    expect(await findings({ [index]: `${used}${statement}\n` })).toEqual([
      `${index}:3: @dewar/sessions imports '@dewar/base', which its dewar.imports does not name.`,
    ])
  })

  it.each([
    ['a comment', " * import { a } from '@dewar/base'"],
    ['a line comment', "// import('@dewar/base')"],
    ['a word in a text', "const text = `from '@dewar/base'`"],
  ])('takes no offence at %s', async (_, statement) => {
    expect(await findings({ [index]: `${used}${statement}\n` })).toEqual([])
  })

  it('refuses an import of a neighbour on the same floor', async () => {
    const manifest = { ...sessions, dewar: { floor: 1, imports: ['stores'] } }
    expect(await findings({ 'packages/sessions/package.json': manifest })).toEqual([
      "packages/sessions/package.json: dewar.imports of floor 1 names 'stores' of floor 1.",
    ])
  })

  it('lets everybody stand on base, also on the ground floor', async () => {
    const manifest = { ...stores, dewar: { floor: 0, imports: ['base'] } }
    expect(await findings({ 'packages/stores/package.json': manifest })).toEqual([])
  })

  it('refuses a path that leads out of the package', async () => {
    const file = 'packages/stores/src/index.ts'
    const source = "import { a } from '@dewar/base'\nimport { b } from '../../base/src/a.ts'\n"
    expect(await findings({ [file]: source })).toEqual([
      `${file}:2: '../../base/src/a.ts' leads out of the package.`,
    ])
  })

  it('refuses a path that leads out of the package from a test too', async () => {
    const file = 'packages/base/test/a.test.ts'
    expect(await findings({ [file]: "import '../../stores/src/index.ts'\n" })).toEqual([
      `${file}:1: '../../stores/src/index.ts' leads out of the package.`,
    ])
  })

  it('lets tests, and nothing else, start real servers with the tools of the repository', async () => {
    const [test, source] = ['packages/stores/test/a.test.ts', 'packages/stores/src/a.ts']
    const tools = "import '../../../test/tools/services.ts'\n"
    expect(await findings({ [test]: tools, [source]: tools })).toEqual([
      `${source}:1: '../../../test/tools/services.ts' leads out of the package.`,
    ])
  })

  it('refuses a file that is not exported', async () => {
    expect(await findings({ [index]: `${used}import '@dewar/stores/memory'\n` })).toEqual([
      `${index}:3: @dewar/stores does not export './memory'.`,
    ])
  })

  it('refuses what is not among the dependencies', async () => {
    expect(await findings({ [index]: `${used}import lodash from 'lodash'\n` })).toEqual([
      `${index}:3: 'lodash' is not among the dependencies of @dewar/sessions.`,
    ])
  })

  it('refuses a dependency that nothing imports', async () => {
    expect(await findings({ [index]: "import '@dewar/stores'\n" })).toEqual([
      'packages/sessions/package.json: cookie is a dependency that nothing in src imports.',
    ])
  })

  it('refuses a dependency that dewar.imports does not name', async () => {
    const manifest = { ...sessions, dewar: { floor: 2, imports: [] } }
    expect(await findings({ 'packages/sessions/package.json': manifest })).toContain(
      "packages/sessions/package.json: @dewar/stores is a dependency but dewar.imports does not name 'stores'.",
    )
  })

  it.each([
    ['the disk', 'node:fs/promises'],
    ['the network', 'node:http'],
    ['other processes', 'node:child_process'],
  ])('refuses %s outside the doors', async (_, specifier) => {
    expect(await findings({ [index]: `${used}import { a } from '${specifier}'\n` })).toEqual([
      `${index}:3: src/index.ts of sessions imports '${specifier}'.`,
    ])
  })

  it('lets a door touch the disk', async () => {
    const source = "import { a } from '@dewar/base'\nimport { open } from 'node:fs/promises'\n"
    expect(await findings({ 'packages/stores/src/index.ts': source })).toEqual([])
  })

  it('refuses a package that does not state its floor', async () => {
    const { dewar: _, ...manifest } = base
    expect(await findings({ 'packages/base/package.json': manifest })).toContain(
      'packages/base/package.json: The field dewar is missing.',
    )
  })
})
