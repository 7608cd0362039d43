/**
 * The cookie that carries a session: its name, its attributes, and how it is taken back.
 *
 * Threat: the cookie in clear text, read by scripts, sent by other sites, or overwritten from a subdomain.
 * Construction: `__Host-` before the name where `Secure`, `Path=/` and no domain allow it, `__Secure-` where only `Secure` does.
 * Defaults: Secure, HttpOnly, SameSite=Lax, Path=/. `secure: false` is for debugging over plain http on your own machine.
 */
import { cookieValues, httpDate, type SameSite, serializeCookie } from '@dewar/http'
import { wrongOption } from './errors.ts'

/** The settings that make up the cookie. */
export interface CookieSettings {
  readonly cookieName: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: SameSite | null
  readonly path: string
  readonly domain: string | null
  readonly partitioned: boolean
  readonly maxCandidates: number
}

/** A session cookie of fixed attributes. */
export interface SessionCookie {
  /** The name with its prefix. */
  readonly name: string
  /** The values of all cookies of that name in a `Cookie` header, at most `maxCandidates`. */
  read(cookieHeader: string): readonly string[]
  /** A `Set-Cookie` value; `expires` in seconds since the epoch, `null` for the browser's session. */
  write(value: string, expires: number | null): string
  /** The `Set-Cookie` value that deletes the cookie. */
  readonly deletion: string
}

/** Settles name and attributes once. */
export function createSessionCookie(settings: CookieSettings, { prefix = true } = {}): SessionCookie {
  const { cookieName, secure, httpOnly, sameSite, path, domain, partitioned } = settings
  if (cookieName === '') throw wrongOption('The cookie has no name.', "Leave cookieName out for 'session'.")
  if (!path.startsWith('/'))
    throw wrongOption(`Browsers take no notice of Path=${path}.`, 'A path begins with a slash.')
  if (partitioned && !secure)
    throw wrongOption('A partitioned cookie must be secure.', 'Remove secure: false.')
  if (sameSite === 'None' && !secure)
    throw wrongOption('Browsers drop SameSite=None cookies that are not Secure.', 'Remove secure: false.')
  const name = prefix ? prefixedName(settings) : settings.cookieName
  const attributes = { secure, httpOnly, sameSite, path, domain, partitioned, maxSize: 0 }
  const plain = serializeCookie(name, '', attributes)
  const tail = plain.slice(plain.indexOf(';'))
  const domainEnd = /^; Domain=[^;]*/.exec(tail)?.[0].length ?? 0
  return Object.freeze({
    name,
    read: (header: string) => readCookie(header, name, settings.maxCandidates),
    write: (value: string, expires: number | null) =>
      expires === null
        ? `${name}=${value}${tail}`
        : `${name}=${value}${tail.slice(0, domainEnd)}; Expires=${httpDate(expires)}${tail.slice(domainEnd)}`,
    deletion: serializeCookie(name, '', { ...attributes, expires: 0, maxAge: 0 }),
  })
}

function prefixedName({ cookieName, secure, path, domain }: CookieSettings): string {
  if (/^__(host|secure)-/i.test(cookieName) || !secure) return cookieName
  return path === '/' && domain === null ? `__Host-${cookieName}` : `__Secure-${cookieName}`
}

function readCookie(header: string, name: string, maximum: number): readonly string[] {
  const values = cookieValues(header, name)
  return values.length > maximum ? values.slice(0, maximum) : values
}
