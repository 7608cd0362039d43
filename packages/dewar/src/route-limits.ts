/** How often a route may be asked for, and by whom that is counted. */
import { DewarError } from '@dewar/base'
import { TooManyRequests } from '@dewar/http'
import { clientKey, RateLimit, type RateResult, rateLimitHeaders } from '@dewar/security'
import type { App } from './app.ts'
import type { Identity } from './augment.ts'
import { afterThisRequest, type Context } from './context.ts'
import type { AppRequest } from './request.ts'

/** A limit in full; `'5/minute'` stands for `{ rate: '5/minute' }`. */
export interface RouteLimit {
  /** How often: `'5/minute'`, or several that must all hold: `'100/hour; 10/minute'`. */
  readonly rate: string
  /**
   * Whose requests are counted together: those from an `address` (an IPv6 network counts as one), the default, or of a
   * `user` (the property `id` of who is logged in; strangers are counted by address). A function gives a key of its own,
   * or `null` for requests that are not counted.
   */
  readonly by?: 'address' | 'user' | LimitKey | undefined
  /** Routes whose limits have the same name and rate share one count; by default each limit of a route has its own. */
  readonly name?: string | undefined
}

/** Whose a request is, for a limit: any text, or `null` to leave it uncounted. */
export type LimitKey = (request: AppRequest, identity: Identity | null) => string | null

/** What can be said of a route's limits. */
export type RouteLimits = string | RouteLimit | readonly RouteLimit[]

/** A limit, ready to be counted. @internal */
export interface CountedLimit {
  readonly limit: RateLimit
  /** Whether it can be counted before anybody knows who is there, and so before anything else. */
  readonly isEarly: boolean
  readonly keyOf: LimitKey
}

/**
 * Prepares the limits of a route.
 *
 * @throws {DewarError} `ERR_SECURITY_RATE` for a rate that is none, `ERR_DEWAR_LIMIT` for anything else
 * @internal
 */
export function compileLimits(
  app: App,
  endpoint: string,
  limits: RouteLimits | undefined,
): readonly CountedLimit[] {
  if (limits === undefined) return []
  const list = typeof limits === 'string' ? [{ rate: limits }] : Array.isArray(limits) ? limits : [limits]
  return list.map((item: RouteLimit) => {
    checkLimit(endpoint, item)
    const {
      rate,
      by = 'address',
      name = by === 'address' ? endpoint : `${endpoint} by ${by === 'user' ? 'user' : 'key'}`,
    } = item
    const limit = new RateLimit({ name, limit: rate, store: app.store, now: () => app.now() })
    return {
      limit,
      isEarly: by === 'address',
      keyOf: by === 'address' ? byAddress : by === 'user' ? byUser : ownKey(by),
    }
  })
}

const known = ['rate', 'by', 'name']

function checkLimit(endpoint: string, item: RouteLimit): void {
  const problem =
    typeof item !== 'object' || item === null || typeof item.rate !== 'string'
      ? 'has no rate'
      : Object.keys(item).some((name) => !known.includes(name))
        ? `has an unknown option '${Object.keys(item).find((name) => !known.includes(name))}'`
        : item.by !== undefined &&
            item.by !== 'address' &&
            item.by !== 'user' &&
            typeof item.by !== 'function'
          ? `is counted by '${String(item.by)}'`
          : null
  if (problem === null) return
  throw new DewarError('ERR_DEWAR_LIMIT', `The limit of '${endpoint}' ${problem}.`, {
    fix: "Write '5/minute', or { rate: '5/minute', by: 'address' | 'user' | (request, identity) => key, name? }.",
    details: { endpoint },
  })
}

function byAddress({ remoteAddr }: AppRequest): string {
  return clientKey(remoteAddr)
}

function byUser(request: AppRequest, identity: Identity | null): string {
  if (identity === null) return byAddress(request)
  const { id } = identity as { readonly id?: unknown }
  if (typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint') return `user:${id}`
  throw new DewarError('ERR_DEWAR_LIMIT_USER', 'A limit counts by user, and who is logged in has no id.', {
    fix: 'Say how to tell users apart: { rate, by: (request, identity) => identity?.name ?? null }.',
  })
}

/** Keys of the app's own never meet addresses and users. */
function ownKey(by: LimitKey): LimitKey {
  return (request, identity) => {
    const key = by(request, identity)
    return key === null ? null : `own:${key}`
  }
}

/**
 * Counts a request, by address before anybody knows who is there, by the rest after.
 *
 * @throws {TooManyRequests} 429, as a rejection
 * @internal
 */
export function countHits(
  context: Context,
  request: AppRequest,
  isEarly: boolean,
): Promise<void> | undefined {
  const limits = context.endpoint?.limits
  if (limits === undefined || limits.length === 0) return undefined
  const due = limits.filter((limit) => limit.isEarly === isEarly)
  return due.length === 0 ? undefined : countEach(due, context, request)
}

async function countEach(
  limits: readonly CountedLimit[],
  context: Context,
  request: AppRequest,
): Promise<void> {
  for (const { limit, keyOf } of limits) {
    const key = keyOf(request, context.identity)
    if (key !== null) tell(limit, await limit.hit(key))
  }
}

/** The answer says how the client stands, whatever else becomes of it. */
function tell({ name }: RateLimit, result: RateResult): void {
  const fields = rateLimitHeaders(name, result)
  if (!result.allowed) throw new TooManyRequests(null, { retryAfter: result.retryAfter, headers: fields })
  afterThisRequest((response) => response.headers.extend(fields))
}
