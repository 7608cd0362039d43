/** The settings that every way of keeping sessions takes. */
import type { SettingsOptions } from '@dewar/base'
import { defaults } from './defaults.ts'

/** Cookie and timeouts. */
export const sessionSettings = {
  cookieName: defaults.cookieName,
  secure: defaults.secure,
  httpOnly: defaults.httpOnly,
  sameSite: defaults.sameSite,
  path: defaults.path,
  domain: defaults.domain,
  partitioned: defaults.partitioned,
  lifetime: defaults.lifetime,
  idleTimeout: defaults.idleTimeout,
  refreshEachRequest: defaults.refreshEachRequest,
  refreshInterval: defaults.refreshInterval,
  maxCookieSize: defaults.maxCookieSize,
  maxCandidates: defaults.maxCandidates,
}

/** What every way of keeping sessions takes. */
export interface SessionOptions extends SettingsOptions<typeof sessionSettings> {
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
  /** Gives that many random bytes; the operating system's by default. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined
}
