/**
 * The error page of debug mode: what was thrown, where, and the lines around it. It is shown to this machine only, and
 * it evaluates nothing.
 */
import { readFileSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DewarError } from '@dewar/base'
import { Response } from '@dewar/http'
import { html, Markup } from '@dewar/markup'
import type { Context } from './context.ts'
import { defaults } from './defaults.ts'
import { explainError } from './explain-error.ts'
import { type ReportTable, reportRequest } from './request-report.ts'

/** Makes errors of this process remember where they come from, through Dewar's frames to the app's. @internal */
export function keepMoreFrames(): void {
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, defaults.debugFrames.value)
}

/** The page, or `null` if the client is on another machine. @internal */
export function debugPage(error: unknown, context: Context, status: number): Response | null {
  if (!isLoopback(context.request?.remoteAddr ?? null)) return null
  return new Response(page(error, context).toString(), { status })
}

function isLoopback(address: string | null): boolean {
  return address !== null && /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(address)
}

const style = new Markup(
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}' +
    'h1{font-size:1.4rem}pre{overflow:auto;padding:1rem;background:#8881;border-radius:.5rem}mark{display:block}' +
    'h2{font-size:1.1rem}th{text-align:left;padding-right:1rem;vertical-align:top}td{word-break:break-all}',
)

function page(error: unknown, context: Context): Markup {
  const name = error instanceof Error ? error.name : typeof error
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof DewarError ? html`<p><code>${error.code}</code></p>` : ''
  const remedy = explainError(error, context.request) ?? (error instanceof DewarError ? error.fix : '')
  const fix = remedy === '' ? '' : html`<p><strong>Mend it:</strong> ${remedy}</p>`
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}: ${message}</title>
<style nonce="${context.nonce}">${style}</style>
<h1>${name}</h1>
<pre>${message}</pre>
${code}
${fix}
${excerpt(stack)}
<pre>${stack}</pre>
${causes(error)}
${reportRequest(context).map(table)}
<p>This page is shown because DEBUG is on, and only to this machine.</p>
</html>
`
}

const packages = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What is not the app's own: Dewar, and whatever is installed. */
function isDewar(path: string): boolean {
  return (
    path.includes('/node_modules/') || (path.startsWith(`${packages}${sep}`) && !/[\\/]test[\\/]/.test(path))
  )
}

/** What lies behind the error, outermost first. */
function causes(error: unknown): Markup[] {
  const found: Markup[] = []
  for (
    let cause = causeOf(error);
    cause !== undefined && found.length < defaults.debugCauses.value;
    cause = causeOf(cause)
  ) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    found.push(html`<h2>Caused by</h2><pre>${text}</pre>`)
  }
  return found
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

function table({ title, rows }: ReportTable): Markup {
  const lines = rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`)
  return html`<h2>${title}</h2>\n<table>${lines}</table>\n`
}

/** The source around the first line of the stack that is the app's own. */
function excerpt(stack: string): Markup | '' {
  const frames = stack.split('\n').flatMap((line) => {
    const [, where = '', number = ''] = /^\s+at .*?((?:file:\/\/)?\/[^\s()]+?):(\d+):\d+\)?$/.exec(line) ?? []
    return where === '' ? [] : [{ path: where.startsWith('file:') ? fileURLToPath(where) : where, number }]
  })
  const place = frames.find(({ path }) => !isDewar(path)) ?? frames[0]
  if (place === undefined) return ''
  const { path, number } = place
  const linesAround = defaults.debugLines.value
  try {
    const lines = readFileSync(path, 'utf8').split('\n')
    const first = Math.max(0, Number(number) - 1 - linesAround)
    const shown = lines.slice(first, Number(number) + linesAround).map((line, index) => {
      const text = `${String(first + index + 1).padStart(5)}  ${line}`
      return first + index + 1 === Number(number) ? html`<mark>${text}</mark>` : html`${text}\n`
    })
    return html`<p>${path}, line ${number}</p><pre>${shown}</pre>`
  } catch {
    // The file is gone or unreadable: the stack below still says where it was.
    return ''
  }
}
