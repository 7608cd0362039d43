/** Tokens of Python's itsdangerous 2.2, byte for byte: for applications that share them with Flask or Django. */
export type { SameKind, Text } from './itsdangerous/bytes.ts'
export {
  BadData,
  BadPayload,
  BadSignature,
  BadTimeSignature,
  type RefusedParts,
  SignatureExpired,
} from './itsdangerous/errors.ts'
export {
  compactStyle,
  dumpJson,
  flaskStyle,
  type PythonJsonStyle,
  plainStyle,
} from './itsdangerous/python-json.ts'
export {
  type PayloadFormat,
  type SaltOption,
  Serializer,
  type SerializerOptions,
  TimedSerializer,
  type TimedSerializerOptions,
  type TimestampedData,
  UrlSafeSerializer,
  UrlSafeTimedSerializer,
} from './itsdangerous/serializer.ts'
export {
  type Digest,
  type ItsdangerousKey,
  type ItsdangerousSignerOptions,
  type KeyDerivation,
  Signer,
  type SignerScheme,
} from './itsdangerous/signer.ts'
export {
  type Timestamped,
  TimestampSigner,
  type TimestampSignerOptions,
  type UnsignOptions,
} from './itsdangerous/timestamp-signer.ts'
