/** What a check found, and what it looks at. */
import type { App } from '../app.ts'
import type { Environment } from '../config.ts'
import { type CheckId, ruleOf, type Severity } from './rules.ts'

/** Where something stands. */
export interface Place {
  /** The file's absolute path. */
  readonly file: string
  /** From 1; left out where the whole file is meant. */
  readonly line?: number | undefined
  /** From 1. */
  readonly column?: number | undefined
}

/** One thing that was found. */
export interface Finding {
  readonly id: CheckId
  /** What it is, with its name; never a secret's value. */
  readonly message: string
  readonly severity: Severity
  readonly fix: string
  readonly place?: Place | undefined
}

/** What differs from the rule's row. */
export interface FindingOptions {
  readonly severity?: Severity | undefined
  readonly fix?: string | undefined
  readonly place?: Place | undefined
}

/** What the checks look at. */
export interface Subject {
  /** The app, frozen if it can be; `null` if it could not be loaded. */
  readonly app: App | null
  /** The folder of the app's own files. */
  readonly project: string
  /** Whether this is for production: debug modes are errors then. */
  readonly deploy: boolean
  readonly environment: Environment
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The version of Node that is judged: `26.1.0`. */
  readonly nodeVersion: string
  /** A file or folder of OSV entries. */
  readonly advisories?: string | undefined
  /** Whether the registry may be asked. */
  readonly online: boolean
}

/** A family of checks. */
export type Checker = (subject: Subject) => Iterable<Finding> | Promise<Iterable<Finding>>

/** Makes a finding: severity and fix are the rule's unless something else is said. */
export function finding(id: CheckId, message: string, options: FindingOptions = {}): Finding {
  const rule = ruleOf(id)
  return {
    id,
    message,
    severity: options.severity ?? rule.severity,
    fix: options.fix ?? rule.fix,
    ...(options.place !== undefined && { place: options.place }),
  }
}
