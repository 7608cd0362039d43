/**
 * What `dewar check` looks for: one row for each id. An id never changes its meaning; `CHECK_SILENCED` names ids, and
 * `docs/deploy-check.md` is written from this table.
 */

import { appRules } from './app-rules.ts'
import { settingRules } from './setting-rules.ts'

/** How bad it is: an `error` is a hole, a `warning` a protection taken away, a `note` something to know. */
export type Severity = 'error' | 'warning' | 'note'

/** The parts of the report, in their order. */
export const checkGroups = [
  'App',
  'Keys',
  'Modes',
  'Hosts and proxies',
  'Sessions',
  'Headers',
  'Content Security Policy',
  'CSRF',
  'Routes',
  'Templates',
  'Source',
  'Files',
  'Platform',
  'Extensions',
  'This check',
] as const

/** A row of the table. */
export interface CheckRule {
  readonly group: (typeof checkGroups)[number]
  readonly severity: Severity
  /** What was found, in a few words. */
  readonly title: string
  /** What an attacker gains, or what one has to know. */
  readonly why: string
  /** What to do. */
  readonly fix: string
  /** Django's id for the same thing. */
  readonly django?: string
}

/** All rows. */
export const checkRules = { ...settingRules, ...appRules }

/** An id of the table. */
export type CheckId = keyof typeof checkRules

/** The row of an id. */
export function ruleOf(id: CheckId): CheckRule {
  return checkRules[id]
}

/** Whether a text is an id. */
export function isCheckId(text: string): text is CheckId {
  return Object.hasOwn(checkRules, text)
}
