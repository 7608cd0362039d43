/** JSON as an app writes it. */
import { Markup } from '@dewar/markup'
import { createJsonProvider, jsonify } from 'dewar'
import { Failure } from '../../adapter.ts'
import { build } from './build.ts'

/** The values JSON lacks, as the vectors write them. */
function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(revive)
  const [key = '', inner] = Object.entries(value)[0] ?? []
  const make = special[key]
  if (make !== undefined) return make(inner as never)
  const entries = Object.entries(value).map(([name, item]) => [name, revive(item)])
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

const special: Readonly<Record<string, (inner: never) => unknown>> = Object.assign(Object.create(null), {
  _datetime: (seconds: number) => new Date(seconds * 1000),
  _date: (day: string) => new Date(day),
  _uuid: (uuid: string) => uuid,
  _decimal: (digits: string) => digits,
  _markup: (html: string) => new Markup(html),
  _b64: (base64: string) => new Uint8Array(Buffer.from(base64, 'base64')),
})

interface DumpInput {
  readonly value: unknown
  readonly options?: { readonly sort_keys?: boolean; readonly ensure_ascii?: boolean }
}

export function json_dumps({ value, options = {} }: DumpInput): string {
  const { sort_keys: sortKeys = true, ensure_ascii: ascii = true } = options
  return createJsonProvider({ sortKeys, ascii, dates: 'http' }).stringify(revive(value))
}

interface ResponseInput {
  readonly args: readonly unknown[]
  readonly kwargs: Record<string, unknown>
  readonly debug: boolean
  readonly compact?: boolean
}

/** Named values are an object; both kinds at once cannot be written down. */
export async function json_response({ args, kwargs, debug, compact = undefined }: ResponseInput) {
  const named = Object.keys(kwargs).length > 0 ? [kwargs] : []
  if (named.length > 0 && args.length > 0) return new Failure('TypeError')
  const app = build({ config: { DEBUG: debug, JSON_COMPACT: compact ?? null } })
  const response = app.context(() => jsonify(...[...args, ...named].map(revive)))
  return { body: await response.text(), content_type: response.contentType, status: response.status }
}
