/** The area `signing`: itsdangerous' signers and serializers, and Flask's session cookie. */
import { inflateSync } from 'node:zlib'
import { FlaskUuid, flaskSerializer, flaskTuple, isFlaskTuple } from '@dewar/sessions'
import {
  BadSignature,
  BadTimeSignature,
  type ItsdangerousSignerOptions,
  Serializer,
  SignatureExpired,
  Signer,
  type Text,
  TimedSerializer,
  TimestampSigner,
  UrlSafeSerializer,
  UrlSafeTimedSerializer,
} from '@dewar/signing/itsdangerous'
import { type Adapter, Failure } from '../adapter.ts'

/** Text, or bytes in base64. */
type Value = string | { readonly _b64: string }
type Scheme = Pick<ItsdangerousSignerOptions, 'digest' | 'keyDerivation'>

interface Input {
  readonly key?: Value
  readonly keys?: readonly Value[]
  readonly salt?: Value
  readonly sep?: Value
  readonly key_derivation?: string
  readonly digest?: string
  readonly now?: number
  readonly max_age?: number
  readonly value?: Value
  readonly signed?: Value
  readonly token?: Value
  readonly data?: unknown
  readonly fallback_signers?: readonly { readonly digest?: string; readonly key_derivation?: string }[]
}

interface FlaskInput {
  readonly secret_key: Value
  readonly fallbacks?: readonly string[]
  readonly data?: unknown
  readonly cookie?: string
  readonly now: number
  readonly max_age?: number
}

const text = (value: Value = ''): Text =>
  typeof value === 'string' ? value : Buffer.from(value._b64, 'base64')

/** Bytes that are UTF-8 stand as text in the vectors. */
function plain(value: Text): Value {
  if (typeof value === 'string') return value
  const decoded = Buffer.from(value).toString('utf8')
  return Buffer.from(decoded).equals(value) ? decoded : { _b64: Buffer.from(value).toString('base64') }
}

/** The original's key lists are oldest first. */
function base(input: Input): ItsdangerousSignerOptions {
  return {
    ...scheme(input),
    keys: (input.keys?.toReversed() ?? [input.key]).map(text),
    unsafeWeakKeys: true,
    salt: input.salt === undefined ? undefined : text(input.salt),
    sep: input.sep === undefined ? undefined : text(input.sep),
  } as ItsdangerousSignerOptions
}

const timed = (input: Input) => ({ ...base(input), now: () => input.now ?? 0 })
const fallbacks = (input: Input) => ({ fallbackSigners: input.fallback_signers?.map(scheme) })
const serializer = (input: Input) => ({ ...base(input), ...fallbacks(input) })
const timedSerializer = (input: Input) => ({ ...timed(input), ...fallbacks(input) })

function scheme({ digest, key_derivation }: Pick<Input, 'digest' | 'key_derivation'>): Scheme {
  return { digest, keyDerivation: key_derivation } as Scheme
}

/** What a refusal tells, as the vectors have it. */
function refusals<T>(work: () => T): T | Failure {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof BadSignature)) throw error
    const kind =
      error instanceof SignatureExpired
        ? 'SignatureExpired'
        : error instanceof BadTimeSignature
          ? 'BadTimeSignature'
          : 'BadSignature'
    const date = error instanceof BadTimeSignature ? error.dateSigned : undefined
    const payload = error.payload === undefined ? {} : { payload: plain(error.payload) }
    return new Failure(kind, { ...payload, ...(date === undefined ? {} : { date_signed: date }) })
  }
}

/** Deflaters differ in their bytes: what counts is what is in them. */
function readable(token: Text): unknown {
  const [first = '', ...rest] = String(token).split('.')
  if (first !== '' || rest.length < 2) return plain(token)
  return { compressed: inflateSync(Buffer.from(rest[0] ?? '', 'base64url')).toString('utf8') }
}

const age = (input: { readonly max_age?: number }) => ({ maxAge: input.max_age })

/** Values that JSON lacks are objects of one key. */
function fromVector(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(fromVector)
  const entries = Object.entries(json)
  const [key, value] = entries.length === 1 ? (entries[0] ?? []) : []
  if (key === '_tuple') return flaskTuple((value as unknown[]).map(fromVector))
  if (key === '_b64') return new Uint8Array(Buffer.from(value as string, 'base64'))
  if (key === '_markup') return { toHtml: () => value as string }
  if (key === '_uuid') return new FlaskUuid(value as string)
  if (key === '_datetime') return new Date((value as number) * 1000)
  return Object.fromEntries(entries.map(([name, item]) => [name, fromVector(item)]))
}

function toVector(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isFlaskTuple(value)) return { _tuple: value.map(toVector) }
  if (Array.isArray(value)) return value.map(toVector)
  if (value instanceof Uint8Array) return { _b64: Buffer.from(value).toString('base64') }
  if (value instanceof Date) return { _datetime: value.getTime() / 1000 }
  if (value instanceof FlaskUuid) return { _uuid: `${value}` }
  if ('toHtml' in value) return { _markup: (value.toHtml as () => string)() }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toVector(item)]))
}

function flask({ secret_key, fallbacks: older = [], now }: FlaskInput) {
  const keys = [text(secret_key), ...older.toReversed()]
  return flaskSerializer({ keys, unsafeWeakKeys: true, now: () => now })
}

/** Maps the area to `@dewar/signing/itsdangerous` and `@dewar/sessions`. */
export const adapter: Adapter = {
  operations: {
    signer_derive_key: (input: Input) => Buffer.from(new Signer(base(input)).deriveKey()).toString('hex'),
    signer_sign: (input: Input) => plain(new Signer(base(input)).sign(text(input.value))),
    signer_unsign: (input: Input) =>
      refusals(() => plain(new Signer(base(input)).unsign(text(input.signed)))),
    timestamp_sign: (input: Input) => plain(new TimestampSigner(timed(input)).sign(text(input.value))),
    timestamp_unsign: (input: Input) =>
      refusals(() => {
        const signer = new TimestampSigner(timed(input))
        const { value, timestamp } = signer.unsignWithTimestamp(text(input.signed), age(input))
        return { value: plain(value), timestamp }
      }),
    serializer_dumps: (input: Input) => readable(new Serializer(serializer(input)).dumps(input.data)),
    serializer_loads: (input: Input) =>
      refusals(() => new Serializer(serializer(input)).loads(text(input.token))),
    timed_serializer_dumps: (input: Input) =>
      readable(new TimedSerializer(timedSerializer(input)).dumps(input.data)),
    timed_serializer_loads: (input: Input) =>
      refusals(() =>
        new TimedSerializer(timedSerializer(input)).loadsWithTimestamp(text(input.token), age(input)),
      ),
    urlsafe_dumps: (input: Input) => readable(new UrlSafeSerializer(serializer(input)).dumps(input.data)),
    urlsafe_loads: (input: Input) =>
      refusals(() => new UrlSafeSerializer(serializer(input)).loads(text(input.token))),
    urlsafe_timed_dumps: (input: Input) =>
      readable(new UrlSafeTimedSerializer(timedSerializer(input)).dumps(input.data)),
    urlsafe_timed_loads: (input: Input) =>
      refusals(() =>
        new UrlSafeTimedSerializer(timedSerializer(input)).loadsWithTimestamp(text(input.token), age(input)),
      ),
    flask_session_dump: (input: FlaskInput) => readable(flask(input).dumps(fromVector(input.data) as never)),
    flask_session_load: (input: FlaskInput) =>
      refusals(() => toVector(flask(input).loads(input.cookie ?? '', age(input)))),
  },
  kinds: {
    ERR_SIGNING_SEPARATOR: 'ValueError',
    ERR_SIGNING_OPTION: 'TypeError',
    ERR_SIGNING_NO_KEYS: 'TypeError',
    ERR_SIGNING_BAD_PAYLOAD: 'BadPayload',
  },
}
