/**
 * Serializers: data to signed text and back, as itsdangerous writes it.
 *
 * | class | payload |
 * |---|---|
 * | `Serializer`, `TimedSerializer` | JSON with blanks, ASCII |
 * | `UrlSafeSerializer`, `UrlSafeTimedSerializer` | compact JSON, deflated if that is shorter (then marked by a leading `.`), base64url |
 *
 * What is inflated is bounded: the signature does not say how large the writer meant it to be.
 */
import { isUtf8 } from 'node:buffer'
import { deflateSync, inflateSync } from 'node:zlib'
import { decodeBase64url } from '../base64url.ts'
import { defaults } from '../defaults.ts'
import { type Text, toBytes } from './bytes.ts'
import { BadPayload, BadSignature, SignatureExpired } from './errors.ts'
import { compactStyle, dumpJson, plainStyle } from './python-json.ts'
import { deflateShort } from './short-deflate.ts'
import { type ItsdangerousSignerOptions, Signer, type SignerScheme } from './signer.ts'
import { TimestampSigner, type TimestampSignerOptions, type UnsignOptions } from './timestamp-signer.ts'

/** Writes and reads the text that is signed. */
export interface PayloadFormat<Data> {
  dump(data: Data): string
  load(text: string): Data
}

/** What serializers take; the salt is `itsdangerous` unless given. */
export interface SerializerOptions<Data = unknown> extends ItsdangerousSignerOptions {
  /** Another format of the text; JSON by default. */
  readonly serializer?: PayloadFormat<Data> | undefined
  /** Other schemes whose tokens are still read, tried in this order after the main one. */
  readonly fallbackSigners?: readonly SignerScheme[] | undefined
}

/** What timed serializers take. */
export type TimedSerializerOptions<Data = unknown> = SerializerOptions<Data> &
  Pick<TimestampSignerOptions, 'now'>

/** Options of one call. */
export interface SaltOption {
  /** A salt for this call only. */
  readonly salt?: Text | undefined
}

/** Data with the time of its signature. */
export interface TimestampedData<Data> {
  readonly data: Data
  /** Seconds since the epoch. */
  readonly timestamp: number
}

/** Data as signed JSON text. */
export class Serializer<Data = unknown> {
  readonly #core: Core<Data>

  /** @throws {SigningError} as `Signer` */
  constructor(options: SerializerOptions<Data>) {
    this.#core = new Core(options, plainPayload)
  }

  /** Data to a token. */
  dumps(data: Data, options: SaltOption = {}): string {
    return this.#core.dumps(data, options)
  }

  /** A token to data. @throws {BadSignature | BadPayload} */
  loads(token: Text, options: SaltOption = {}): Data {
    return this.#core.loads(token, options)
  }
}

/** As `Serializer`, in letters that are safe in URLs. @see itsdangerous: `URLSafeSerializer` */
export class UrlSafeSerializer<Data = unknown> {
  readonly #core: Core<Data>

  /** @throws {SigningError} as `Signer` */
  constructor(options: SerializerOptions<Data>) {
    this.#core = new Core(options, urlSafePayload)
  }

  /** Data to a token. */
  dumps(data: Data, options: SaltOption = {}): string {
    return this.#core.dumps(data, options)
  }

  /** A token to data. @throws {BadSignature | BadPayload} */
  loads(token: Text, options: SaltOption = {}): Data {
    return this.#core.loads(token, options)
  }
}

/** Data as signed JSON text with the time. */
export class TimedSerializer<Data = unknown> {
  readonly #core: TimedCore<Data>

  /** @throws {SigningError} as `Signer` */
  constructor(options: TimedSerializerOptions<Data>) {
    this.#core = new TimedCore(options, plainPayload)
  }

  /** Data to a token. */
  dumps(data: Data, options: SaltOption = {}): string {
    return this.#core.dumps(data, options)
  }

  /** A token to data. @throws {SignatureExpired | BadTimeSignature | BadSignature | BadPayload} */
  loads(token: Text, options: SaltOption & UnsignOptions = {}): Data {
    return this.#core.loads(token, options).data
  }

  /** As `loads`, with the time of the signature. */
  loadsWithTimestamp(token: Text, options: SaltOption & UnsignOptions = {}): TimestampedData<Data> {
    return this.#core.loads(token, options)
  }
}

/** As `TimedSerializer`, in letters that are safe in URLs. @see itsdangerous: `URLSafeTimedSerializer` */
export class UrlSafeTimedSerializer<Data = unknown> {
  readonly #core: TimedCore<Data>

  /** @throws {SigningError} as `Signer` */
  constructor(options: TimedSerializerOptions<Data>) {
    this.#core = new TimedCore(options, urlSafePayload)
  }

  /** Data to a token. */
  dumps(data: Data, options: SaltOption = {}): string {
    return this.#core.dumps(data, options)
  }

  /** A token to data. @throws {SignatureExpired | BadTimeSignature | BadSignature | BadPayload} */
  loads(token: Text, options: SaltOption & UnsignOptions = {}): Data {
    return this.#core.loads(token, options).data
  }

  /** As `loads`, with the time of the signature. */
  loadsWithTimestamp(token: Text, options: SaltOption & UnsignOptions = {}): TimestampedData<Data> {
    return this.#core.loads(token, options)
  }
}

/** How the text becomes the signed bytes. */
interface Payload {
  readonly json: PayloadFormat<unknown>
  wrap(text: string): Buffer
  unwrap(bytes: Buffer): Buffer
}

const plainPayload: Payload = {
  json: { dump: (data) => dumpJson(data, plainStyle), load: JSON.parse },
  wrap: (text) => Buffer.from(text, 'utf8'),
  unwrap: (bytes) => bytes,
}

const urlSafePayload: Payload = {
  json: { dump: (data) => dumpJson(data, compactStyle), load: JSON.parse },
  wrap: compress,
  unwrap: decompress,
}

/** What all serializers share. */
class Core<Data> {
  readonly #options: SerializerOptions<Data>
  readonly #signer: Signer
  readonly #payload: Payload

  constructor({ serializer, fallbackSigners, ...rest }: SerializerOptions<Data>, payload: Payload) {
    this.#options = { salt: 'itsdangerous', ...withoutUndefined(rest), serializer, fallbackSigners }
    this.#payload = payload
    this.#signer = new Signer(schemes(this.#options, {})[0])
  }

  dumps(data: Data, { salt }: SaltOption): string {
    const signer = salt === undefined ? this.#signer : new Signer(schemes(this.#options, { salt })[0])
    return signer.sign(this.#payload.wrap(dump(this.#options, this.#payload, data)).toString('utf8'))
  }

  loads(token: Text, call: SaltOption): Data {
    const bytes = toBytes(token)
    return firstGood(schemes(this.#options, call), (scheme) => {
      const value = new Signer(scheme).unsign(typeof token === 'string' ? token : bytes)
      return load(this.#options, this.#payload, toBytes(value))
    })
  }
}

/** What all timed serializers share. */
class TimedCore<Data> {
  readonly #options: SerializerOptions<Data>
  readonly #now: TimestampSignerOptions['now']
  readonly #payload: Payload

  constructor({ serializer, fallbackSigners, now, ...rest }: TimedSerializerOptions<Data>, payload: Payload) {
    this.#options = { salt: 'itsdangerous', ...withoutUndefined(rest), serializer, fallbackSigners }
    this.#now = now
    this.#payload = payload
    this.#signer({})
  }

  dumps(data: Data, call: SaltOption): string {
    return this.#signer(call).sign(
      this.#payload.wrap(dump(this.#options, this.#payload, data)).toString('utf8'),
    )
  }

  loads(token: Text, { maxAge, ...call }: SaltOption & UnsignOptions): TimestampedData<Data> {
    return firstGood(schemes(this.#options, call), (scheme) => {
      const signer = new TimestampSigner({ ...scheme, now: this.#now })
      const { value, timestamp } = signer.unsignWithTimestamp(token, { maxAge })
      return { data: load(this.#options, this.#payload, toBytes(value)), timestamp }
    })
  }

  #signer(call: SaltOption): TimestampSigner {
    return new TimestampSigner({ ...schemes(this.#options, call)[0], now: this.#now })
  }
}

/** The main scheme, then the fallbacks; these inherit nothing but keys and salt, as in itsdangerous. */
function schemes<Data>(
  { serializer: _, fallbackSigners = [], ...main }: SerializerOptions<Data>,
  { salt = main.salt }: SaltOption,
): readonly [ItsdangerousSignerOptions, ...ItsdangerousSignerOptions[]] {
  const { keys, unsafeWeakKeys } = main
  return [{ ...main, salt }, ...fallbackSigners.map((scheme) => ({ ...scheme, keys, salt, unsafeWeakKeys }))]
}

/** The first scheme's answer that is no `BadSignature`; an expired signature ends the search. */
function firstGood<T>(
  all: readonly ItsdangerousSignerOptions[],
  read: (scheme: ItsdangerousSignerOptions) => T,
): T {
  let last: unknown
  for (const scheme of all) {
    try {
      return read(scheme)
    } catch (error) {
      if (!(error instanceof BadSignature) || error instanceof SignatureExpired) throw error
      last = error
    }
  }
  throw last
}

function dump<Data>({ serializer }: SerializerOptions<Data>, payload: Payload, data: Data): string {
  return serializer === undefined ? payload.json.dump(data) : serializer.dump(data)
}

function load<Data>({ serializer }: SerializerOptions<Data>, payload: Payload, bytes: Buffer): Data {
  const text = payload.unwrap(bytes)
  if (!isUtf8(text)) throw new BadPayload('The payload is not text.')
  try {
    return (serializer ?? (payload.json as PayloadFormat<Data>)).load(text.toString('utf8'))
  } catch (cause) {
    throw new BadPayload('The payload cannot be read.', { cause })
  }
}

const dot = 0x2e

function compress(text: string): Buffer {
  const plain = Buffer.from(text, 'utf8')
  let deflated: Buffer = deflateSync(plain)
  if (!isWorthwhile(deflated, plain) && plain.length <= shortLength) deflated = deflateShort(plain)
  return isWorthwhile(deflated, plain)
    ? Buffer.from(`.${deflated.toString('base64url')}`)
    : Buffer.from(plain.toString('base64url'))
}

/** itsdangerous deflates where that saves at least two bytes. */
function isWorthwhile(deflated: Buffer, plain: Buffer): boolean {
  return deflated.length < plain.length - 1
}

/** Longer texts that deflate by less than two bytes are rare, and not worth a second search. */
const shortLength = 1024

function decompress(bytes: Buffer): Buffer {
  const isDeflated = bytes[0] === dot
  const decoded = decodeBase64url((isDeflated ? bytes.subarray(1) : bytes).toString('latin1'))
  if (decoded === null) throw new BadPayload('The payload is not base64url.')
  if (!isDeflated) return decoded
  try {
    return inflateSync(decoded, { maxOutputLength: defaults.maxInflatedLength.value })
  } catch (cause) {
    throw new BadPayload('The payload cannot be inflated.', { cause })
  }
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}
