/**
 * Permission for scripts of other origins to read answers.
 *
 * Threat: a page elsewhere reads what this site tells its visitor.
 * Construction: without a policy no answer carries a permission, and browsers keep it from other origins. A policy names
 * the origins; the one that asks is compared letter by letter and only then repeated. Answers that depend on the origin
 * say so in `Vary`. `null`, wildcards and patterns are never allowed. A preflight gets its permissions only if method and
 * headers are all on the list.
 * Defaults: nobody. When not to change: `credentials` lets the origin act as the visitor; CSRF stays as it is.
 */
import { resolveSettings, type SettingsOptions } from '@dewar/base'
import type { Headers } from '@dewar/http'
import { corsDefaults } from './defaults.ts'
import { badCorsName, badCorsOrigin, openCorsCredentials } from './errors.ts'
import { parseTrustedOrigins } from './origin.ts'

/** Options of {@link createCors}. */
export type CorsOptions = SettingsOptions<typeof corsDefaults>

/** The headers to add to an answer. */
export interface CorsAnswer {
  /** Whether the origin may read the answer. */
  readonly allowed: boolean
  /** Names and values, to be added; `Vary` among them. */
  readonly fields: readonly (readonly [string, string])[]
}

/** A policy, ready for use. */
export interface Cors {
  /** The origins that may read; `*` for all. */
  readonly origins: readonly string[]
  /** The headers for the answer to a request that is no preflight. */
  answer(headers: Headers): CorsAnswer
  /** The headers for the answer to a preflight, or `null` if the request is none. The answer has no body: 204. */
  preflight(method: string, headers: Headers): CorsAnswer | null
}

/**
 * Makes a CORS policy.
 *
 * @param options who may read what
 * @throws {DewarError} `ERR_SECURITY_CORS_ORIGIN`, `ERR_SECURITY_CORS_NAME`, `ERR_SECURITY_CORS_CREDENTIALS`,
 *   `ERR_SECURITY_OPTION`
 * @see Fetch standard §3.3; Flask-CORS
 */
export function createCors(options: CorsOptions = {}): Cors {
  const policy = resolveSettings('security', corsDefaults, options)
  const origins = new Set(policy.origins.flatMap(parseOrigin))
  const methods = new Set(policy.methods.map(checkName))
  const allowHeaders = new Set(policy.headers.map((name) => checkName(name).toLowerCase()))
  const exposed = policy.exposeHeaders.map(checkName).join(', ')
  if (policy.unsafeAnyOrigin && policy.credentials) throw openCorsCredentials()

  const permit = (origin: string | null): CorsAnswer => {
    const vary = ['Vary', 'Origin'] as const
    if (policy.unsafeAnyOrigin) return { allowed: true, fields: [['Access-Control-Allow-Origin', '*']] }
    if (origin === null || !origins.has(origin)) return { allowed: false, fields: [vary] }
    const fields: (readonly [string, string])[] = [vary, ['Access-Control-Allow-Origin', origin]]
    if (policy.credentials) fields.push(['Access-Control-Allow-Credentials', 'true'])
    return { allowed: true, fields }
  }

  return {
    origins: policy.unsafeAnyOrigin ? ['*'] : [...origins],
    answer: (headers) => {
      const { allowed, fields } = permit(headers.get('origin'))
      if (!allowed || exposed === '') return { allowed, fields }
      return { allowed, fields: [...fields, ['Access-Control-Expose-Headers', exposed]] }
    },
    preflight: (method, headers) => {
      const wanted = headers.get('access-control-request-method')
      const origin = headers.get('origin')
      if (method !== 'OPTIONS' || wanted === null || origin === null) return null
      const { allowed, fields } = permit(origin)
      const names = requestedHeaders(headers)
      if (!allowed || !methods.has(wanted) || !names.every((name) => allowHeaders.has(name))) {
        return { allowed: false, fields: [['Vary', 'Origin']] }
      }
      return { allowed, fields: [...fields, ...preflightFields(wanted, names, policy.maxAge)] }
    },
  }
}

function preflightFields(
  method: string,
  names: readonly string[],
  maxAge: number,
): readonly (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [
    ['Vary', 'Access-Control-Request-Method, Access-Control-Request-Headers'],
    ['Access-Control-Allow-Methods', method],
    ['Access-Control-Max-Age', String(maxAge)],
  ]
  if (names.length > 0) fields.push(['Access-Control-Allow-Headers', names.join(', ')])
  return fields
}

function requestedHeaders(headers: Headers): readonly string[] {
  const text = headers.getJoined('access-control-request-headers', ',') ?? ''
  return text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

function parseOrigin(origin: string): readonly string[] {
  try {
    return parseTrustedOrigins([origin])
  } catch {
    throw badCorsOrigin(origin)
  }
}

/** RFC 9110 §5.6.2: a token, and here no asterisk either. */
function checkName(name: string): string {
  if (!/^[\w!#$%&'+.^`|~-]+$/.test(name)) throw badCorsName(name)
  return name
}
