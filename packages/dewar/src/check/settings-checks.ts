/** What the settings give away: modes, keys, hosts, sessions and headers. */
import { DewarError, Secret } from '@dewar/base'
import type { TrustProxyOptions } from '@dewar/security'
import { checkKey } from '@dewar/signing'
import type { AppConfig } from '../config.ts'
import { defaults } from '../defaults.ts'
import { type Finding, finding, type Subject } from './finding.ts'

/** Looks at the settings in force. */
export function* checkSettings({ app, deploy }: Subject): Iterable<Finding> {
  if (app === null) return
  const { config } = app
  yield* modes(config, deploy)
  yield* keys(config, deploy)
  yield* hosts(config)
  yield* sessions(config)
  yield* csrf(config)
}

/** While developing, debug mode is where it belongs: it is said, and fails nothing. */
function* modes(config: AppConfig, deploy: boolean): Iterable<Finding> {
  const severity = deploy ? undefined : 'note'
  if (config.DEBUG) yield finding('debug-on', 'DEBUG is on.', { severity })
  if (config.TESTING) yield finding('testing-on', 'TESTING is on.', { severity })
  if (config.PROPAGATE_EXCEPTIONS === true)
    yield finding('exceptions-propagate', 'PROPAGATE_EXCEPTIONS is true.')
  if (config.TRAP_HTTP_EXCEPTIONS) yield finding('exceptions-propagate', 'TRAP_HTTP_EXCEPTIONS is true.')
  if (config.TRAP_BAD_REQUEST_ERRORS === true)
    yield finding('bad-requests-explained', 'TRAP_BAD_REQUEST_ERRORS is true.')
}

function* keys(config: AppConfig, deploy: boolean): Iterable<Finding> {
  const key = config.SECRET_KEY
  if (key === null) {
    // Debug mode does without: a key of its own would only be one more to lose.
    yield finding(
      'key-missing',
      'SECRET_KEY is not set.',
      config.DEBUG && !deploy ? { severity: 'note' } : {},
    )
  } else {
    const reason = weakness(key)
    if (reason !== null) yield finding('key-weak', `SECRET_KEY: ${reason}`)
  }
  for (const [index, fallback] of config.SECRET_KEY_FALLBACKS.entries()) {
    const reason = weakness(fallback)
    if (reason !== null) yield finding('key-fallback-weak', `SECRET_KEY_FALLBACKS[${index}]: ${reason}`)
  }
}

function weakness(key: string | Secret): string | null {
  try {
    checkKey(key instanceof Secret ? key : new Secret(key))
    return null
  } catch (error) {
    if (error instanceof DewarError) return error.message
    throw error
  }
}

function* hosts(config: AppConfig): Iterable<Finding> {
  const trusted = config.TRUSTED_HOSTS
  if (trusted === null || trusted.length === 0)
    yield finding('hosts-missing', 'TRUSTED_HOSTS is not set: every host is answered for.')
  for (const host of trusted ?? []) {
    if (isWide(host)) yield finding('hosts-wide', `TRUSTED_HOSTS trusts everything below '${host}'.`)
  }
  const proxy = config.TRUSTED_PROXY as TrustProxyOptions | null
  if (proxy !== null) yield* trustedProxy(proxy)
  if (config.PREFERRED_URL_SCHEME === 'http')
    yield finding('url-scheme-http', "PREFERRED_URL_SCHEME is 'http'.")
}

/** Names below which anybody can have a host. */
function isWide(host: string): boolean {
  const labels = host.split('.').filter((label) => label !== '')
  return (
    host.startsWith('.') &&
    (labels.length < 2 || defaults.checkSharedDomains.value.includes(labels.join('.')))
  )
}

function* trustedProxy(proxy: TrustProxyOptions): Iterable<Finding> {
  const ranges = proxy.from ?? null
  if (ranges === null) yield finding('proxy-anywhere', 'TRUSTED_PROXY has no `from`.')
  for (const range of ranges ?? []) {
    const bits = Number(/\/(\d+)$/.exec(range)?.[1] ?? 32)
    if (bits < defaults.checkWidestProxyRange.value)
      yield finding('proxy-wide', `TRUSTED_PROXY trusts ${range}.`)
  }
}

function* sessions(config: AppConfig): Iterable<Finding> {
  if (!config.SESSION_COOKIE_SECURE)
    yield finding('session-cookie-insecure', 'SESSION_COOKIE_SECURE is false.')
  if (!config.SESSION_COOKIE_HTTPONLY)
    yield finding('session-cookie-script', 'SESSION_COOKIE_HTTPONLY is false.')
  const { SESSION_COOKIE_SAMESITE: sameSite, SESSION_COOKIE_DOMAIN: domain } = config
  if (sameSite === null || sameSite === 'None')
    yield finding('session-cookie-samesite', `SESSION_COOKIE_SAMESITE is ${sameSite ?? 'not set'}.`)
  if (domain !== null) yield finding('session-cookie-domain', `SESSION_COOKIE_DOMAIN is '${domain}'.`)
  if (config.SESSION_COOKIE_PATH !== '/')
    yield finding('session-cookie-path', `SESSION_COOKIE_PATH is '${config.SESSION_COOKIE_PATH}'.`)
  const lifetime = config.PERMANENT_SESSION_LIFETIME
  if (lifetime > defaults.checkLongestSession.value)
    yield finding('session-lifetime', `PERMANENT_SESSION_LIFETIME is ${Math.round(lifetime / 86_400)} days.`)
  if (config.SESSION_IDLE_TIMEOUT === null) yield finding('session-idle', 'SESSION_IDLE_TIMEOUT is null.')
}

function* csrf(config: AppConfig): Iterable<Finding> {
  if (config.CSRF_SSL_STRICT === false) yield finding('csrf-lax-https', 'CSRF_SSL_STRICT is false.')
  for (const origin of config.CSRF_TRUSTED_ORIGINS) {
    if (
      origin.startsWith('http://') &&
      !/^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(origin)
    )
      yield finding('csrf-origin-http', `CSRF_TRUSTED_ORIGINS trusts ${origin}.`)
  }
}
