/**
 * Reports of browsers about what a Content-Security-Policy blocked.
 *
 * Threat: the address for reports takes what anybody sends, and it ends in a log.
 * Construction: both forms that browsers send are read into the same few fields; texts are cut and lose their control
 * characters; reports of other kinds and more than twenty at once are left out. What remains is still hearsay.
 * Defaults: in `cspReportDefaults`. When not to change: samples hold what visitors typed, keep them short.
 */
import { cspReportDefaults } from './defaults.ts'
import { badCspReport } from './errors.ts'

/** One blocked thing. */
export interface CspReport {
  /** The page. */
  readonly documentUrl: string
  /** What was blocked: an address, or `inline`, `eval` and the like. */
  readonly blockedUrl: string
  /** The directive that blocked it. */
  readonly directive: string
  /** `enforce`, or `report` if it would only have been blocked. */
  readonly disposition: string
  /** The file that asked for it; empty if the browser does not say. */
  readonly sourceFile: string
  /** The line in that file; 0 if the browser does not say. */
  readonly line: number
  /** The start of the blocked script or style, if the policy has `'report-sample'`. */
  readonly sample: string
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a report's body. The route that takes it must be exempt from CSRF: browsers send reports without token.
 *
 * @param contentType `application/csp-report` (from `report-uri`) or `application/reports+json` (from `report-to`), with
 *   or without parameters
 * @param body the body, read under a limit
 * @returns the reports, at most twenty
 * @throws {BadRequest} 400 `ERR_SECURITY_CSP_REPORT` for another type or a body that is no report
 * @see CSP 3 §5.3; Reporting API §3
 */
export function parseCspReports(contentType: string, body: string): readonly CspReport[] {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase()
  const data = parse(body)
  if (type === 'application/csp-report' && isFields(data) && isFields(data['csp-report'])) {
    return [fromReportUri(data['csp-report'])]
  }
  if (type === 'application/reports+json' && Array.isArray(data)) {
    const reports = data.filter((item: unknown) => isFields(item) && item['type'] === 'csp-violation')
    return reports.slice(0, cspReportDefaults.cspReportsMax.value).map(fromReportTo)
  }
  throw badCspReport()
}

function fromReportUri(report: Fields): CspReport {
  return {
    documentUrl: text(report['document-uri']),
    blockedUrl: text(report['blocked-uri']),
    directive: text(report['effective-directive'] ?? report['violated-directive']),
    disposition: text(report['disposition']),
    sourceFile: text(report['source-file']),
    line: count(report['line-number']),
    sample: text(report['script-sample']),
  }
}

function fromReportTo(report: Fields): CspReport {
  const body = isFields(report['body']) ? report['body'] : {}
  return {
    documentUrl: text(body['documentURL'] ?? report['url']),
    blockedUrl: text(body['blockedURL']),
    directive: text(body['effectiveDirective']),
    disposition: text(body['disposition']),
    sourceFile: text(body['sourceFile']),
    line: count(body['lineNumber']),
    sample: text(body['sample']),
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw badCspReport()
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  if (typeof value !== 'string') return ''
  return value
    .slice(0, cspReportDefaults.cspReportTextMax.value)
    .replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, ' ')
    .toWellFormed()
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}
