/**
 * Flask's own session cookie: a Flask application and a Dewar application share logins while people migrate.
 *
 * Threat: as for signed cookies. Flask's format pins HMAC-SHA1 and derives its key by one HMAC, which holds with a strong key;
 * weak keys are refused here, where Flask takes any. What inflates beyond a bound, or verifies and cannot be read, gives a fresh
 * session, where Flask answers 500.
 * Construction: `URLSafeTimedSerializer(secret, salt 'cookie-session', key derivation 'hmac', SHA-1)` over `TaggedJSONSerializer`. What Flask
 * does not know (id, time of creation, CSRF secret) stands under `_dewar`, which a Flask application passes on untouched.
 * Defaults: as `signedCookieSessions`, but the name has no prefix, since both applications must agree on it.
 */
import { randomBytes } from 'node:crypto'
import { resolveSettings, type SettingsOptions, type SettingsValues, systemClock } from '@dewar/base'
import {
  BadPayload,
  dumpJson,
  flaskStyle,
  type ItsdangerousKey,
  type PayloadFormat,
  UrlSafeTimedSerializer,
} from '@dewar/signing/itsdangerous'
import { defaults } from './defaults.ts'
import type { SessionRefusal } from './errors.ts'
import { tagValue, untagValue } from './flask-values.ts'
import { openSession, type ReadSession } from './open-session.ts'
import { saveInCookie } from './save-in-cookie.ts'
import type { Session } from './session.ts'
import { createSessionCookie } from './session-cookie.ts'
import { type SessionRecord, serializeRecord } from './session-record.ts'
import { type SessionOptions, sessionSettings } from './session-settings.ts'
import type { Sessions } from './sessions.ts'
import { whyOver } from './timeouts.ts'

/** The secret keys shared with Flask. */
export interface FlaskKeys {
  /** `SECRET_KEY`, or a list with it first and `SECRET_KEY_FALLBACKS` behind it. */
  readonly keys: ItsdangerousKey | readonly ItsdangerousKey[]
  /** Accepts keys that can be guessed: whoever guesses it writes any session. */
  readonly unsafeWeakKeys?: boolean | undefined
}

/** What Flask's sessions take, beside the settings of `defaults`. */
export interface FlaskCookieSessionsOptions extends SessionOptions, FlaskKeys {}

/** What a Flask session cookie's value is made with. */
export interface FlaskSerializerOptions extends FlaskKeys {
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/** Data of a Flask session. */
export type FlaskData = Record<string, unknown>

/**
 * Writes and reads the value of Flask's session cookie: the tool beneath `flaskCookieSessions`, for scripts and tests.
 *
 * @throws {SigningError} `ERR_SIGNING_NO_KEYS`, `ERR_SIGNING_WEAK_KEY`
 */
export function flaskSerializer(options: FlaskSerializerOptions): UrlSafeTimedSerializer {
  return makeSerializer(options, {
    dump: (data) => dumpJson(tagValue(data, 'session'), flaskStyle),
    load: (text) => untagValue(JSON.parse(text)),
  })
}

/**
 * Keeps sessions in Flask's cookie format.
 *
 * @param options Flask's keys, and what differs from the defaults
 * @throws {DewarError} `ERR_SESSIONS_OPTION`, `ERR_SIGNING_NO_KEYS`, `ERR_SIGNING_WEAK_KEY`
 * @see Flask: `SecureCookieSessionInterface`
 */
export function flaskCookieSessions<Data extends object = Record<string, unknown>>(
  options: FlaskCookieSessionsOptions,
): Sessions<Data> {
  const { keys, unsafeWeakKeys, now: clock = systemClock, random = randomBytes, ...rest } = options
  const settings = resolveSettings(
    'sessions',
    sessionSettings,
    rest as SettingsOptions<typeof sessionSettings>,
  )
  const cookie = createSessionCookie(settings, { prefix: false })
  let time = 0
  const format = {
    dump: (data: FlaskData) => dumpJson(data, flaskStyle),
    load: (text: string) => toData(JSON.parse(text)),
  }
  const serializer = makeSerializer({ keys, unsafeWeakKeys, now: () => time }, format)
  const strategy: Strategy = { settings, serializer, random }
  return Object.freeze({
    cookieName: cookie.name,
    open: (header: string | null | undefined, now = clock()) =>
      openSession<Data>(cookie, header, { now, random, codec }, (token) => readToken(strategy, token, now)),
    save: (session: Session<Data>, now = clock()) =>
      saveInCookie(settings, cookie, session, now, () => {
        time = now
        return serializer.dumps(toFlask(session.toRecord()))
      }),
  })
}

interface Strategy {
  readonly settings: SettingsValues<typeof sessionSettings>
  readonly serializer: UrlSafeTimedSerializer<FlaskData>
  readonly random: (bytes: number) => Uint8Array
}

/** Values as Flask tags them. */
const codec = { encode: tagValue, decode: untagValue }

function readToken(
  { settings, serializer, random }: Strategy,
  token: string,
  now: number,
): ReadSession | SessionRefusal {
  if (token.length > settings.maxCookieSize) return { reason: 'tooLarge' }
  try {
    const { data, timestamp } = serializer.loadsWithTimestamp(token)
    if (timestamp > now + defaults.leeway.value) return { reason: 'notYetValid' }
    untagValue(data)
    const record = fromFlask(untagTop(data), timestamp, random)
    const over = whyOver(settings, record.createdAt, timestamp, now)
    return over === null ? { record, text: serializeRecord(record), renewedAt: timestamp } : { reason: over }
  } catch (error) {
    const isReadable = error instanceof Error && 'code' in error && !(error instanceof BadPayload)
    const reason = isReadable && error.code !== 'ERR_SESSIONS_VALUE' ? 'tampered' : 'unreadable'
    return { reason }
  }
}

function makeSerializer<Data>(
  { keys, unsafeWeakKeys, now }: FlaskSerializerOptions,
  serializer: PayloadFormat<Data>,
): UrlSafeTimedSerializer<Data> {
  const scheme = { salt: 'cookie-session', keyDerivation: 'hmac', digest: 'sha1' } as const
  return new UrlSafeTimedSerializer<Data>({ keys, unsafeWeakKeys, now, serializer, ...scheme })
}

function toData(value: unknown): FlaskData {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as FlaskData
  throw new TypeError('A session is an object.')
}

/** A whole session of one key that looks like a tag is wrapped by Flask as any other object. */
function untagTop(data: FlaskData): FlaskData {
  const inner = Object.keys(data).length === 1 ? data[' di'] : undefined
  if (inner === undefined) return data
  return Object.fromEntries(Object.entries(toData(inner)).map(([key, value]) => [key.slice(0, -2), value]))
}

const own = '_dewar'

function fromFlask(data: FlaskData, timestamp: number, random: Strategy['random']): SessionRecord {
  const entries = Object.entries(data).filter(
    ([key]) => key !== own && key !== '_permanent' && key !== '_flashes',
  )
  const extra: readonly unknown[] = Array.isArray(data[own]) ? data[own] : []
  const [id, createdAt, csrfSecret] = extra
  return {
    id: typeof id === 'string' ? id : Buffer.from(random(defaults.idBytes.value)).toString('base64url'),
    createdAt: typeof createdAt === 'number' && createdAt <= timestamp ? createdAt : timestamp,
    permanent: data['_permanent'] === true,
    csrfSecret: typeof csrfSecret === 'string' ? csrfSecret : null,
    flashes: readFlashes(data['_flashes']),
    data: entries.flat(1),
  }
}

function readFlashes(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) return []
  const pairs = json.map((item: unknown) => (Array.isArray(item) ? item : (item as FlaskData | null)?.[' t']))
  return pairs
    .filter((pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string')
    .flat(1)
}

function toFlask({ id, createdAt, permanent, csrfSecret, flashes, data }: SessionRecord): FlaskData {
  const out: FlaskData = Object.create(null)
  for (let i = 0; i + 1 < data.length; i += 2) out[String(data[i])] = data[i + 1]
  if (permanent) out['_permanent'] = true
  const pairs: unknown[] = []
  for (let i = 0; i + 1 < flashes.length; i += 2) pairs.push({ ' t': [flashes[i], flashes[i + 1]] })
  if (pairs.length > 0) out['_flashes'] = pairs
  out[own] = [id, createdAt, csrfSecret]
  return out
}
