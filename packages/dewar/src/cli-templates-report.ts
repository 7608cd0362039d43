/** What `dewar templates check` found, for people. */
import { relative } from 'node:path'
import type { TemplateError } from '@dewar/templates'
import type { App } from './app.ts'

interface Finding {
  readonly at: string
  readonly what: string
  readonly why: string
}

/** What `dewar templates check` prints. @internal */
export interface TemplatesCheck {
  readonly templates: number
  readonly errors: readonly { readonly at: string; readonly code: string; readonly message: string }[]
  readonly audit: readonly Finding[]
  readonly options: readonly string[]
}

/** Compiles all templates and says what is wrong, with the places of the files. @internal */
export function readReport({ templates }: App): TemplatesCheck {
  const report = templates.check()
  const place = ({ template, line, column }: { template: string; line: number; column: number }): string => {
    const [file] = templates.files(template)
    return `${file === undefined ? template : shownPath(file)}:${line}:${column}`
  }
  return {
    templates: report.templates.length,
    errors: report.errors.map((error) => ({ at: place(error), code: error.code, message: errorText(error) })),
    audit: report.audit.map((entry) => ({ at: place(entry), what: entry.what, why: entry.why })),
    options: report.options,
  }
}

function errorText({ message, fix }: TemplateError): string {
  return fix === '' ? message : `${message}\n${fix}`
}

/** A report as text. @internal */
export function reportText({ templates, errors, audit, options }: TemplatesCheck): string {
  const lines = errors.flatMap(({ at, code, message }) => [`${at} ${code}`, ...indented(message), ''])
  if (options.length > 0)
    lines.push('Options that weaken what is done by default:', ...indented(options.join('\n')), '')
  if (audit.length > 0) {
    lines.push('Escaping is overruled, or nonce or field left out:')
    const width = Math.max(...audit.map(({ at }) => at.length))
    const kind = Math.max(...audit.map(({ what }) => what.length))
    for (const { at, what, why } of audit)
      lines.push(`  ${at.padEnd(width)}  ${what.padEnd(kind)}  ${why === '' ? '(no reason given)' : why}`)
    lines.push('')
  }
  const unexplained = audit.filter(({ why }) => why === '').length
  const reasons = unexplained === 0 ? '' : `, ${unexplained} of them without a reason`
  const errorCount = errors.length === 1 ? '1 error' : `${errors.length} errors`
  lines.push(`${templates} templates, ${errorCount}, ${audit.length} to review${reasons}.`)
  return `${lines.join('\n')}\n`
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : `  ${line}`))
}

/** A path as a person here would write it. @internal */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}
