import { describe, expect, it } from 'vitest'
import { inheritedFrom, readPage } from './snippets.ts'

const fence = '```'

describe('readPage', () => {
  it('takes ts blocks and leaves others', () => {
    const page = [`${fence}ts`, 'const a = 1', fence, `${fence}sh`, 'ls', fence].join('\n')
    expect(readPage(page, 'a.md')).toEqual([
      {
        page: 'a.md',
        line: 1,
        file: 'block-1.ts',
        code: 'const a = 1\n',
        expectation: { kind: 'run' },
        continues: null,
      },
    ])
  })

  it.each([
    ['no-run', { kind: 'compile' }],
    ['throws ERR_DEMO', { kind: 'throw', code: 'ERR_DEMO' }],
    ['type-error', { kind: 'typeError' }],
  ])('reads the word %s', (words, expectation) => {
    expect(readPage(`${fence}ts ${words}\n1\n${fence}`, 'a.md')).toMatchObject([{ expectation }])
  })

  it('refuses a word that would let a block go untested', () => {
    expect(() => readPage(`\n${fence}ts norun\n1\n${fence}`, 'a.md')).toThrow("a.md:2: 'norun' is none of")
  })

  it('lets a block name its file, whatever its language', () => {
    const page = `${fence}html\n<!-- file: templates/index.html -->\n<p>\n${fence}`
    expect(readPage(page, 'a.md')).toMatchObject([{ file: 'templates/index.html', code: '<p>\n' }])
  })

  it('takes the indentation of a list from a block', () => {
    expect(readPage(`1. Do\n   ${fence}ts\n   if (a)\n     b()\n   ${fence}`, 'a.md')).toMatchObject([
      { code: 'if (a)\n  b()\n' },
    ])
  })
})

describe('a page that continues another', () => {
  const block = (name: string, code: string) => `${fence}ts\n// file: ${name}\n${code}\n${fence}\n`

  it('starts with its files, and with those that page continues, but not with its steps', () => {
    const pages = [
      ...readPage(block('a.ts', 'one') + block('step-1.ts', 'step') + block('b.ts', 'one'), 'docs/t/1.md'),
      ...readPage(`<!-- continues: 1.md -->\n${block('b.ts', 'two')}`, 'docs/t/2.md'),
      ...readPage(`<!-- continues: 2.md -->\n${block('c.ts', 'three')}`, 'docs/t/3.md'),
    ]
    expect(pages.at(-1)?.continues).toBe('docs/t/2.md')
    expect(inheritedFrom(pages, 'docs/t/2.md').map(({ file, code }) => [file, code.split('\n')[1]])).toEqual([
      ['a.ts', 'one'],
      ['b.ts', 'one'],
      ['b.ts', 'two'],
    ])
    expect(inheritedFrom(pages, null)).toEqual([])
  })
})
