/** What a case is, and what counts as refused. */
import assert from 'node:assert/strict'
import { apiToken, type Site, secretKey } from './site.ts'
import { passwords } from './visitor.ts'
import type { Answer } from './wire.ts'

/** A row of the security requirements: docs/security.md. */
export type Row =
  | `A${1 | 2 | 3 | 4 | 5}`
  | `B${1 | 2 | 3 | 4 | 5}`
  | `C${1 | 2 | 3 | 4}`
  | `D${1 | 2 | 3 | 4 | 5 | 6}`
  | `E${1 | 2 | 3}`
  | `F${1 | 2 | 3 | 4}`
  | `G${1 | 2 | 3 | 4 | 5 | 6}`
  | `H${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`

/** The two ways the app is started. */
export interface Sites {
  /** Plain http, nothing in front. */
  readonly direct: Site
  /** Behind one proxy that speaks https to the world. */
  readonly proxied: Site
}

/** One thing that is tried. */
export interface Case {
  readonly row: Row
  readonly what: string
  readonly run: (sites: Sites) => Promise<unknown>
}

/** The cases of a subject. */
export interface Subject {
  readonly name: string
  /** Whether its cases stand in each other's way: they look at what others change. */
  readonly inTurn?: boolean
  readonly attacks: readonly Case[]
  readonly honest: readonly Case[]
}

/** One case for each row of a table. */
export function each<T>(
  row: Row,
  what: string,
  table: Readonly<Record<string, T>>,
  run: (payload: T, sites: Sites, name: string) => Promise<unknown>,
): Case[] {
  return Object.entries(table).map(([name, payload]) => ({
    row,
    what: `${what}: ${name}`,
    run: (sites: Sites) => run(payload, sites, name),
  }))
}

/** What no answer may ever hold. */
export const secrets: readonly string[] = [
  'VAULT-SECRET-WORD',
  'TOP-SECRET-FILE',
  'SECRET-IN-MESSAGE',
  'BOB-PRIVATE-NOTE',
  'ADMIN-PRIVATE-NOTE',
  'root:x:0:0',
  secretKey,
  apiToken,
  ...Object.values(passwords),
]

/** The answer tells nothing that is secret. */
export function holdsNoSecret(answer: Answer): void {
  for (const secret of secrets) assert(!answer.text.includes(secret), `The answer holds ${secret}.`)
}

/** The attack was refused: a 4xx, 501 or 505, a 503 with Retry-After, or a closed connection; and no secret got out. */
export function refused(answer: Answer): void {
  holdsNoSecret(answer)
  const { status } = answer
  const isRefusal =
    status === 0 ||
    (status >= 400 && status < 500) ||
    status === 501 ||
    status === 505 ||
    (status === 503 && answer.get('retry-after') !== null)
  assert(isRefusal, `${status} is no refusal: ${answer.text.slice(0, 200)}`)
}

/** The visitor was sent on to a place. */
export function leadsTo(answer: Answer, location: string | RegExp): void {
  assert(
    [301, 302, 303, 307, 308].includes(answer.status),
    `${answer.status} is no redirect: ${answer.text.slice(0, 200)}`,
  )
  const found = answer.get('location') ?? ''
  if (typeof location === 'string') assert.equal(found, location)
  else assert.match(found, location)
}

/** A page or other answer that is well. */
export function fine(answer: Answer, status = 200): void {
  assert.equal(answer.status, status, answer.text.slice(0, 300))
}
