/**
 * `node test/conformance/run.ts [area …]`: runs the vectors of the named areas, or of all, prints a line for each and
 * what failed, and exits with 1 if anything did. `CONFORMANCE_DIR` names another folder of vectors.
 */
import { describeMiss, runArea, summary } from './report.ts'
import { areasIn, vectorFolder } from './vectors.ts'

const named = process.argv.slice(2)
let failures = 0
for (const area of named.length > 0 ? named : areasIn(vectorFolder)) {
  const report = await runArea(vectorFolder, area)
  console.log(summary(report))
  for (const miss of report.failed) console.log(describeMiss(miss))
  failures += report.failed.length
}
process.exitCode = failures > 0 ? 1 : 0
