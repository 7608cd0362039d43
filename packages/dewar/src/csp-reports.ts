/**
 * Where browsers send reports about the Content-Security-Policy.
 *
 * Threat: anybody can send anything there, and it ends in a log.
 * Construction: a small body, read only up to its limit; at most twenty reports of it, cut and without control characters; a
 * limit by address. No CSRF proof is asked for, since browsers send reports by themselves, and no session is looked at.
 */
import { Response } from '@dewar/http'
import { parseCspReports, defaults as securityDefaults } from '@dewar/security'
import type { App } from './app.ts'
import { useRequest } from './context.ts'
import type { RouteLimits } from './route-limits.ts'
import type { RouteRecord } from './scaffold.ts'
import { reportSecurityEvent } from './security-events.ts'

/** What can be said of the address for reports. */
export interface CspReportsOptions {
  /** How many one client may send; `60/minute` by default. */
  readonly limit?: RouteLimits | undefined
}

/** Where the route goes. */
interface ReportTarget {
  readonly app: App
  addRecord(record: RouteRecord): void
}

/** Adds the route, and its address to the policies. @internal */
export function addCspReports(
  { app, addRecord }: ReportTarget,
  path: string,
  options: CspReportsOptions,
): void {
  app.config.fromObject({ CSP_REPORT_URI: path })
  addRecord({
    rule: path,
    endpoint: 'csp-reports',
    methods: ['POST'],
    options: {
      access: 'public',
      limit: options.limit ?? securityDefaults.cspReportLimit.value,
      body: { maxContentLength: securityDefaults.cspReportBodyMax.value },
      cors: null,
      unsafeCsrfExempt: true,
    },
    view: takeReports,
    personal: false,
  })
}

async function takeReports(): Promise<Response> {
  const request = useRequest('csp-reports')
  for (const report of parseCspReports(request.headers.get('Content-Type') ?? '', await request.text())) {
    // Samples may hold what visitors typed, and addresses what they looked for: neither belongs into a log.
    const { sample: _sample, documentUrl, blockedUrl, sourceFile, ...rest } = report
    reportSecurityEvent('csp-violation', {
      documentUrl: withoutQuery(documentUrl),
      blockedUrl: withoutQuery(blockedUrl),
      sourceFile: withoutQuery(sourceFile),
      ...rest,
    })
  }
  return new Response(null, { status: 204, contentType: null })
}

/** The query of a page may hold what nobody should read in a log. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}
