/** The app's key ring, from `SECRET_KEY` and `SECRET_KEY_FALLBACKS`. */
import { DewarError, type Secret } from '@dewar/base'
import { KeyRing } from '@dewar/signing'
import type { Logger } from 'pino'
import type { AppConfig } from './config.ts'

/**
 * Makes the key ring; weak keys are refused outside debug.
 *
 * @returns `null` if no key is set
 * @throws {DewarError} `ERR_SIGNING_WEAK_KEY`
 */
export function createKeyRing(config: AppConfig): KeyRing | null {
  const key = config.SECRET_KEY as Secret | null
  if (key === null) return null
  const fallbacks = config.SECRET_KEY_FALLBACKS as readonly Secret[]
  const options = { unsafeWeakKeys: config.DEBUG }
  named('SECRET_KEY', () => new KeyRing([key], options))
  return named('SECRET_KEY_FALLBACKS', () => new KeyRing([key, ...fallbacks], options))
}

/** A refused key is called by the name of its setting. */
function named(setting: string, make: () => KeyRing): KeyRing {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof DewarError)) throw error
    throw new DewarError(error.code, `${setting}: ${error.message}`, {
      fix: `Run \`npx dewar secret\` and put the result into the environment variable DEWAR_${setting}.`,
      cause: error,
    })
  }
}

/** While debugging a weak key is let through, and the log says what would happen elsewhere. @internal */
export function warnOfWeakKey(app: { readonly config: AppConfig; readonly logger: Logger }): void {
  try {
    createKeyRing({ ...app.config, DEBUG: false })
  } catch (error) {
    const reason = error instanceof DewarError ? `${error.message} ${error.fix}` : String(error)
    app.logger.warn(`Accepted only because DEBUG is on. ${reason}`)
  }
}

/** There is no key, and something must be signed. */
export function noSecretKey(what: string): DewarError {
  return new DewarError('ERR_DEWAR_NO_SECRET_KEY', `${what} needs SECRET_KEY, which is not set.`, {
    fix: 'Run `npx dewar secret` and put the result into the environment variable DEWAR_SECRET_KEY.',
  })
}
