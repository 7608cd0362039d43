/**
 * The head of a request: what Node's parser lets through and two parties could still read differently is refused here,
 * in one pass over the raw header lines.
 *
 * ```
 * request-target = origin-form / absolute-form / asterisk-form   ; RFC 9112 §3.2
 * origin-form    = absolute-path [ "?" query ]
 * ```
 */
import type { IncomingMessage } from 'node:http'

/** Why a head is refused. */
export interface Refusal {
  readonly status: 400 | 417 | 431 | 501 | 505
  /** One sentence for the log and, since it repeats nothing of the request, for the client. */
  readonly reason: string
}

/** What the server needs to know of a head it accepts. */
export interface RequestHead {
  /** The request-target in origin form, still percent-encoded, or `*`. */
  readonly target: string
  /** Whether a body follows. */
  readonly hasBody: boolean
}

// Visible ASCII but '#': fragments are never sent, and proxies disagree about what to do with them.
const ORIGIN_FORM = /^\/[!"$-~]*$/
const ABSOLUTE_FORM = /^https?:\/\/([^/?#@]+)([/?][!"$-~]*)?$/i

/**
 * Checks a head as Node parsed it.
 *
 * @param request Node's request; its body is not touched
 * @param maxHeaders how many header lines are accepted
 * @returns what to go on with, or why not to
 * @see RFC 9112 §3.2, §6.3, §11.2
 */
export function checkHead(request: IncomingMessage, maxHeaders: number): RequestHead | Refusal {
  // Node's parser takes a line without a version, and HTTP/2.0 written as text.
  const { httpVersionMajor, httpVersionMinor } = request
  if (httpVersionMajor !== 1 || httpVersionMinor > 1) return refusal(505, 'Only HTTP/1.1 is spoken here.')
  const framing = readFraming(request.rawHeaders)
  if (request.rawHeaders.length > maxHeaders * 2) return refusal(431, 'Too many header lines.')
  if (framing.hosts > 1) return refusal(400, 'More than one Host line.')
  if (framing.hosts === 0 && request.httpVersion !== '1.0') return refusal(400, 'No Host line.')
  if (framing.lengths > 1) return refusal(400, 'More than one Content-Length line.')
  // One for a filter in front, the other for the app: what a form is to one is a document to the other.
  if (framing.types > 1) return refusal(400, 'More than one Content-Type line.')
  if (framing.coding !== null) {
    if (framing.lengths > 0) return refusal(400, 'Both Content-Length and Transfer-Encoding.')
    if (request.httpVersion === '1.0') return refusal(400, 'Transfer-Encoding in HTTP/1.0.')
    if (framing.coding !== 'chunked') return refusal(501, 'Only the transfer coding chunked is understood.')
  }
  const target = originForm(request, framing.host)
  if (target === null) return refusal(400, 'Malformed request target.')
  return { target, hasBody: framing.coding !== null || (framing.lengths === 1 && framing.length !== '0') }
}

/** Is the outcome of `checkHead` a refusal? */
export function isRefusal(outcome: RequestHead | Refusal): outcome is Refusal {
  return 'status' in outcome
}

function refusal(status: Refusal['status'], reason: string): Refusal {
  return { status, reason }
}

interface Framing {
  hosts: number
  host: string
  lengths: number
  length: string
  types: number
  coding: string | null
}

/** Lengths of the names are compared first: almost every line is passed over for the price of one number. */
function readFraming(raw: readonly string[]): Framing {
  const framing: Framing = { hosts: 0, host: '', lengths: 0, length: '', types: 0, coding: null }
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string
    if (name.length === 4 && name.toLowerCase() === 'host') {
      framing.hosts++
      framing.host = raw[index + 1] as string
    } else if (name.length === 12 && name.toLowerCase() === 'content-type') {
      framing.types++
    } else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      framing.lengths++
      framing.length = raw[index + 1] as string
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      const coding = (raw[index + 1] as string).toLowerCase()
      framing.coding = framing.coding === null ? coding : `${framing.coding}, ${coding}`
    }
  }
  return framing
}

/** An absolute target is accepted if it names the same host as the Host line: then nobody can be misled by either. */
function originForm(request: IncomingMessage, host: string): string | null {
  const target = request.url ?? ''
  if (ORIGIN_FORM.test(target)) return target
  if (target === '*') return request.method === 'OPTIONS' ? target : null
  const absolute = ABSOLUTE_FORM.exec(target)
  if (absolute?.[1]?.toLowerCase() !== host.toLowerCase()) return null
  const rest = absolute[2] ?? '/'
  return rest.startsWith('?') ? `/${rest}` : rest
}
