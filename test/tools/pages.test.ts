import { describe, expect, it } from 'vitest'
import { architecturePage } from './checks/architecture-page.ts'
import { dependenciesPage } from './checks/dependencies-page.ts'
import { docsIndex } from './checks/docs-index.ts'
import { fileSizes } from './checks/file-sizes.ts'
import { renderDefaults } from './defaults-page.ts'
import { renderDifferences } from './differences-page.ts'
import { errorTexts } from './error-texts.ts'
import { readErrors, renderErrors } from './errors-page.ts'
import { makeRepository } from './fixture.ts'
import { readString } from './string-literal.ts'
import { root } from './workspace.ts'

const base = { name: '@dewar/base', dewar: { floor: 0, imports: [] } }

describe('renderDefaults', () => {
  it('writes one line for each setting, so that a loosened default is a changed line', async () => {
    const repository = makeRepository({
      'packages/base/package.json': base,
      'packages/base/src/defaults.ts': `export const part = {
        maxSize: { value: 10, unit: 'bytes', key: 'MAX_SIZE', minimum: 1, guards: 'a | b', source: 'RFC 1' },
      }
      export const defaults = { ...part, secure: { value: true, guards: 'clear text', source: 'RFC 2' } }
      export const version = 3`,
    })
    const rows = (await renderDefaults(repository)).split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toEqual([
      '| `maxSize` | `MAX_SIZE` | `10` bytes (from 1) | a \\| b | RFC 1 |',
      '| `secure` |  | `true` | clear text | RFC 2 |',
    ])
  })
})

describe('renderDifferences', () => {
  const entry = (op: string, text: string) => ({
    area: 'urls',
    op,
    when: {},
    ours: {},
    reason: 'safer',
    text,
  })

  it('writes a line for each departure between the markers and keeps the rest of the page', async () => {
    const page = [
      '# Mine',
      '<!-- Written by `npm run docs` from test/conformance/differences.json. -->',
      'old',
      '<!-- End of what is written. -->',
      'kept',
    ]
    const repository = makeRepository({
      'docs/differences.md': page.join('\n'),
      'test/conformance/differences.json': JSON.stringify([
        entry('a', 'One | two.'),
        entry('b', 'One | two.'),
      ]),
    })
    const lines = (await renderDifferences(repository)).split('\n')
    expect(lines).toContain('| One \\| two. | safer | `a`, `b` |')
    expect(lines.at(0)).toBe('# Mine')
    expect(lines.at(-1)).toBe('kept')
    expect(lines).not.toContain('old')
  })

  it('says which lines a page lacks', async () => {
    const repository = makeRepository({ 'docs/differences.md': '# Mine' })
    await expect(renderDifferences(repository)).rejects.toThrow('lacks the lines')
  })
})

describe('readErrors', () => {
  const read = (source: string) =>
    readErrors(source, 'src/a.ts', 'demo').map(({ code, message, fix }) => ({ code, message, fix }))

  it('reads the code, the message and the fix', () => {
    const source = `throw new DewarError('ERR_DEMO_PORT', \`Port '\${port}' is no number.\`, { fix: 'Use digits.' })\n`
    expect(read(source)).toEqual([
      { code: 'ERR_DEMO_PORT', message: "Port '…' is no number.", fix: 'Use digits.' },
    ])
  })

  it.each([
    ['a comment', " * @throws 'ERR_DEMO_PORT'\n"],
    ['a union of codes', "  | 'ERR_DEMO_PORT'\n"],
    ['a comparison', "if (code === 'ERR_DEMO_PORT') {\n"],
    ['a code of another package', "throw new Error('ERR_OTHER_PORT')\n"],
  ])('passes over %s', (_, source) => {
    expect(read(source)).toEqual([])
  })
})

describe('renderErrors', () => {
  it('says of every code what it means, and how to mend what is no answer to a client', async () => {
    const rows = (await renderErrors(root)).split('\n').filter((line) => line.startsWith('| [`ERR_'))
    const isEmpty = (row: string) =>
      /\) \| *\|/.test(row) || (/\| *\|$/.test(row) && !/\) \| [45]\d\d /.test(row))
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter(isEmpty)).toEqual([])
  })

  it('has no texts of codes that are gone', async () => {
    const page = await renderErrors(root)
    expect(Object.keys(errorTexts).filter((code) => !page.includes(`[\`${code}\`]`))).toEqual([])
  })
})

describe('readErrors finds the remedy', () => {
  it('that stands in full where a condition chooses', () => {
    const source = `/** A. */\nexport function a() {}\n\nfunction b() {\n  throw new DewarError('ERR_DEMO_NAME', \`There is no '\${name}'.\`, {\n    fix: near === undefined ? 'Use a name.' : \`Did you mean '\${near}'?\`,\n  })\n}\n`
    expect(readErrors(source, 'src/a.ts', 'demo')).toMatchObject([{ fix: 'Use a name.', summary: '' }])
  })
})

describe('readString', () => {
  it.each([
    ['a quoted text', `'it\\'s'`, "it's"],
    ['a template with nested templates', '`a ${b ? `c${d}` : "}"} e`', 'a … e'],
    ['texts that are joined', `'a ' +\n  'b'`, 'a b'],
  ])('reads %s', (_, source, text) => {
    expect(readString(source, 0)?.text).toBe(text)
  })

  it('gives null where no text stands', () => {
    expect(readString('name', 0)).toBeNull()
  })
})

describe('fileSizes', () => {
  it('warns above 300 lines and refuses above 500', async () => {
    const repository = makeRepository({
      'packages/base/package.json': base,
      'packages/base/src/fine.ts': 'a\n'.repeat(300),
      'packages/base/src/long.ts': 'a\n'.repeat(301),
      'packages/base/src/too-long.ts': 'a\n'.repeat(501),
    })
    const found = await fileSizes.run(repository)
    expect(found.map(({ where, warning }) => [where, warning ?? false])).toEqual([
      ['packages/base/src/long.ts', true],
      ['packages/base/src/too-long.ts', false],
    ])
  })
})

describe('architecturePage', () => {
  const row = (name: string, imports: string) =>
    `| [\`${name}\`](../packages/x/README.md) | – | it | ${imports} |`
  const http = { name: '@dewar/http', dewar: { floor: 1, imports: ['base'] } }
  const dewar = { name: 'dewar', dewar: { floor: 3, imports: ['http', 'base'] } }
  const findings = async (...rows: string[]) => {
    const repository = makeRepository({
      'packages/base/package.json': base,
      'packages/http/package.json': http,
      'packages/dewar/package.json': dewar,
      'docs/architecture.md': rows.join('\n'),
    })
    return (await architecturePage.run(repository)).map(({ message }) => message)
  }

  it('takes a table that says what the manifests say', async () => {
    const rows = [row('@dewar/base', '–'), row('@dewar/http', 'base'), row('dewar', 'all above')]
    expect(await findings(...rows)).toEqual([])
  })

  it('refuses a row that is missing, wrong or too many', async () => {
    const rows = [row('@dewar/http', 'markup'), row('dewar', 'base, http'), row('@dewar/old', '–')]
    expect(await findings(...rows)).toEqual([
      'The row of @dewar/base does not say that it imports nothing.',
      'The row of @dewar/http does not say that it imports base.',
      '@dewar/old is no package.',
    ])
  })
})

describe('docsIndex', () => {
  it('asks for a row for each page, in the nearest README', async () => {
    const repository = makeRepository({
      'docs/README.md': '[a](a.md) [tutorial](tutorial/README.md) [c](choices/c.md)',
      'docs/a.md': '',
      'docs/b.md': '',
      'docs/choices/c.md': '',
      'docs/choices/d.md': '',
      'docs/tutorial/README.md': '[one](1.md)',
      'docs/tutorial/1.md': '',
      'docs/tutorial/2.md': '',
    })
    const found = await docsIndex.run(repository)
    expect(found.map(({ where }) => where)).toEqual(['docs/b.md', 'docs/choices/d.md', 'docs/tutorial/2.md'])
  })
})

describe('dependenciesPage', () => {
  it('asks for a line for each dependency, and for none too many', async () => {
    const repository = makeRepository({
      'package.json': { name: 'root', devDependencies: { vitest: '1', '@dewar/base': 'workspace:*' } },
      'packages/base/package.json': { ...base, dependencies: { cookie: '1' } },
      'docs/dependencies.md': '| `vitest` | tests |\n| `lodash` | nothing |\n',
    })
    const found = await dependenciesPage.run(repository)
    expect(found.map(({ message }) => message)).toEqual([
      'cookie has no line.',
      'lodash is no dependency any more.',
    ])
  })
})
