/** The headers of a request as properties with types: one row for each header, read when it is asked for. */
import { Accept } from './accept.ts'
import { type Authorization, parseAuthorization } from './authorization.ts'
import { RequestCacheControl } from './cache-control.ts'
import { parseHttpDate } from './dates.ts'
import { Etags } from './etags.ts'
import { HeaderSet } from './header-set.ts'
import type { Headers } from './headers.ts'
import { IfRange, Range } from './range.ts'

/** The header properties of a request. They are what the client says; malformed values read as if they were absent. */
export interface RequestFields {
  /** The coding of the body, such as `gzip`, or `null`. */
  readonly contentEncoding: string | null
  /** The page that led here, or `null`. It is whatever the client says. */
  readonly referrer: string | null
  /** The site that caused the request, or `null`. */
  readonly origin: string | null
  /** What the client calls itself; empty if it does not say. */
  readonly userAgent: string
  /** The credentials, or `null`. */
  readonly authorization: Authorization | null
  /** Which media types the client takes. */
  readonly acceptMimetypes: Accept
  /** Which languages the client takes. */
  readonly acceptLanguages: Accept
  /** Which codings the client takes. */
  readonly acceptEncodings: Accept
  /** What the client asks of caches. */
  readonly cacheControl: RequestCacheControl
  /** The versions one of which the resource must have. */
  readonly ifMatch: Etags
  /** The versions that the client has. */
  readonly ifNoneMatch: Etags
  /** When the client got what it has, or `null`. */
  readonly ifModifiedSince: Date | null
  /** Since when the resource must not have changed, or `null`. */
  readonly ifUnmodifiedSince: Date | null
  /** The version that the wanted part must belong to. */
  readonly ifRange: IfRange
  /** The wanted parts, or `null`. */
  readonly range: Range | null
  /** When the request was made, or `null`. */
  readonly date: Date | null
  /** How many more proxies may pass it on, or `null`. */
  readonly maxForwards: number | null
  /** The directives of `Pragma`. */
  readonly pragma: HeaderSet
  /** The method a preflight asks for, or `null`. */
  readonly accessControlRequestMethod: string | null
  /** The headers a preflight asks for. */
  readonly accessControlRequestHeaders: HeaderSet
  /** How near the page that caused the request is: `same-origin`, `same-site`, `cross-site`, `none`; or `null`. */
  readonly secFetchSite: string | null
  /** How the request came about: `navigate`, `cors` …; or `null`. */
  readonly secFetchMode: string | null
  /** What the answer is for: `document`, `image` …; or `null`. */
  readonly secFetchDest: string | null
  /** Did a person's action cause the navigation? */
  readonly secFetchUser: boolean
}

const fields: { readonly [Name in keyof RequestFields]: (headers: Headers) => RequestFields[Name] } = {
  contentEncoding: (headers) => headers.get('Content-Encoding'),
  referrer: (headers) => headers.get('Referer'),
  origin: (headers) => headers.get('Origin'),
  userAgent: (headers) => headers.get('User-Agent') ?? '',
  authorization: (headers) => parseAuthorization(headers.get('Authorization')),
  acceptMimetypes: (headers) => Accept.mime(headers.getJoined('Accept')),
  acceptLanguages: (headers) => Accept.language(headers.getJoined('Accept-Language')),
  acceptEncodings: (headers) => Accept.encoding(headers.getJoined('Accept-Encoding')),
  cacheControl: (headers) => RequestCacheControl.parse(headers.getJoined('Cache-Control')),
  ifMatch: (headers) => Etags.parse(headers.getJoined('If-Match')),
  ifNoneMatch: (headers) => Etags.parse(headers.getJoined('If-None-Match')),
  ifModifiedSince: (headers) => parseHttpDate(headers.get('If-Modified-Since')),
  ifUnmodifiedSince: (headers) => parseHttpDate(headers.get('If-Unmodified-Since')),
  ifRange: (headers) => IfRange.parse(headers.get('If-Range')),
  range: (headers) => Range.parse(headers.get('Range')),
  date: (headers) => parseHttpDate(headers.get('Date')),
  maxForwards: (headers) => headers.get('Max-Forwards', { type: 'int' }) ?? null,
  pragma: (headers) => HeaderSet.parse(headers.getJoined('Pragma')),
  accessControlRequestMethod: (headers) => headers.get('Access-Control-Request-Method'),
  accessControlRequestHeaders: (headers) =>
    HeaderSet.parse(headers.getJoined('Access-Control-Request-Headers')),
  secFetchSite: (headers) => headers.get('Sec-Fetch-Site'),
  secFetchMode: (headers) => headers.get('Sec-Fetch-Mode'),
  secFetchDest: (headers) => headers.get('Sec-Fetch-Dest'),
  secFetchUser: (headers) => headers.get('Sec-Fetch-User') === '?1',
}

/**
 * Gives a class the header properties. Whoever extends {@link RequestFields} calls this once.
 *
 * @param prototype of a class whose instances have `headers`
 */
export function defineRequestFields(prototype: { readonly headers: Headers }): void {
  for (const [name, read] of Object.entries(fields)) {
    const descriptor: PropertyDescriptor & ThisType<{ readonly headers: Headers }> = {
      configurable: true,
      get() {
        return read(this.headers)
      },
    }
    Object.defineProperty(prototype, name, descriptor)
  }
}
