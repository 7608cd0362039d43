export type { RefusedResult, TimedResult, VerifiedToken } from './claims.ts'
export { defaults } from './defaults.ts'
export {
  BadPayload,
  BadSignature,
  NoKeys,
  type RefusedToken,
  SignatureExpired,
  SignatureNotYetValid,
  SigningError,
  type TokenTimes,
  UnknownKey,
  WeakKey,
} from './errors.ts'
export {
  type DerivedKey,
  type DerivedKeys,
  KeyRing,
  type KeyRingOptions,
  type Keys,
  type KeyUse,
} from './key-ring.ts'
export { type KeyRingFromEnvOptions, keyRingFromEnv, loadKeyRing } from './key-source.ts'
export { checkKey, type GenerateKeyOptions, generateKey } from './key-strength.ts'
export { Sealer } from './sealer.ts'
export { type SignedResult, Signer } from './signer.ts'
export { TimedSigner } from './timed-signer.ts'
export type { SignerOptions, SignOptions, TimedSignerOptions, VerifyOptions } from './token-options.ts'
