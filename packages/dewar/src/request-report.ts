/** What the debug page tells of a request and its app, without anything that is secret. */
import { isDeepStrictEqual } from 'node:util'
import type { App } from './app.ts'
import type { Context } from './context.ts'
import { knownSettings } from './known-settings.ts'
import { describeAll } from './report-value.ts'
import { type AppRequest, readFields } from './request.ts'

/** Rows of names and values under a title. */
export interface ReportTable {
  readonly title: string
  readonly rows: readonly (readonly [name: string, value: string])[]
}

/** @internal */
export function reportRequest(context: Context): readonly ReportTable[] {
  const { app, request, openedSession, g, templateNames } = context
  const tables: ReportTable[] = [
    ...(request === null ? [] : describeRequest(request)),
    // Of the session the names alone: its values are what a thief would want.
    {
      title: 'Session',
      rows: [...(openedSession?.keys() ?? [])].map((key): [string, string] => [key, '[redacted]']),
    },
    { title: 'g', rows: describeAll(Object.entries(g)) },
    { title: 'Names of the last template', rows: describeAll(Object.entries(templateNames ?? {})) },
    { title: 'Settings that are not the defaults', rows: describeAll(changedSettings(app)) },
  ]
  return tables.filter(({ rows }) => rows.length > 0)
}

function describeRequest(request: AppRequest): ReportTable[] {
  return [
    { title: 'Request', rows: describe(request) },
    { title: 'Arguments of the rule', rows: describeAll(Object.entries(request.viewArgs ?? {})) },
    { title: 'Query', rows: describeAll(attempt(() => [...request.args.entries()])) },
    { title: 'Headers', rows: describeAll([...request.headers]) },
    { title: 'Form', rows: describeAll([...(readFields(request)?.entries() ?? [])]) },
  ]
}

/** The app's own settings are among them; names that sound secret are hidden like all others. */
function changedSettings({ config }: App): [string, unknown][] {
  return Object.entries(config).filter(([key, value]) => {
    const setting = knownSettings.get(key)
    return setting === undefined || !isDeepStrictEqual(setting.value, value)
  })
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

/** A query that cannot be read is no reason to show no page. */
function attempt(read: () => Iterable<readonly [string, string]>): Iterable<readonly [string, string]> {
  try {
    return read()
  } catch {
    return []
  }
}
