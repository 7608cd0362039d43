/**
 * The last line of `.ci/run`: adds up the reports of vitest (`--reporter=json`) and of `check.ts --json`.
 * A missing report counts as one failure, a skipped test is named: in CI everything is there to run.
 */
import { existsSync, readFileSync } from 'node:fs'

interface Count {
  readonly passed: number
  readonly failed: number
}

interface VitestReport {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

const [testReport = '', checkReport = ''] = process.argv.slice(2)
const counts = [read(testReport, countTests), read(checkReport, (report) => report as Count)]
const passed = counts.reduce((sum, count) => sum + count.passed, 0)
const failed = counts.reduce((sum, count) => sum + count.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function read(file: string, count: (report: unknown) => Count): Count {
  if (existsSync(file)) return count(JSON.parse(readFileSync(file, 'utf8')))
  console.log(`The report ${file} was not written.`)
  return { passed: 0, failed: 1 }
}

function countTests(json: unknown): Count {
  const report = json as VitestReport
  for (const { name, assertionResults } of report.testResults) {
    const skipped = assertionResults.filter(({ status }) => status === 'pending' || status === 'skipped')
    for (const { fullName } of skipped) console.log(`skipped: ${name}: ${fullName}`)
  }
  // A file that fails before its first test has no test that failed.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + brokenFiles
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed }
}
