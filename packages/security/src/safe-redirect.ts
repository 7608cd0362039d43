/**
 * Redirect targets that came from outside.
 *
 * Threat: `?next=` leads the visitor from this site's login page to a copy of it elsewhere, or into `javascript:`.
 * Construction: a target passes if it stays on this host by its text and by the URL standard's reading of it. Text:
 * no control characters, no backslashes, no blanks at the ends, no two slashes at the start, encoded or not, nothing
 * that looks like a scheme. Reading: resolved against this site, the origin does not change. Characters outside ASCII
 * are percent-encoded, so that the result fits into a header.
 * Defaults: targets on other hosts are refused. When not to change: name foreign hosts in `allowedHosts`;
 * `unsafeExternal` is for targets that never came from a request.
 */
import { redirectDefaults } from './defaults.ts'
import { badRedirect } from './errors.ts'
import { parseHost } from './host.ts'

/** Options of {@link safeRedirect}. */
export interface SafeRedirectOptions {
  /** This site's host, checked, with its port. */
  readonly host: string
  /** Where to go when the target is missing or leads elsewhere; without it, that is an error. */
  readonly fallback?: string | undefined
  /** Foreign hosts that may be led to, with ports where they are not the scheme's. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Leads anywhere on the web. Only for targets that no visitor can choose. */
  readonly unsafeExternal?: boolean | undefined
}

/**
 * Gives a redirect target that stays on this site.
 *
 * @param target the target as received: a path, a relative reference, or an absolute URL of this host
 * @param options this site's host, and what to do about other targets
 * @returns the target, unchanged but for characters outside ASCII, or the fallback
 * @throws {BadRedirectError} 400 `ERR_SECURITY_REDIRECT` if it is missing or leads elsewhere and there is no fallback
 * @see Django: `url_has_allowed_host_and_scheme`; OWASP: Unvalidated Redirects and Forwards
 */
export function safeRedirect(target: string | null | undefined, options: SafeRedirectOptions): string {
  if (target !== null && target !== undefined && isSafeRedirect(target, options)) return toAscii(target)
  if (options.fallback !== undefined) return toAscii(options.fallback)
  throw badRedirect(target ?? null)
}

/**
 * Says whether a redirect target stays where the options allow.
 *
 * @param target the target as received
 * @param options as for {@link safeRedirect}
 */
export function isSafeRedirect(target: string, options: SafeRedirectOptions): boolean {
  if (target.length > redirectDefaults.redirectMaxLength.value || hasTrick(target)) return false
  if (/^https?:\/\/[^/]/i.test(target)) return isAllowedUrl(target, options)
  return isLocal(target)
}

/** What browsers drop, turn into something else, or read in several ways. */
function hasTrick(target: string): boolean {
  return /[\x00-\x1f\x7f-\x9f\\\u2028\u2029]|^[\s\ufeff]|[\s\ufeff]$/.test(target)
}

const slashes = /^(?:\/|%2f|%5c)(?:\/|%2f|%5c)/i

function isLocal(target: string): boolean {
  if (target === '' || slashes.test(target)) return false
  // Whatever has a colon before its first slash, question or number sign may be read as a scheme.
  if (/^[^/?#]*(?::|%3a)/i.test(target)) return false
  const base = 'http://site.invalid/'
  const resolved = URL.parse(target, base)
  return resolved !== null && resolved.origin === 'http://site.invalid' && !slashes.test(resolved.pathname)
}

function isAllowedUrl(target: string, options: SafeRedirectOptions): boolean {
  const url = URL.parse(target)
  // The authority is compared as written too: userinfo, blanks and percent-encoded names have no place in it.
  const authority = /^https?:\/\/([^/?#]*)/i.exec(target)?.[1] ?? ''
  const written = parseHost(authority)
  if (url === null || written === null || written.name !== url.hostname || slashes.test(url.pathname))
    return false
  if (options.unsafeExternal === true) return true
  return [options.host, ...(options.allowedHosts ?? [])].some((host) => isSameHost(url, host))
}

function isSameHost(url: URL, host: string): boolean {
  return parseHost(host) !== null && URL.parse(`${url.protocol}//${host}`)?.host === url.host
}

function toAscii(target: string): string {
  return /^[\x21-\x7e]*$/.test(target)
    ? target
    : target.toWellFormed().replace(/[^\x21-\x7e]+/gu, encodeURIComponent)
}
