/** A file is one subject: 120 lines is the aim, 300 a reason to look, 500 the end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '../finding.ts'
import { readPackages, repositoryPath } from '../workspace.ts'

const soft = 300
const hard = 500

export const fileSizes: Check = {
  name: `source files stay under ${hard} lines`,
  run(repository) {
    return readPackages(repository).flatMap(({ folder, sources }) =>
      sources
        .filter((file) => file.startsWith('src/'))
        .map((file) => ({ file: join(folder, file), lines: countLines(join(folder, file)) }))
        .filter(({ lines }) => lines > soft)
        .map(({ file, lines }) => ({
          where: repositoryPath(file, repository),
          message: `The file has ${lines} lines (look again at ${soft}, never over ${hard}).`,
          fix: 'Find its second subject and give it a file of its own.',
          ...(lines <= hard && { warning: true as const }),
        })),
    )
  },
}

function countLines(file: string): number {
  return readFileSync(file, 'utf8').trimEnd().split('\n').length
}
