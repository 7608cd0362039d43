/**
 * The report as SARIF, which code hosts show beside the lines it names.
 *
 * @see SARIF 2.1.0, OASIS Standard
 */
import { relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageVersion } from '../cli-version.ts'
import type { Finding, Place } from './finding.ts'
import { docsOf } from './report.ts'
import { type CheckId, checkRules, ruleOf } from './rules.ts'
import type { CheckReport } from './summary.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** Writes the log of one run. */
export function sarifReport(report: CheckReport): string {
  const { project, findings, silenced } = report
  const ids = Object.keys(checkRules) as CheckId[]
  const run = {
    tool: { driver: { name: 'dewar check', version: packageVersion(), rules: ids.map(ruleEntry) } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { PROJECT: { uri: `${pathToFileURL(project).href}/` } },
    results: [
      ...findings.map((each) => result(each, ids, project)),
      ...silenced.map((each) => ({
        ...result(each, ids, project),
        suppressions: [{ kind: 'external', justification: 'CHECK_SILENCED' }],
      })),
    ],
  }
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`
}

function ruleEntry(id: CheckId) {
  const { title, why, fix, severity, group } = ruleOf(id)
  return {
    id,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: why },
    help: { text: `${fix} See ${docsOf(id)}.` },
    defaultConfiguration: { level: severity },
    properties: { tags: ['security', group] },
  }
}

function result({ id, severity, message, fix, place }: Finding, ids: readonly CheckId[], project: string) {
  return {
    ruleId: id,
    ruleIndex: ids.indexOf(id),
    level: severity,
    message: { text: `${message} ${fix}` },
    // Code hosts show nothing that has no place: what the settings say is said of the project.
    locations: [{ physicalLocation: location(place ?? { file: project }, project) }],
  }
}

function location({ file, line, column }: Place, project: string) {
  const path = relative(project, file)
  const artifactLocation = path.startsWith('..')
    ? { uri: pathToFileURL(file).href }
    : { uri: path === '' ? '.' : path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: 'PROJECT' }
  if (line === undefined) return { artifactLocation }
  const region = { startLine: line, ...(column !== undefined && { startColumn: column }) }
  return { artifactLocation, region }
}
