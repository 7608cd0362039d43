/** Checks that other programs make: Biome for looks and lint, tsc for types. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Check, Finding } from '../finding.ts'

export const formatAndLint: Check = {
  name: 'Biome finds nothing to format or to complain about',
  run: (repository) =>
    report(
      repository,
      ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--diagnostic-level=warn', '.'],
      'Run: npx biome check --write . (and mend by hand what it cannot)',
    ),
}

export const types: Check = {
  name: 'tsc finds no error',
  run: (repository) =>
    report(repository, ['typescript/bin/tsc', '-p', 'tsconfig.json', '--pretty', 'false'], 'Mend the types.'),
}

function report(repository: string, [program = '', ...args]: readonly string[], fix: string): Finding[] {
  const result = spawnSync(process.execPath, [join(repository, 'node_modules', program), ...args], {
    cwd: repository,
    encoding: 'utf8',
  })
  if (result.status === 0) return []
  return [{ where: program, message: `\n${result.stdout}${result.stderr}`.trimEnd(), fix }]
}
