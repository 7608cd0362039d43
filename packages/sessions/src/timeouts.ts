/** When sessions end and when their cookie is renewed; the same rules for every way of keeping them. */
import type { RefusalReason } from './errors.ts'
import type { Session } from './session.ts'

/** The settings that decide it, in seconds. */
export interface TimeoutSettings {
  readonly lifetime: number
  readonly idleTimeout: number | null
  readonly refreshEachRequest: boolean
  readonly refreshInterval: number
}

/** The first second at which a session is over, if nobody uses it from now on. */
export function endOf({ lifetime, idleTimeout }: TimeoutSettings, createdAt: number, now: number): number {
  const end = createdAt + lifetime
  return idleTimeout === null ? end : Math.min(end, Math.floor(now) + idleTimeout)
}

/** Why a session of these times is over, or `null` if it is not. */
export function whyOver(
  { lifetime, idleTimeout }: TimeoutSettings,
  createdAt: number,
  renewedAt: number,
  now: number,
): RefusalReason | null {
  if (now >= createdAt + lifetime) return 'expired'
  return idleTimeout !== null && now >= renewedAt + idleTimeout ? 'idle' : null
}

/** Activity prolongs a session, but it is written again at most once in an interval. */
export function isRefreshDue<Data extends object>(
  settings: TimeoutSettings,
  session: Session<Data>,
  now: number,
): boolean {
  const { lifetime, idleTimeout, refreshEachRequest, refreshInterval } = settings
  if (!refreshEachRequest || session.renewedAt === null) return false
  if (idleTimeout === null && !session.toRecord().permanent) return false
  return now - session.renewedAt >= Math.min(refreshInterval, Math.floor((idleTimeout ?? lifetime) / 2))
}
