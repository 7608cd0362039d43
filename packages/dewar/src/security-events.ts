/**
 * What a guard wants to know: each refusal, and each change of who somebody is, as a typed event.
 *
 * Every event is published on the diagnostics channel `dewar:security` and is one line in the app's log with the name of
 * the event as `securityEvent`: refusals at level `warn`, the rest at `info`. Events hold no secrets: no token, no
 * password, no cookie, no query.
 */

import { channel } from 'node:diagnostics_channel'
import type { DewarError } from '@dewar/base'
import { systemClock } from '@dewar/base'
import type { HttpError } from '@dewar/http'
import type { SessionRefusal } from '@dewar/sessions'
import type { App } from './app.ts'
import { type Context, currentContext } from './context.ts'
import { defaults } from './defaults.ts'
import { loggablePath } from './request-log.ts'

/**
 * The events and what each tells. Extensions add their own by declaration merging:
 * `declare module 'dewar' { interface SecurityEvents { 'key-revoked': { keyId: string } } }`.
 */
export interface SecurityEvents {
  /** An unsafe request did not prove that it comes from this site. */
  'csrf-refused': { readonly reason: string }
  /** A request for a host that is malformed or not trusted. */
  'host-refused': { readonly host: string | null }
  /** A signed cookie was altered, is from a key nobody has, or is not yet valid. */
  'signature-refused': { readonly what: string; readonly reason: string }
  /** A request that is larger than a limit allows. */
  'limit-hit': { readonly limit: string; readonly maximum: number | null; readonly actual: number | null }
  /** More requests than a route's `limit` allows. */
  'rate-exceeded': { readonly retryAfter: number | null }
  /** A redirect would have left the site. */
  'redirect-refused': { readonly target: string | null }
  /** A text that no header or cookie can carry, such as one with a line break, was to be sent in one. */
  'header-refused': { readonly header: string | null }
  /** A path tried to climb out of a folder. */
  'traversal-refused': Readonly<Record<never, never>>
  /** Somebody without the right to it asked for a route or an object; 404 where its existence is a secret. */
  'access-refused': {
    readonly status: 401 | 403 | 404
    readonly action?: string
    readonly resource?: string
  }
  /** A browser says that a page's Content-Security-Policy has blocked something, or would have: hearsay. */
  'csp-violation': {
    readonly documentUrl: string
    readonly blockedUrl: string
    readonly directive: string
    readonly disposition: string
    readonly sourceFile: string
    readonly line: number
  }
  /** A session cookie came that is no longer good: its time is over, or the store does not know it. */
  'session-expired': { readonly reason: 'expired' | 'idle' | 'unknown' }
  /** A login failed. `account` is what was tried, never the password. */
  'login-failed': { readonly account?: string; readonly reason?: string }
  /** Somebody logged in; `remembered` by a cookie of an earlier login. */
  'login-succeeded': { readonly account?: string; readonly remembered?: boolean }
  /** Somebody logged out. */
  'logged-out': { readonly account?: string }
  /** A password was changed. */
  'password-changed': { readonly account?: string }
  /** Sessions were ended before their time: one from a list, or all of an account. */
  'session-ended': { readonly account?: string; readonly reason: string }
  /** A cookie came whose session has ended: a copy, or a page that was left open. */
  'ended-session-used': { readonly account?: string; readonly reason: string }
  /** A session came from another browser or network than it was begun in. */
  'session-protected': { readonly account?: string; readonly mode: string }
  /** A remember-me token came a second time: it was copied. What grew out of it is ended. */
  'remember-token-theft': { readonly account?: string }
}

/** The name of an event. */
export type SecurityEventType = keyof SecurityEvents

/** An event as the channel `dewar:security` gives it. */
export type SecurityEvent<T extends SecurityEventType = SecurityEventType> = {
  [K in T]: {
    readonly type: K
    /** The app's name. */
    readonly app: string
    /** Seconds since the epoch. */
    readonly time: number
    /** The request, or `null` outside of one. */
    readonly request: {
      readonly id: string
      readonly method: string
      readonly path: string
      readonly endpoint: string | null
      readonly remoteAddr: string | null
    } | null
    readonly details: SecurityEvents[K]
  }
}[T]

const events = channel('dewar:security')

/** Nothing was refused: these are told at level `info`. */
const unalarming: ReadonlySet<string> = new Set([
  'login-succeeded',
  'logged-out',
  'password-changed',
  'session-ended',
  'session-expired',
])

/**
 * Tells of an event, in a request or a command: `reportSecurityEvent('login-failed', { account: name })`. Outside of a
 * context there is no app whose log could have it; the channel still does.
 */
export function reportSecurityEvent<T extends SecurityEventType>(type: T, details: SecurityEvents[T]): void {
  const context = currentContext()
  if (context === undefined) publish({ type, app: '', time: systemClock(), request: null, details })
  else report(context.app, context, type, details)
}

/** Tells of the refusal behind an HTTP error, if it is one that a guard wants to know of. @internal */
export function reportRefusal(context: Context, error: HttpError): void {
  const found = refusalOf(context, error)
  if (found !== null) report(context.app, context, found[0], found[1])
}

/** Tells of a value that was to go into a header and cannot. @internal */
export function reportUnsendable(context: Context, { details }: DewarError): void {
  const { header } = details
  report(context.app, context, 'header-refused', { header: typeof header === 'string' ? clip(header) : null })
}

/** Tells of a session cookie that was forged or altered, or that is no longer good. @internal */
export function reportSession(context: Context, { reason }: SessionRefusal): void {
  if (reason === 'expired' || reason === 'idle' || reason === 'unknown') {
    report(context.app, context, 'session-expired', { reason })
    return
  }
  report(context.app, context, 'signature-refused', { what: 'session', reason })
}

type Found = { [K in SecurityEventType]: readonly [K, SecurityEvents[K]] }[SecurityEventType]

function refusalOf(context: Context, error: HttpError): Found | null {
  const { code, details, status } = error
  if (code.startsWith('ERR_SECURITY_CSRF_')) {
    return ['csrf-refused', { reason: code.slice('ERR_SECURITY_CSRF_'.length).toLowerCase() }]
  }
  if (code === 'ERR_HTTP_BAD_HOST')
    return ['host-refused', { host: clip(context.request?.headers.get('Host')) }]
  if (code === 'ERR_SECURITY_REDIRECT')
    return ['redirect-refused', { target: withoutQuery(details['target']) }]
  if (status === 404) return isClimbing(context.request?.target ?? '') ? ['traversal-refused', {}] : null
  if (status === 429) return ['rate-exceeded', { retryAfter: retryAfterOf(error) }]
  if (status === 413 || status === 414 || status === 431 || code.endsWith('_LIMIT')) {
    return ['limit-hit', limitOf(error)]
  }
  // A stranger who is sent to the login page has been refused nothing yet.
  if (status === 403 && context.endpoint !== null) return ['access-refused', { status, ...objectOf(details) }]
  return null
}

/** What a policy says of its refusal. */
function objectOf({ action, resource }: HttpError['details']): { action?: string; resource?: string } {
  return typeof action === 'string' && typeof resource === 'string' ? { action, resource } : {}
}

function limitOf({ code, details, status }: HttpError): SecurityEvents['limit-hit'] {
  const { limit, maximum, actual } = details
  return {
    limit: typeof limit === 'string' ? limit : status === 413 ? 'MAX_CONTENT_LENGTH' : code,
    maximum: typeof maximum === 'number' ? maximum : null,
    actual: typeof actual === 'number' ? actual : null,
  }
}

function retryAfterOf({ headers }: HttpError): number | null {
  const text = headers?.get('Retry-After') ?? ''
  return /^\d+$/.test(text) ? Number(text) : null
}

/** Whether a target has a `..` in it, once or twice encoded, or separators and bytes that no link holds. */
function isClimbing(target: string): boolean {
  const [path = ''] = target.split('?', 1)
  const plain = unescapeOnce(unescapeOnce(path))
  return /(?:^|[/\\])\.\.(?:[/\\]|$)|\\|\0/.test(plain)
}

function unescapeOnce(text: string): string {
  return text.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function report<T extends SecurityEventType>(
  app: App,
  context: Context,
  type: T,
  details: SecurityEvents[T],
): void {
  const { request } = context
  const event = {
    type,
    app: app.name,
    time: app.now(),
    request:
      request === null
        ? null
        : {
            id: request.id,
            method: request.method,
            path: loggablePath(request),
            endpoint: request.endpoint,
            remoteAddr: request.remoteAddr,
          },
    details,
  } as SecurityEvent
  publish(event)
  const line: object = { securityEvent: type, ...placeOf(event.request), ...details }
  const message = `Security: ${type}`
  if (unalarming.has(type)) app.logger.info(line, message)
  else app.logger.warn(line, message)
}

function placeOf(request: SecurityEvent['request']): object {
  if (request === null) return {}
  const { id: requestId, ...place } = request
  return { requestId, ...place }
}

function publish(event: object): void {
  if (events.hasSubscribers) events.publish(Object.freeze(event))
}

function clip(text: unknown): string | null {
  return typeof text === 'string' ? text.slice(0, defaults.eventTextLength.value) : null
}

/** A target's query may hold what the client's page put there. */
function withoutQuery(target: unknown): string | null {
  return typeof target === 'string' ? (clip(target.split(/[?#]/, 1)[0]) ?? null) : null
}
