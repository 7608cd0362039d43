/**
 * Recovery codes: the way in when the phone is lost.
 *
 * Threat: a stolen table of codes; a code used twice.
 * Construction: 80 random bits each, so that SHA-256 is enough at rest: there is nothing to guess. The app deletes the hash
 * of a used code in one statement and goes on only if that deleted something.
 * Defaults: ten codes, shown once.
 */
import { createHash, randomBytes } from 'node:crypto'
import { serializeBase32 } from './base32.ts'
import { flowLimits } from './defaults.ts'

/** A set of recovery codes. */
export interface RecoveryCodes {
  /** For the person, once: `K3QX-9…`. */
  readonly codes: readonly string[]
  /** For the table. */
  readonly hashes: readonly string[]
}

/**
 * Makes a new set; the old one is to be deleted.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { createRecoveryCodes, hashRecoveryCode } from '@dewar/auth'
 *
 * const { codes, hashes } = createRecoveryCodes()
 * const kept = new Set(hashes) // a table of the account
 *
 * const typed = ` ${codes[0]?.toLowerCase()} `
 * assert.equal(kept.delete(hashRecoveryCode(typed)), true)
 * assert.equal(kept.delete(hashRecoveryCode(typed)), false) // once
 * ```
 */
export function createRecoveryCodes(random: (size: number) => Uint8Array = randomBytes): RecoveryCodes {
  const { recoveryCodes, recoveryCodeBytes } = flowLimits
  const codes = Array.from({ length: recoveryCodes.value }, () => {
    const text = serializeBase32(random(recoveryCodeBytes.value))
    return text.match(/.{4}/g)?.join('-') ?? text
  })
  return { codes, hashes: codes.map(hashRecoveryCode) }
}

/**
 * What the table holds of a code. Case, blanks and hyphens do not matter.
 *
 * @param code as typed
 */
export function hashRecoveryCode(code: string): string {
  const plain = code.slice(0, flowLimits.recoveryCodeLength.value).replaceAll(/[\s-]/g, '').toUpperCase()
  return createHash('sha256').update(`recovery-code\0${plain}`).digest('base64url')
}
