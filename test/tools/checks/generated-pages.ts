/** Generated pages say what the sources say. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '../finding.ts'
import { generatedPages as pages } from '../generated-pages.ts'

export const generatedPages: Check = {
  name: 'the generated pages of docs are up to date',
  async run(repository) {
    const rendered = await Promise.all(
      Object.entries(pages).map(async ([page, render]) => ({ page, text: await render(repository) })),
    )
    return rendered
      .filter(({ page, text }) => readPage(join(repository, page)) !== text)
      .map(({ page, text }) => ({
        where: page,
        message: `The sources say something else, first at: ${firstDifference(readPage(join(repository, page)), text)}`,
        fix: 'Run: npm run docs, and read the difference: a loosened default is a decision.',
      }))
  },
}

function readPage(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function firstDifference(written: string, wanted: string): string {
  const old = written.split('\n')
  return wanted.split('\n').find((line, index) => line !== old[index]) ?? 'the end of the page'
}
