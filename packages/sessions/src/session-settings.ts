/** The settings that every way of keeping sessions takes. */
import type { SettingsOptions } from '@dewar/base'
import { defaults } from './defaults.ts'

const {
  cookieName,
  secure,
  httpOnly,
  sameSite,
  path,
  domain,
  partitioned,
  lifetime,
  idleTimeout,
  refreshEachRequest,
  refreshInterval,
  maxCookieSize,
  maxCandidates,
} = defaults

/** Cookie and timeouts. */
export const sessionSettings = {
  cookieName,
  secure,
  httpOnly,
  sameSite,
  path,
  domain,
  partitioned,
  lifetime,
  idleTimeout,
  refreshEachRequest,
  refreshInterval,
  maxCookieSize,
  maxCandidates,
}

/** What every way of keeping sessions takes. */
export interface SessionOptions extends SettingsOptions<typeof sessionSettings> {
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
  /** Gives that many random bytes; the operating system's by default. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined
}
