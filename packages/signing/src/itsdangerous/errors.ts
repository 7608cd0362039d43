/** itsdangerous's tree of errors: `BadData` > `BadSignature` > `BadTimeSignature` > `SignatureExpired`, and `BadPayload`. */
import { DewarError, type DewarErrorCode, type DewarErrorOptions } from '@dewar/base'
import type { Text } from './bytes.ts'

/** The root: the token is not to be used. */
export class BadData extends DewarError {}

/** What a refused token still tells. Nothing of it is verified unless the error is `SignatureExpired`. */
export interface RefusedParts {
  /** What stands before the signature, or before the time. */
  readonly payload?: Text | undefined
  /** When it says it was signed, in seconds since the epoch. */
  readonly dateSigned?: number | undefined
}

/** The signature does not match. */
export class BadSignature extends BadData {
  /** What stands before the signature: not to be trusted. */
  readonly payload: Text | undefined

  constructor(message: string, parts: RefusedParts = {}, code: DewarErrorCode = 'ERR_SIGNING_BAD_SIGNATURE') {
    super(code, message, { fix: 'Treat the token as absent, and issue a new one.' })
    this.payload = parts.payload
  }
}

/** The signature or the time of a timed token does not hold. */
export class BadTimeSignature extends BadSignature {
  /** When it says it was signed, in seconds since the epoch. */
  readonly dateSigned: number | undefined

  constructor(
    message: string,
    parts: RefusedParts = {},
    code: DewarErrorCode = 'ERR_SIGNING_BAD_TIME_SIGNATURE',
  ) {
    super(message, parts, code)
    this.dateSigned = parts.dateSigned
  }
}

/** The signature is good, but too old, or from the future. */
export class SignatureExpired extends BadTimeSignature {
  constructor(message: string, parts: RefusedParts) {
    super(message, parts, 'ERR_SIGNING_EXPIRED')
  }
}

/** The signature is good, but what was signed cannot be read. `cause` is the error behind it. */
export class BadPayload extends BadData {
  constructor(message: string, options: DewarErrorOptions = {}) {
    super('ERR_SIGNING_BAD_PAYLOAD', message, {
      fix: 'Read it with the serializer that wrote it.',
      ...options,
    })
  }
}
