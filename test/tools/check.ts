/**
 * `npm run check [name part ...] [-- --json file]`: everything about the sources that a program can judge.
 * Each check is a file in `checks/`; `--json` writes `{ passed, failed }` for `.ci/run`.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { architecturePage } from './checks/architecture-page.ts'
import { boundaries } from './checks/boundaries.ts'
import { dependenciesPage } from './checks/dependencies-page.ts'
import { docLinks } from './checks/doc-links.ts'
import { docsIndex } from './checks/docs-index.ts'
import { fileSizes } from './checks/file-sizes.ts'
import { generatedPages } from './checks/generated-pages.ts'
import { literals } from './checks/literals.ts'
import { packageShape } from './checks/package-shape.ts'
import { formatAndLint, types } from './checks/programs.ts'
import type { Finding } from './finding.ts'
import { root } from './workspace.ts'

const checks = [
  boundaries,
  packageShape,
  fileSizes,
  literals,
  architecturePage,
  dependenciesPage,
  docLinks,
  docsIndex,
  generatedPages,
  formatAndLint,
  types,
]

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const chosen = checks.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
)

let failed = 0
for (const check of chosen) {
  const started = performance.now()
  const findings = await check.run(root)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const bad = findings.some(({ warning }) => !warning)
  if (bad) failed += 1
  console.log(`${bad ? '✗' : '✓'} ${check.name} (${seconds} s)`)
  findings.forEach(show)
}
console.log(`${chosen.length - failed} of ${chosen.length} checks passed`)
if (values.json) writeFileSync(values.json, JSON.stringify({ passed: chosen.length - failed, failed }))
if (failed > 0 || chosen.length === 0) process.exitCode = 1

function show({ where, message, fix, warning }: Finding): void {
  console.log(`  ${warning ? 'look: ' : ''}${where}: ${message}\n    ${fix}`)
}
