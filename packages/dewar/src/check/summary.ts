/** What came of all checks. */
import type { Finding } from './finding.ts'
import type { Severity } from './rules.ts'

/** What came of it. */
export interface CheckReport {
  readonly project: string
  /** Whether production was assumed. */
  readonly deploy: boolean
  /** What counts, worst of each group first. */
  readonly findings: readonly Finding[]
  /** What `CHECK_SILENCED` hides. */
  readonly silenced: readonly Finding[]
}

/** From worst to least. */
export const severities: readonly Severity[] = ['error', 'warning', 'note']

/** How many findings there are of each severity. */
export function countFindings({ findings }: CheckReport): Readonly<Record<Severity, number>> {
  const count = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) count[severity] += 1
  return count
}

/** Whether a report is bad enough: something is as bad as the level or worse. */
export function fails({ findings }: CheckReport, level: Severity | 'never'): boolean {
  if (level === 'never') return false
  return findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(level))
}
