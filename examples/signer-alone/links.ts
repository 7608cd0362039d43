/** Three kinds of links, each with a purpose of its own. Strings in, strings out: nothing here knows Express. */
import { createHash } from 'node:crypto'
import { type KeyRing, TimedSigner } from '@dewar/signing'

/** Somebody who can log in. */
export interface User {
  readonly id: string
  readonly email: string
  /** As your password library made it. */
  passwordHash: string
}

/** Makes and checks the links. */
export interface Links {
  resetToken(user: User): string
  /** Whose password the token resets, or `null` if it is not good (any more). */
  userToReset(token: unknown, find: (id: string) => User | undefined): User | null
  downloadToken(path: string, maxAge?: number): string
  isDownload(token: unknown, path: string): boolean
}

/**
 * Makes the links of an application.
 *
 * @param keys the application's keys
 * @param now the clock, in seconds since the epoch; tests pass their own
 */
export function createLinks(keys: KeyRing, now?: () => number): Links {
  const resets = new TimedSigner({ keys, purpose: 'password-reset', maxAge: 900, now })
  const downloads = new TimedSigner({ keys, purpose: 'download', maxAge: 300, now })
  return {
    resetToken: (user) => resets.sign(JSON.stringify([user.id, fingerprint(user)])),
    userToReset(token, find) {
      const result = resets.verify(text(token))
      if (!result.ok) return null
      const [id, print] = JSON.parse(result.payload) as [string, string]
      const user = find(id)
      return user !== undefined && fingerprint(user) === print ? user : null
    },
    downloadToken: (path, maxAge = 300) => downloads.sign(path, { maxAge }),
    isDownload(token, path) {
      const result = downloads.verify(text(token))
      return result.ok && result.payload === path
    },
  }
}

/** Changes with the password, so that a link dies when it is used. It shows nothing of the hash. */
function fingerprint({ passwordHash }: User): string {
  return createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16)
}

/** A query parameter may be a list, or missing. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
