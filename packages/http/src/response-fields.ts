/**
 * The headers of a response as properties with types: one row for each header, read when asked for and written when set.
 */
import { DewarError } from '@dewar/base'
import { ResponseCacheControl } from './cache-control.ts'
import { type ContentRangeFields, contentRangeHeader, parseContentRange } from './content-range.ts'
import { httpDate, parseAge, parseHttpDate, serializeAge } from './dates.ts'
import { HeaderSet } from './header-set.ts'
import type { Headers } from './headers.ts'
import { iriToUri } from './iri.ts'
import { parseWwwAuthenticate, type WwwAuthenticate } from './www-authenticate.ts'

/** With whom a page shares its browsing context group. @see HTML §7.1.3 */
export type OpenerPolicy =
  | 'unsafe-none'
  | 'same-origin-allow-popups'
  | 'same-origin'
  | 'noopener-allow-popups'

/** Which resources of other sites a page may embed. @see HTML §7.1.4 */
export type EmbedderPolicy = 'unsafe-none' | 'require-corp' | 'credentialless'

/** A value that writes itself, such as a policy or a challenge. */
export interface HeaderText {
  /** The header's value. */
  toString(): string
}

/**
 * The header properties of a response. `null` stands for a header that is absent, and setting it removes the header;
 * sets and cache control are views: changes to them are written to the headers.
 *
 * @throws {DewarError} where a value has no form in its header: `ERR_HTTP_HEADER_VALUE`, `ERR_HTTP_DATE`,
 *   `ERR_HTTP_AGE`, `ERR_HTTP_URL`, `ERR_HTTP_POLICY`
 */
export interface ResponseFields {
  /** The announced length in bytes. The server sets it for bodies that do not stream. */
  contentLength: number | null
  /** The coding of the body, such as `gzip`. */
  contentEncoding: string | null
  /** Where this very content can be had. Non-ASCII is percent-encoded. */
  contentLocation: string | null
  /** Where to go. Non-ASCII is percent-encoded. */
  location: string | null
  /** The units in which parts can be asked for. */
  acceptRanges: string | null
  /** How long the response has lain in caches, in seconds. */
  age: number | null
  /** When the response was made. */
  get date(): Date | null
  /** A date, or seconds since 1970. */
  set date(value: Date | number | null)
  /** Until when caches may use it. */
  get expires(): Date | null
  /** A date, or seconds since 1970. */
  set expires(value: Date | number | null)
  /** When the content changed last. */
  get lastModified(): Date | null
  /** A date, or seconds since 1970. */
  set lastModified(value: Date | number | null)
  /** When to come back: seconds, or a moment. */
  retryAfter: number | Date | null
  /** The request headers that this response depends on. */
  get vary(): HeaderSet
  /** The words that take the place of those that are there. */
  set vary(items: Iterable<string> | null)
  /** The methods that the address takes. */
  get allow(): HeaderSet
  /** The words that take the place of those that are there. */
  set allow(items: Iterable<string> | null)
  /** The languages of the body. */
  get contentLanguage(): HeaderSet
  /** The words that take the place of those that are there. */
  set contentLanguage(items: Iterable<string> | null)
  /** What caches may do. */
  readonly cacheControl: ResponseCacheControl
  /** Which part of the whole this is. */
  contentRange: ContentRangeFields | null
  /** How to authenticate: one challenge for each scheme offered. */
  get wwwAuthenticate(): readonly WwwAuthenticate[]
  /** The challenges that take the place of those that are there. */
  set wwwAuthenticate(challenges: readonly HeaderText[])
  /** What the page may load and do. `@dewar/security` has a class that checks policies. */
  get contentSecurityPolicy(): string | null
  /** The policy as text, or as a value that writes itself. */
  set contentSecurityPolicy(policy: string | HeaderText | null)
  /** A policy whose breaches are reported, not prevented. */
  get contentSecurityPolicyReportOnly(): string | null
  /** The policy as text, or as a value that writes itself. */
  set contentSecurityPolicyReportOnly(policy: string | HeaderText | null)
  /** With whom the page shares its browsing context group; `unsafe-none` if the header is absent or malformed. */
  get crossOriginOpenerPolicy(): OpenerPolicy
  /** The policy; `null` removes the header. */
  set crossOriginOpenerPolicy(policy: OpenerPolicy | null)
  /** What the page may embed; `unsafe-none` if the header is absent or malformed. */
  get crossOriginEmbedderPolicy(): EmbedderPolicy
  /** The policy; `null` removes the header. */
  set crossOriginEmbedderPolicy(policy: EmbedderPolicy | null)
  /** May pages of the allowed origin send cookies, and read the answer? */
  accessControlAllowCredentials: boolean
  /** The origin whose pages may read the answer, or `*`. */
  accessControlAllowOrigin: string | null
  /** The request headers that such pages may set. */
  get accessControlAllowHeaders(): HeaderSet
  /** The words that take the place of those that are there. */
  set accessControlAllowHeaders(items: Iterable<string> | null)
  /** The methods that such pages may use. */
  get accessControlAllowMethods(): HeaderSet
  /** The words that take the place of those that are there. */
  set accessControlAllowMethods(items: Iterable<string> | null)
  /** The headers of the answer that such pages may read. */
  get accessControlExposeHeaders(): HeaderSet
  /** The words that take the place of those that are there. */
  set accessControlExposeHeaders(items: Iterable<string> | null)
  /** For how many seconds browsers may keep the answer to a preflight. */
  accessControlMaxAge: number | null
}

/** How one property is read from the headers and written to them. */
interface Field<T> {
  readonly read: (headers: Headers) => T
  readonly write?: (headers: Headers, value: never) => void
}

const OPENER_POLICIES: readonly OpenerPolicy[] = [
  'unsafe-none',
  'same-origin-allow-popups',
  'same-origin',
  'noopener-allow-popups',
]
const EMBEDDER_POLICIES: readonly EmbedderPolicy[] = ['unsafe-none', 'require-corp', 'credentialless']

const fields: { readonly [Name in keyof ResponseFields]: Field<ResponseFields[Name]> } = {
  contentLength: seconds('Content-Length', String),
  contentEncoding: text('Content-Encoding'),
  contentLocation: text('Content-Location', uriOf),
  location: text('Location', uriOf),
  acceptRanges: text('Accept-Ranges'),
  age: seconds('Age', serializeAge),
  date: moment('Date'),
  expires: moment('Expires'),
  lastModified: moment('Last-Modified'),
  retryAfter: {
    read: (headers) => {
      const value = headers.get('Retry-After')
      return parseAge(value) ?? parseHttpDate(value)
    },
    write: (headers, value: number | Date | null) =>
      put(headers, 'Retry-After', value instanceof Date ? httpDate(value) : value && serializeAge(value)),
  },
  vary: words('Vary'),
  allow: words('Allow'),
  contentLanguage: words('Content-Language'),
  cacheControl: {
    read: (headers) =>
      ResponseCacheControl.parse(headers.getJoined('Cache-Control'), (control) =>
        put(headers, 'Cache-Control', control.toString() || null),
      ),
  },
  contentRange: {
    read: (headers) => parseContentRange(headers.get('Content-Range')),
    write: (headers, value: ContentRangeFields | null) =>
      put(
        headers,
        'Content-Range',
        value && contentRangeHeader(value.units, value.start, value.stop, value.length),
      ),
  },
  wwwAuthenticate: {
    read: (headers) =>
      headers
        .getAll('WWW-Authenticate')
        .map(parseWwwAuthenticate)
        .filter((challenge) => challenge !== null),
    write: (headers, challenges: readonly HeaderText[]) =>
      headers.setAll('WWW-Authenticate', challenges.map(String)),
  },
  contentSecurityPolicy: text('Content-Security-Policy'),
  contentSecurityPolicyReportOnly: text('Content-Security-Policy-Report-Only'),
  crossOriginOpenerPolicy: policy('Cross-Origin-Opener-Policy', OPENER_POLICIES, 'unsafe-none'),
  crossOriginEmbedderPolicy: policy('Cross-Origin-Embedder-Policy', EMBEDDER_POLICIES, 'unsafe-none'),
  accessControlAllowCredentials: {
    read: (headers) => headers.get('Access-Control-Allow-Credentials') === 'true',
    write: (headers, value: boolean) =>
      put(headers, 'Access-Control-Allow-Credentials', value ? 'true' : null),
  },
  accessControlAllowOrigin: text('Access-Control-Allow-Origin'),
  accessControlAllowHeaders: words('Access-Control-Allow-Headers'),
  accessControlAllowMethods: words('Access-Control-Allow-Methods'),
  accessControlExposeHeaders: words('Access-Control-Expose-Headers'),
  accessControlMaxAge: seconds('Access-Control-Max-Age', serializeAge),
}

/**
 * Gives a class the header properties. Whoever extends {@link ResponseFields} calls this once.
 *
 * @param prototype of a class whose instances have `headers`
 */
export function defineResponseFields(prototype: { readonly headers: Headers }): void {
  for (const [name, { read, write }] of Object.entries(fields) as [string, Field<unknown>][]) {
    const descriptor: PropertyDescriptor & ThisType<{ readonly headers: Headers }> = {
      configurable: true,
      get() {
        return read(this.headers)
      },
    }
    if (write !== undefined) {
      descriptor.set = function (this: { readonly headers: Headers }, value: unknown) {
        write(this.headers, value as never)
      }
    }
    Object.defineProperty(prototype, name, descriptor)
  }
}

/**
 * A header that is a list of words, as a set that writes its changes.
 *
 * @param headers where it stands
 * @param name of the header
 */
export function headerSetOf(headers: Headers, name: string): HeaderSet {
  return HeaderSet.parse(headers.getJoined(name), (set) => put(headers, name, set.toString() || null))
}

function put(headers: Headers, name: string, value: string | number | null): void {
  if (value === null) headers.delete(name)
  else headers.set(name, value)
}

function text(name: string, write: (value: string) => string = String): Field<string | null> {
  return {
    read: (headers) => headers.get(name),
    write: (headers, value: string | HeaderText | null) =>
      put(headers, name, value === null ? null : write(String(value))),
  }
}

function seconds(name: string, write: (value: number) => string): Field<number | null> {
  return {
    read: (headers) => parseAge(headers.get(name)),
    write: (headers, value: number | null) => put(headers, name, value === null ? null : write(value)),
  }
}

function moment(name: string): Field<Date | null> {
  return {
    read: (headers) => parseHttpDate(headers.get(name)),
    write: (headers, value: Date | number | null) =>
      put(headers, name, value === null ? null : httpDate(value)),
  }
}

function words(name: string): Field<HeaderSet> {
  return {
    read: (headers) => headerSetOf(headers, name),
    write: (headers, items: Iterable<string> | null) =>
      put(headers, name, new HeaderSet(items ?? []).toString() || null),
  }
}

function policy<T extends string>(name: string, choices: readonly T[], otherwise: T): Field<T> {
  return {
    read: (headers) => choices.find((choice) => choice === headers.get(name)) ?? otherwise,
    write: (headers, value: T | null) => {
      if (value !== null && !choices.includes(value)) {
        throw new DewarError('ERR_HTTP_POLICY', `${name} has no value ${JSON.stringify(value)}.`, {
          fix: `Use one of: ${choices.join(', ')}.`,
        })
      }
      put(headers, name, value)
    },
  }
}

/** Line breaks are not mended but left for the headers to refuse. */
function uriOf(location: string): string {
  return /[\x00-\x1f]/.test(location) ? location : iriToUri(location)
}
