/**
 * The rules of MDN's HTTP Observatory, as its page on tests and scoring states them: ten tests, each worth points more
 * or less, from a hundred. Points above count only for sites that have at least ninety without them.
 *
 * @see https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
 */

/** What a scan sees. */
export interface Scan {
  /** The page over https. */
  readonly headers: Headers
  readonly cookies: readonly string[]
  readonly html: string
  /** The answer to the same page over http: its status and `Location`. */
  readonly overHttp: { readonly status: number; readonly location: string | null }
  /** What a request with a foreign `Origin` gets. */
  readonly crossOrigin: Headers
}

/** What a scan is worth. */
export interface Score {
  readonly points: Readonly<Record<string, number>>
  readonly score: number
  readonly grade: string
}

/** Scores a scan. */
export function score(scan: Scan): Score {
  const points = {
    csp: scoreCsp(scan.headers.get('content-security-policy')),
    cookies: scoreCookies(scan.cookies),
    cors: scoreCors(scan.crossOrigin),
    redirection: scoreRedirection(scan.overHttp),
    referrerPolicy: scoreReferrer(scan.headers.get('referrer-policy')),
    hsts: scoreHsts(scan.headers.get('strict-transport-security')),
    sri: scoreScripts(scan.html),
    contentTypeOptions: scan.headers.get('x-content-type-options') === 'nosniff' ? 0 : -5,
    frameOptions: scoreFraming(scan.headers),
    resourcePolicy: scoreResourcePolicy(scan.headers.get('cross-origin-resource-policy')),
  }
  const all = Object.values(points)
  const base = 100 + all.filter((value) => value < 0).reduce((sum, value) => sum + value, 0)
  const bonus = all.filter((value) => value > 0).reduce((sum, value) => sum + value, 0)
  const total = Math.max(0, base >= 90 ? base + bonus : base)
  return { points, score: total, grade: gradeOf(total) }
}

const grades: readonly (readonly [number, string])[] = [
  [100, 'A+'],
  [90, 'A'],
  [85, 'A-'],
  [80, 'B+'],
  [70, 'B'],
  [65, 'B-'],
  [60, 'C+'],
  [50, 'C'],
  [45, 'C-'],
  [40, 'D+'],
  [30, 'D'],
  [25, 'D-'],
]

function gradeOf(total: number): string {
  return grades.find(([least]) => total >= least)?.[1] ?? 'F'
}

const broad = /^(?:ftp:|https?:|\*|https?:\/\/\*(?:\.\*)?)$/

function scoreCsp(text: string | null): number {
  if (text === null) return -25
  const policy = new Map<string, string[]>()
  for (const part of text.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/)
    if (name !== '' && !policy.has(name.toLowerCase())) policy.set(name.toLowerCase(), sources)
  }
  const sourcesOf = (name: string) => withNonces(policy.get(name) ?? policy.get('default-src') ?? ['*'])
  const [script, style, object] = [sourcesOf('script-src'), sourcesOf('style-src'), sourcesOf('object-src')]
  const isUnsafe = (source: string) =>
    broad.test(source) || source === "'unsafe-inline'" || source === 'data:'
  const passive = [...sourcesOf('img-src'), ...sourcesOf('media-src')]
  const active = [...policy]
    .filter(([name]) => name !== 'img-src' && name !== 'media-src')
    .flatMap(([, s]) => s)
  if (script.some(isUnsafe) || object.some((source) => broad.test(source))) return -20
  if (active.some((source) => /^(?:http|ftp):/.test(source))) return -20
  if ([...script, ...style].includes("'unsafe-eval'")) return -10
  if (passive.some((source) => /^(?:http|ftp):/.test(source))) return -10
  if (style.some(isUnsafe)) return 0
  return policy.get('default-src')?.join() === "'none'" ? 10 : 5
}

/** Browsers that know nonces and hashes ignore `'unsafe-inline'` beside them. */
function withNonces(sources: readonly string[]): readonly string[] {
  const hasNonce = sources.some((source) => /^'(?:nonce|sha256|sha384|sha512)-/.test(source))
  return hasNonce ? sources.filter((source) => source !== "'unsafe-inline'") : sources
}

function scoreCookies(cookies: readonly string[]): number {
  if (cookies.length === 0) return 0
  const has = (cookie: string, attribute: RegExp) =>
    cookie
      .split(';')
      .slice(1)
      .some((part) => attribute.test(part.trim()))
  if (!cookies.every((cookie) => has(cookie, /^secure$/i))) return -40
  if (!cookies.every((cookie) => has(cookie, /^httponly$/i))) return -30
  return cookies.every((cookie) => has(cookie, /^samesite=(?:lax|strict)$/i)) ? 5 : 0
}

function scoreCors(headers: Headers): number {
  const isOpen = headers.get('access-control-allow-origin') !== null
  return isOpen && headers.get('access-control-allow-credentials') === 'true' ? -50 : 0
}

function scoreRedirection({ status, location }: Scan['overHttp']): number {
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return -20
  return location.startsWith('https://') ? 0 : -10
}

function scoreReferrer(policy: string | null): number {
  if (policy === null) return 0
  return /^(?:no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin)$/.test(policy) ? 5 : -5
}

function scoreHsts(text: string | null): number {
  const seconds = Number(/^max-age=(\d+)/.exec(text ?? '')?.[1] ?? Number.NaN)
  if (Number.isNaN(seconds)) return -20
  return seconds >= 15_768_000 ? 0 : -10
}

function scoreScripts(html: string): number {
  const sources = [...html.matchAll(/<script[^>]*\ssrc="([^"]*)"/g)].map(([, source = '']) => source)
  if (sources.some((source) => /^(?:http:)?\/\//.test(source))) return -50
  return sources.some((source) => source.startsWith('https://')) && !html.includes(' integrity="') ? -5 : 0
}

function scoreFraming(headers: Headers): number {
  if (/frame-ancestors '(?:none|self)'/.test(headers.get('content-security-policy') ?? '')) return 5
  return /^(?:DENY|SAMEORIGIN)$/i.test(headers.get('x-frame-options') ?? '') ? 0 : -20
}

function scoreResourcePolicy(policy: string | null): number {
  if (policy === null || policy === 'cross-origin') return 0
  return policy === 'same-origin' || policy === 'same-site' ? 10 : -5
}
