/** Links from page to page, and from pages to code and tests, lead somewhere. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { Check, Finding } from '../finding.ts'

const pages = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md', 'test/**/README.md']
const ignored = /(?:^|[\\/])node_modules[\\/]/

export const docLinks: Check = {
  name: 'links of the documentation lead somewhere',
  run: (repository) =>
    globSync(pages, { cwd: repository })
      .filter((page) => !ignored.test(page))
      .sort()
      .flatMap((page) => brokenLinks(page.split(sep).join('/'), repository)),
}

function brokenLinks(page: string, repository: string): Finding[] {
  const text = readFileSync(join(repository, page), 'utf8').replace(/^( *)```[\s\S]*?^\1```/gm, (block) =>
    block.replace(/[^\n]/g, ''),
  )
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g))
    .filter(([, target = '']) => !/^(?:[a-z]+:|#)/.test(target))
    .filter(([, target = '']) => !existsSync(join(repository, dirname(page), target.replace(/#.*$/, ''))))
    .map((match) => ({
      where: `${page}:${text.slice(0, match.index).split('\n').length}`,
      message: `There is no ${match[1]}.`,
      fix: 'Correct the link, or write what it promises.',
    }))
}
