/** Whoever looks into `docs/README.md` finds every page. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { Check } from '../finding.ts'

const index = 'docs/README.md'

export const docsIndex: Check = {
  name: `${index} leads to every page`,
  run(repository) {
    const pages = globSync('docs/**/*.md', { cwd: repository }).map((page) => page.split(sep).join('/'))
    return pages
      .filter((page) => page !== index && !isListed(page, repository))
      .sort()
      .map((page) => ({ where: page, message: `${index} does not lead here.`, fix: 'Give it a row there.' }))
  },
}

/** A page of a folder with a README of its own is listed there. */
function isListed(page: string, repository: string): boolean {
  const own = `${dirname(page)}/README.md`
  const list = existsSync(join(repository, own)) && own !== page ? own : index
  const file = join(repository, list)
  return existsSync(file) && readFileSync(file, 'utf8').includes(`](${relative(dirname(list), page)}`)
}
