/** What the debug page tells of a request: its head, its arguments and its session, without anything that is secret. */
import type { Context } from './context.ts'
import { type AppRequest, readFields } from './request.ts'

/** Names whose values stay hidden, whatever they are called exactly. */
const secretName = /pass|pwd|secret|token|auth|cookie|session|csrf|key|code|credential|signature|otp|pin\b/i

const hidden = '[redacted]'

/** Rows of names and values under a title. */
export interface ReportTable {
  readonly title: string
  readonly rows: readonly (readonly [name: string, value: string])[]
}

/** @internal */
export function reportRequest({ request, openedSession }: Context): readonly ReportTable[] {
  if (request === null) return []
  const tables: ReportTable[] = [
    { title: 'Request', rows: describe(request) },
    { title: 'Arguments of the rule', rows: redacted(Object.entries(request.viewArgs ?? {})) },
    { title: 'Query', rows: redacted(attempt(() => [...request.args.entries()])) },
    { title: 'Headers', rows: redacted([...request.headers]) },
    { title: 'Form', rows: redacted([...(readFields(request)?.entries() ?? [])]) },
    // Of the session the names alone: its values are what a thief would want.
    {
      title: 'Session',
      rows: [...(openedSession?.keys() ?? [])].map((key): [string, string] => [key, hidden]),
    },
  ]
  return tables.filter(({ rows }) => rows.length > 0)
}

function describe(request: AppRequest): [string, string][] {
  return [
    ['method', request.method],
    ['path', request.rawPath],
    ['endpoint', request.endpoint ?? '(none)'],
    ['rule', request.urlRule ?? '(none)'],
    ['client', request.remoteAddr ?? '(unknown)'],
  ]
}

function redacted(entries: Iterable<readonly [string, unknown]>): [string, string][] {
  return [...entries].map(([name, value]) => [name, secretName.test(name) ? hidden : String(value)])
}

/** A query that cannot be read is no reason to show no page. */
function attempt(read: () => Iterable<readonly [string, string]>): Iterable<readonly [string, string]> {
  try {
    return read()
  } catch {
    return []
  }
}
