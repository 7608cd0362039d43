/** What somebody gets who may not. */
import {
  AuthenticationRequired,
  Forbidden,
  type HttpError,
  type Identity,
  NotFound,
  reportSecurityEvent,
} from 'dewar'

/** Who was refused what. */
interface Refusal {
  readonly identity: Identity | null
  readonly action: string
  readonly resource: string
  readonly existence: 'secret' | 'public'
  /** The object, if there is one. */
  readonly object: unknown
}

/**
 * The error for a refusal. Where the existence is a secret, a stranger gets the same for every id, and so does somebody who
 * is logged in; the log alone knows the difference.
 *
 * @internal
 */
export function refuse({ identity, action, resource, existence, object }: Refusal): HttpError {
  const isMissing = object === null || object === undefined
  if (isMissing && existence === 'public') return new NotFound()
  if (identity === null) return new AuthenticationRequired()
  if (existence === 'public') return new Forbidden(null, { details: { action, resource } })
  if (!isMissing) reportSecurityEvent('access-refused', { status: 404, action, resource })
  return new NotFound()
}
