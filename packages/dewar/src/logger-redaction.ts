/**
 * What must not reach the log.
 *
 * Threat: a log is read by more people, and kept in more places, than the data it was taken from.
 * Construction: whatever is logged is walked through; the value of a name that says it is secret is replaced, however deep
 * it stands and however it is written (`newPassword`, `Set-Cookie`, `API_KEY`), in the query of an address (`Referer`) too,
 * and signed tokens wherever they stand. Nothing is copied unless something is found.
 */
import { Headers, MultiDict } from '@dewar/http'
import { defaults } from './defaults.ts'

/** Written in the place of a value. */
const censored = '[redacted]'

const bounds = { depth: defaults.logDepth.value, entries: defaults.logEntries.value } as const

/** Words in names, without their separators and in small letters. */
const sensitiveWords =
  /passw(?:or)?d|passphrase|passcode|pass$|pwd|secret|token|authorization|^x?auth$|bearer|jwt|cookie|credential|apikey|accesskey|privatekey|sessionid|csrf|otp$|^pin$|^cv[cv]$|cardnumber|creditcard/

/** Whether a name says that its value is secret. */
export function isSensitiveName(name: string): boolean {
  return sensitiveWords.test(name.replaceAll(/[-_.\s]/g, '').toLowerCase())
}

/** Names that pino itself watches for, in the bindings of child loggers. */
export const sensitiveNames = [
  'password',
  'passwd',
  'secret',
  'token',
  'csrf_token',
  'authorization',
  'cookie',
  'api_key',
  'apiKey',
  'SECRET_KEY',
] as const

/**
 * A value without its secrets: itself if it has none.
 *
 * Errors are left to the `err` serializer, objects that bring `toJSON` to themselves.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  if (depth > bounds.depth) return '[…]'
  if (value instanceof Headers || value instanceof MultiDict) return redactPairs([...value], depth)
  if (value instanceof Map) return redactPairs([...value], depth)
  if (Array.isArray(value)) return redactList(value, depth)
  if ('toJSON' in value && typeof value.toJSON === 'function') return value
  return ArrayBuffer.isView(value) ? `[${value.byteLength} bytes]` : redactObject(value, depth)
}

/** `name=value` in the query or fragment of an address, or in a body that was logged as text. */
const queryPair = /(^|[?&#;])([^=&#?;\s]{1,100})=([^&#;\s]+)/g

/** A token as signing and sealing write them; nothing of it tells a reader anything. */
export const signedToken = /\beyJ[\w-]{5,}\.[\w-]*\.[\w-]{16,}(?:\.[\w-]*){0,2}/g

function redactText(text: string): string {
  const safe = text.includes('eyJ') ? text.replace(signedToken, censored) : text
  if (!safe.includes('=')) return safe
  return safe.replace(queryPair, (pair, start: string, name: string) =>
    isSensitiveName(name) ? `${start}${name}=${censored}` : pair,
  )
}

function redactList(list: readonly unknown[], depth: number): unknown {
  const cut = list.length > bounds.entries ? list.slice(0, bounds.entries) : list
  const items = cut.map((item) => redact(item, depth + 1))
  return cut === list && items.every((item, index) => item === list[index]) ? list : items
}

function redactObject(object: object, depth: number): object {
  const entries = Object.entries(object)
  // What is cut is not shown: it has not been looked at.
  if (entries.length > bounds.entries) return redactPairs(entries, depth)
  let copy: Record<string, unknown> | null = null
  for (const [name, value] of entries) {
    const shown = isSensitiveName(name) ? censor(value) : redact(value, depth + 1)
    if (shown === value) continue
    copy ??= { ...object }
    copy[name] = shown
  }
  return copy ?? object
}

function redactPairs(pairs: readonly (readonly [unknown, unknown])[], depth: number): object {
  const entries = pairs
    .slice(0, bounds.entries)
    .map(([name, value]): [string, unknown] => [
      String(name),
      isSensitiveName(String(name)) ? censor(value) : redact(value, depth + 1),
    ])
  return Object.fromEntries(entries)
}

/** That there is nothing is no secret, and often what one looks for. */
function censor(value: unknown): unknown {
  return value === null || value === undefined || typeof value === 'boolean' ? value : censored
}
