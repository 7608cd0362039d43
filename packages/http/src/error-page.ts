/** The page that an HTTP error shows: small HTML without style or script, or a problem document. */
import { escapeText } from '@dewar/markup'
import { Accept } from './accept.ts'

/** The parts of an error that the client may see. */
export interface ErrorPageContent {
  readonly status: number
  readonly statusText: string
  readonly description: string
}

/** A body and its type. */
export interface ErrorPage {
  readonly body: string
  readonly contentType: string
}

const HTML = 'text/html'
const PROBLEM = 'application/problem+json'
const JSON_TYPE = 'application/json'

/**
 * Renders an error in the form the client prefers. Nothing but status, description and id gets into it.
 *
 * @param content what the client may see
 * @param accept the `Accept` header, or `null`
 * @param requestId an id to quote to the people who run the site
 * @see RFC 9457 §3
 */
export function errorPage(
  content: ErrorPageContent,
  accept: string | null,
  requestId: string | undefined,
): ErrorPage {
  if (accept !== null) {
    const best = Accept.mime(accept).bestMatch([HTML, PROBLEM, JSON_TYPE], HTML)
    if (best !== HTML) return { body: problem(content, requestId), contentType: best }
  }
  return { body: html(content, requestId), contentType: 'text/html; charset=utf-8' }
}

function html({ status, statusText, description }: ErrorPageContent, requestId: string | undefined): string {
  const reference = requestId === undefined ? '' : `<p><small>Request ${escapeText(requestId)}</small></p>\n`
  const title = escapeText(statusText)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${status} ${title}</title>
</head>
<body>
<h1>${title}</h1>
<p>${escapeText(description).replaceAll('\n', '<br>')}</p>
${reference}</body>
</html>
`
}

function problem(
  { status, statusText, description }: ErrorPageContent,
  requestId: string | undefined,
): string {
  const instance = requestId === undefined ? {} : { instance: `urn:request:${encodeURIComponent(requestId)}` }
  return `${JSON.stringify({ type: 'about:blank', title: statusText, status, detail: description, ...instance })}\n`
}
