/**
 * The request target: which path and query a request line names.
 *
 * ```
 * request-target = origin-form / absolute-form / authority-form / asterisk-form   ; RFC 9112 §3.2
 * ```
 */
import { BadRequest } from './errors.ts'

/** A target, taken apart. */
export interface Target {
  /** Still percent-encoded; begins with exactly one slash, or is `*`. */
  readonly rawPath: string
  /** Without the `?`. */
  readonly queryString: string
  /** Host and port of an absolute target, or `null`. */
  readonly authority: string | null
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i
// Browsers take a backslash for a slash, so one at the start of a path would lead to another host when echoed.
const UNSAFE_IN_PATH = /[\\\x00-\x20\x7f]/

/**
 * Takes a target apart. Leading slashes become one, so that no path can be read as `//host`.
 *
 * @param target as it stands in the request line
 * @throws {BadRequest} 400, `ERR_HTTP_BAD_REQUEST`, for authority-form targets, fragments and other nonsense
 */
export function parseTarget(target: string): Target {
  let rest = target
  let authority: string | null = null
  const first = target.charCodeAt(0)
  if (first !== 0x2f) {
    if (target === '*') return { rawPath: '*', queryString: '', authority }
    const absolute = ABSOLUTE.exec(target)
    if (absolute === null) throw badTarget('It is neither a path nor an absolute URL.')
    authority = absolute[1] ?? ''
    rest = target.slice(absolute[0].length)
    if (!rest.startsWith('/')) rest = `/${rest}`
  }
  if (rest.includes('#')) throw badTarget('It has a fragment.')
  const question = rest.indexOf('?')
  const path = question < 0 ? rest : rest.slice(0, question)
  return { rawPath: normalPath(path), queryString: question < 0 ? '' : rest.slice(question + 1), authority }
}

/**
 * Decodes a path.
 *
 * @param rawPath still percent-encoded
 * @throws {BadRequest} 400, `ERR_HTTP_BAD_REQUEST`, if its escapes are broken or form no UTF-8
 */
export function decodePath(rawPath: string): string {
  if (!rawPath.includes('%')) return rawPath
  try {
    return decodeURIComponent(rawPath)
  } catch {
    throw badTarget('Its percent-escapes are no UTF-8.')
  }
}

function normalPath(path: string): string {
  let start = 0
  while (path.charCodeAt(start + 1) === 0x2f && path.charCodeAt(start) === 0x2f) start++
  const trimmed = start === 0 ? path : path.slice(start)
  if (!UNSAFE_IN_PATH.test(trimmed)) return trimmed
  return trimmed.replace(new RegExp(UNSAFE_IN_PATH, 'g'), (char) => encodeURIComponent(char))
}

function badTarget(reason: string): BadRequest {
  return new BadRequest(null, { details: { reason: `The request target is malformed. ${reason}` } })
}
