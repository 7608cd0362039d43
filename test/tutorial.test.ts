/** docs/tutorial: what its last page ends with is examples/blog, file by file. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inheritedFrom, readSnippets } from './tools/snippets.ts'
import { root } from './tools/workspace.ts'

const built = new Map(
  inheritedFrom(readSnippets(root), 'docs/tutorial/7-deploy.md').map(({ file, code }) => [
    file,
    code.replace(/^\/\/ file: .*\n/, ''),
  ]),
)
const blog = join(root, 'examples/blog')

describe('the tutorial', () => {
  it.each(globSync(['*.ts', '*.sql', 'templates/**/*.html'], { cwd: blog }).sort())(
    'ends with the %s of examples/blog',
    (file) => {
      expect(built.get(file.replaceAll('\\', '/'))).toBe(readFileSync(join(blog, file), 'utf8'))
    },
  )
})
