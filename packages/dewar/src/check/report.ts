/** A report for people and for programs. */
import { relative } from 'node:path'
import { styleText } from 'node:util'
import type { Finding, Place } from './finding.ts'
import { type CheckId, checkGroups, ruleOf, type Severity } from './rules.ts'
import { type CheckReport, countFindings } from './summary.ts'

const looks = { error: ['red', 'bold'], warning: 'yellow', note: 'cyan' } as const

/** Where an id is explained. */
export function docsOf(id: CheckId): string {
  return `docs/deploy-check.md#${id}`
}

/**
 * The report as text, in groups.
 *
 * @param colors whether the terminal shows them
 */
export function textReport(report: CheckReport, colors: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colors ? styleText(style, text, { validateStream: false }) : text
  const groups = checkGroups.flatMap((group) => {
    const members = report.findings.filter(({ id }) => ruleOf(id).group === group)
    if (members.length === 0) return []
    return [`${paint('bold', group)}\n${members.map((each) => entry(each, report, paint)).join('')}`]
  })
  const { error, warning, note } = countFindings(report)
  const silenced = report.silenced.length === 0 ? '' : `, ${report.silenced.length} silenced`
  const sum = `${count(error, 'error')}, ${count(warning, 'warning')}, ${count(note, 'note')}${silenced}`
  const mode = report.deploy ? 'for production' : 'as it is run here; --deploy checks it for production'
  return `${[...groups, `${paint(error + warning > 0 ? 'bold' : 'green', sum)} (${mode})`].join('\n')}\n`
}

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

function entry(
  { id, severity, message, fix, place }: Finding,
  { project }: CheckReport,
  paint: Paint,
): string {
  const where = place === undefined ? '' : `${placeText(place, project)}\n${indent}`
  // A note that needs nothing done stays short.
  const remedy = severity === 'note' ? '' : `${indent}${fix}\n`
  return `  ${paint(looks[severity], severity.padEnd(7))}  ${paint('dim', id)}\n${indent}${where}${message}\n${remedy}`
}

const indent = ' '.repeat(11)

function placeText({ file, line, column }: Place, project: string): string {
  const path = shortPath(file, project)
  return line === undefined ? path : `${path}:${line}${column === undefined ? '' : `:${column}`}`
}

/** The path from the project, where it lies in there. */
export function shortPath(file: string, project: string): string {
  const path = relative(project, file)
  return path === '' ? '.' : path.startsWith('..') ? file : path
}

function count(number: number, word: Severity): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

/** The report as JSON. */
export function jsonReport(report: CheckReport, failed: boolean): string {
  const plain = (each: Finding) => ({
    id: each.id,
    group: ruleOf(each.id).group,
    severity: each.severity,
    message: each.message,
    fix: each.fix,
    docs: docsOf(each.id),
    ...(each.place && { ...each.place, file: shortPath(each.place.file, report.project) }),
  })
  const { project, deploy, findings, silenced } = report
  const summary = countFindings(report)
  const value = {
    project,
    deploy,
    failed,
    summary,
    findings: findings.map(plain),
    silenced: silenced.map(plain),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}
