/** The area `cookies`: `Cookie` and `Set-Cookie`. */
import { type CookieOptions, parseCookie, type SameSite, serializeCookie } from '@dewar/http'
import type { Adapter } from '../adapter.ts'

interface DumpInput {
  readonly key: string
  readonly value: string
  readonly now: number
  readonly max_age?: number
  readonly expires?: number | string
  readonly path?: string | null
  readonly domain?: string
  readonly secure?: boolean
  readonly httponly?: boolean
  readonly samesite?: string
  readonly partitioned?: boolean
  readonly sync_expires?: boolean
}

/** Dewar's cookies are safe by default; the original's are bare. */
function options(input: DumpInput): CookieOptions {
  return {
    maxAge: input.max_age,
    expires: typeof input.expires === 'string' ? new Date(input.expires) : input.expires,
    path: input.path,
    domain: input.domain,
    secure: input.secure ?? false,
    httpOnly: input.httponly ?? false,
    sameSite: (input.samesite ?? null) as SameSite | null,
    partitioned: input.partitioned,
    syncExpires: input.sync_expires,
    now: input.now,
    maxSize: 0,
  }
}

/** Maps the area to `@dewar/http`. */
export const adapter: Adapter = {
  operations: {
    parse_cookie: ({ header }: { header: string }) => [...parseCookie(header, { maxCookies: header.length })],
    dump_cookie: (input: DumpInput) => serializeCookie(input.key, input.value, options(input)),
  },
  kinds: {
    ERR_HTTP_COOKIE_NAME: 'ValueError',
    ERR_HTTP_COOKIE_OPTION: 'ValueError',
    ERR_HTTP_COOKIE_DOMAIN: 'UnicodeError',
    ERR_HTTP_COOKIE_PREFIX: 'ValueError',
    ERR_HTTP_DATE: 'ValueError',
  },
}
