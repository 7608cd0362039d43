import { describe, expect, it } from 'vitest'
import { literals } from './checks/literals.ts'
import { makeRepository } from './fixture.ts'

const base = { name: '@dewar/base', dewar: { floor: 0, imports: [] } }

/** What the check says of a source file of a package. */
async function findings(source: string, file = 'src/a.ts'): Promise<string[]> {
  const repository = makeRepository({ 'packages/base/package.json': base, [`packages/base/${file}`]: source })
  return (await literals.run(repository)).map(({ where, message }) => `${where}: ${message}`)
}

describe('literals', () => {
  it.each([
    ['a number', 'const most = 256'],
    ['an exported number', 'export const most = 256'],
    ['a number with its type', 'const most: number = 65_536'],
    ['a product', 'const most = 7 * 86_400'],
    ['a power', 'const most = 10n ** 300n'],
    ['a table on a line', 'const most = { depth: 8, entries: 200 } as const'],
  ])('refuses a limit beside the code: %s', async (_, source) => {
    expect(await findings(`/** A. */\n${source}\n`)).toEqual([
      'packages/base/src/a.ts:2: most is a number outside of defaults.ts.',
    ])
  })

  it.each([
    ['nothing and one', 'const version = 1\nconst none = 0'],
    ['a byte', 'const dot = 0x2e'],
    ['a number in a function', 'function run() {\n  const half = 2\n}'],
    ['what is read from the defaults', 'const most = defaults.most.value'],
    ['a text', "const most = '256'"],
  ])('takes no offence at %s', async (_, source) => {
    expect(await findings(`${source}\n`)).toEqual([])
  })

  it.each([['src/defaults.ts'], ['src/client-defaults.ts'], ['test/a.test.ts']])(
    'passes over %s',
    async (file) => {
      expect(await findings('const most = 256\n', file)).toEqual([])
    },
  )

  it('asks for rows that are no longer needed to be taken out', async () => {
    const http = { name: '@dewar/http', dewar: { floor: 1, imports: [] } }
    const found = await literals.run(makeRepository({ 'packages/http/package.json': http }))
    expect(found.map(({ message }) => message)).toContain("'http/host.ts MAX_PORT' is allowed and not there.")
  })
})
