/** The area `headers`: header values, from text and back. */
import {
  Accept,
  type Authorization,
  contentRangeHeader,
  contentTypeFor,
  Etags,
  HeaderSet,
  Headers,
  httpDate,
  IfRange,
  parseAge,
  parseAuthorization,
  parseContentRange,
  parseDictHeader,
  parseEtag,
  parseHttpDate,
  parseListHeader,
  parseOptionsHeader,
  parseWwwAuthenticate,
  quoteEtag,
  quoteHeaderValue,
  Range,
  type RangePart,
  Request,
  RequestCacheControl,
  Response,
  ResponseCacheControl,
  removeEntityHeaders,
  removeHopByHopHeaders,
  serializeAge,
  serializeAuthorization,
  serializeDictHeader,
  serializeListHeader,
  serializeOptionsHeader,
  unquoteHeaderValue,
  WwwAuthenticate,
} from '@dewar/http'
import { ContentSecurityPolicy } from '@dewar/security'
import type { Adapter } from '../adapter.ts'

type Kind = 'mime' | 'language' | 'encoding'
type Header = string | null
type Params = Readonly<Record<string, string>> | null

/** An object by name, whatever the names are. */
export function toObject<T>(pairs: Iterable<readonly [string, T]>): Record<string, T> {
  const object: Record<string, T> = Object.create(null)
  for (const [name, value] of pairs) object[name] = value
  return object
}

/** `max-age` or `max_age` as Dewar's property. */
export function camelCase(name: string): string {
  return name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Seconds since 1970. */
export function seconds(date: Date | null): number | null {
  return date === null ? null : date.getTime() / 1000
}

const REQUEST_DIRECTIVES = [
  'no-cache',
  'no-store',
  'no-transform',
  'only-if-cached',
  'max-age',
  'min-fresh',
  'max-stale',
  'stale-if-error',
]
const RESPONSE_DIRECTIVES = [
  'no-cache',
  'no-store',
  'no-transform',
  'public',
  'private',
  'must-revalidate',
  'proxy-revalidate',
  'must-understand',
  'immutable',
  'max-age',
  's-maxage',
  'stale-while-revalidate',
  'stale-if-error',
]

function directives(control: object, names: readonly string[]): Record<string, unknown> {
  const values = names.map((name) => [name, (control as Record<string, unknown>)[camelCase(name)]] as const)
  return toObject(values.filter(([, value]) => value !== null && value !== false))
}

/** The typed properties of a request's cache control. */
export function requestDirectives(control: RequestCacheControl): Record<string, unknown> {
  return directives(control, REQUEST_DIRECTIVES)
}

/** Credentials in the form of the vectors. */
export function credentials(authorization: Authorization | null): unknown {
  if (authorization === null) return null
  if ('username' in authorization) {
    const { type, username, password } = authorization
    return { type, token: null, params: { username, password } }
  }
  const params = 'params' in authorization ? toObject(authorization.params) : {}
  return { type: authorization.type, token: authorization.token, params }
}

/** A challenge in the form of the vectors. */
export function challenge(value: WwwAuthenticate | null): unknown {
  return value && { type: value.type, token: value.token, params: toObject(value.params) }
}

/** Tags in the form of the vectors. */
export function tags(etags: Etags): { strong: string[]; weak: string[]; star: boolean } {
  return { strong: [...etags.strong].sort(), weak: [...etags.weak].sort(), star: etags.star }
}

function accept({ kind, header }: { kind: Kind; header: Header }): Accept {
  return Accept[kind](header)
}

function toCredentials(type: string, params: Params, token: string | null): Authorization {
  if (type !== 'basic') return { type, token, params: new Map(Object.entries(params ?? {})) }
  return { type: 'basic', username: params?.['username'] ?? '', password: params?.['password'] ?? '' }
}

function headerSet({ header, steps }: { header: Header; steps: [string, unknown][] }): unknown {
  const set = HeaderSet.parse(header)
  const actions: Record<string, (argument: never) => unknown> = {
    add: (item: string) => void set.add(item),
    discard: (item: string) => void set.delete(item),
    remove: (item: string) => (set.delete(item) ? null : undefined),
    update: (items: string[]) => void set.add(...items),
    clear: () => void set.clear(),
    find: (item: string) => set.indexOf(item),
    index: (item: string) => (set.has(item) ? set.indexOf(item) : undefined),
    contains: (item: string) => set.has(item),
    get: (index: number) => set.at(index),
    length: () => set.size,
    as_set: (isCaseKept: boolean) =>
      Array.from(set, (item) => (isCaseKept ? item : item.toLowerCase())).sort(),
  }
  const missing: Record<string, string> = { remove: 'KeyError', index: 'IndexError', get: 'IndexError' }
  const results = steps.map(([name, argument]) => {
    const result = actions[name]?.(argument as never)
    return result === undefined && name in missing ? { error: missing[name] } : { ok: result ?? null }
  })
  return { results, items: [...set], header: String(set) }
}

interface ModifiedInput {
  readonly etag?: string
  readonly last_modified?: number
  readonly ignore_if_range?: boolean
  readonly [condition: string]: unknown
}

function isModified(input: ModifiedInput): boolean {
  const conditions = new Headers()
  for (const name of ['If-None-Match', 'If-Modified-Since', 'If-Match', 'Range', 'If-Range']) {
    const value = input[name.toLowerCase().replaceAll('-', '_')]
    if (typeof value === 'string') conditions.set(name, value)
  }
  const response = new Response('some content')
  const etag = parseEtag(input.etag)
  if (etag !== null) response.etag = etag
  if (input.last_modified !== undefined) response.lastModified = input.last_modified
  response.makeConditional(
    { method: 'GET', headers: conditions },
    { acceptRanges: input.ignore_if_range === false },
  )
  return response.status === 200
}

/** Maps the area to `@dewar/http`, and its policies to `@dewar/security`. */
export const adapter: Adapter = {
  operations: {
    parse_accept: (input: { kind: Kind; header: Header }) => {
      const { acceptsHtml, acceptsXhtml, acceptsJson, best, items, provided } = accept(input)
      const media = { html: acceptsHtml, xhtml: acceptsXhtml, json: acceptsJson }
      return { values: items, best, provided, ...(input.kind === 'mime' ? media : {}) }
    },
    accept_best_match: (input: { kind: Kind; header: Header; offers: string[]; default?: string }) =>
      accept(input).bestMatch(input.offers, input.default ?? null),
    accept_quality: (input: { kind: Kind; header: Header; value: string }) => {
      const wishes = accept(input)
      const { value } = input
      return { quality: wishes.quality(value), contains: wishes.has(value), find: wishes.find(value) }
    },
    accept_to_header: (input: { kind: Kind; header: Header }) => String(accept(input)),
    parse_cache_control: ({ side, header }: { side: string; header: Header }) => {
      const control =
        side === 'request' ? RequestCacheControl.parse(header) : ResponseCacheControl.parse(header)
      const names = side === 'request' ? REQUEST_DIRECTIVES : RESPONSE_DIRECTIVES
      return { directives: [...control], props: directives(control, names) }
    },
    write_cache_control: ({ header, set }: { header: Header; set: [string, unknown][] }) => {
      const control = ResponseCacheControl.parse(header)
      for (const [name, value] of set) Object.assign(control, { [camelCase(name)]: value })
      return String(control)
    },
    parse_range: ({ header }: { header: Header }) => {
      const range = Range.parse(header)
      return range && { units: range.units, ranges: range.parts, header: String(range) }
    },
    range_for_length: ({ header, length }: { header: Header; length: number | null }) => {
      const range = Range.parse(header)
      return { range: range?.forLength(length) ?? null, content_range: range?.toContentRange(length) ?? null }
    },
    range_to_header: ({ units, ranges }: { units: string; ranges: RangePart[] }) =>
      String(new Range(units, ranges)),
    parse_content_range: ({ header }: { header: Header }) => {
      const range = parseContentRange(header)
      return (
        range && { ...range, header: contentRangeHeader(range.units, range.start, range.stop, range.length) }
      )
    },
    content_range_to_header: (input: {
      units: string | null
      start: number | null
      stop: number | null
      length: number | null
    }) =>
      input.units === null ? '' : contentRangeHeader(input.units, input.start, input.stop, input.length),
    parse_if_range: ({ header }: { header: Header }) => {
      const { etag, date } = IfRange.parse(header)
      return { etag, date: seconds(date) }
    },
    parse_etags: ({ header }: { header: Header }) => {
      const etags = Etags.parse(header)
      return { ...tags(etags), any: !etags.isEmpty }
    },
    etags_contain: ({ header, etag }: { header: Header; etag: string }) => {
      const etags = Etags.parse(header)
      return { strong: etags.has(etag), weak: etags.hasWeak(etag) }
    },
    etags_contain_raw: ({ header, etag }: { header: Header; etag: string }) =>
      Etags.parse(header).hasRaw(etag),
    etags_to_header: ({ strong, weak, star }: { strong: string[]; weak: string[]; star: boolean }) =>
      String(new Etags(strong, weak, star)),
    quote_etag: ({ etag, weak }: { etag: string; weak: boolean }) => quoteEtag(etag, { weak }),
    unquote_etag: ({ value }: { value: Header }) => {
      const etag = parseEtag(value)
      return [etag?.tag ?? null, etag?.weak ?? null]
    },
    parse_authorization: ({ header }: { header: Header }) => credentials(parseAuthorization(header)),
    authorization_to_header: ({
      type,
      params,
      token,
    }: {
      type: string
      params: Params
      token: string | null
    }) => serializeAuthorization(toCredentials(type, params, token)),
    parse_www_authenticate: ({ header }: { header: Header }) => challenge(parseWwwAuthenticate(header)),
    www_authenticate_to_header: ({
      type,
      params,
      token,
    }: {
      type: string
      params: Params
      token: string | null
    }) => String(new WwwAuthenticate(type, params ?? {}, token)),
    parse_options_header: ({ header }: { header: Header }) => {
      const { value, params } = parseOptionsHeader(header)
      return { value, params: toObject(params) }
    },
    dump_options_header: ({ value, params }: { value: Header; params: Record<string, string | null> }) =>
      serializeOptionsHeader(value, params),
    quote_header_value: ({ value, allow_token }: { value: string; allow_token: boolean }) =>
      quoteHeaderValue(value, { allowToken: allow_token }),
    unquote_header_value: ({ value }: { value: string }) => unquoteHeaderValue(value),
    parse_list_header: ({ header }: { header: string }) => parseListHeader(header),
    parse_dict_header: ({ header }: { header: string }) => [...parseDictHeader(header)],
    dump_list_header: ({ items }: { items: string[] }) => serializeListHeader(items),
    dump_dict_header: ({ items }: { items: [string, string | null][] }) => serializeDictHeader(items),
    header_set: headerSet,
    parse_csp: ({ header }: { header: Header }) => {
      const policy = ContentSecurityPolicy.parse(header ?? '')
      return policy.names.map((name) => [name, policy.get(name)?.join(' ')])
    },
    write_csp: ({ header, set }: { header: Header; set: [string, string | null][] }) =>
      String(ContentSecurityPolicy.parse(header ?? '').with(toObject(set))),
    parse_date: ({ value }: { value: Header }) => seconds(parseHttpDate(value)),
    http_date: ({ timestamp }: { timestamp: number }) => httpDate(timestamp),
    parse_age: ({ value }: { value: Header }) => parseAge(value),
    dump_age: ({ age }: { age: number | null }) => (age === null ? null : serializeAge(age)),
    content_length: (input: { content_length: Header; transfer_encoding: Header }) => {
      const headers = new Headers()
      if (input.content_length !== null) headers.set('Content-Length', input.content_length)
      if (input.transfer_encoding !== null) headers.set('Transfer-Encoding', input.transfer_encoding)
      return new Request({ method: 'POST', target: '/', headers }).contentLength
    },
    content_type_for: ({ mimetype }: { mimetype: string }) => contentTypeFor(mimetype),
    is_resource_modified: isModified,
    remove_entity_headers: (input: { headers: [string, string][]; allowed?: string[] }) => {
      const headers = new Headers(input.headers)
      removeEntityHeaders(headers, input.allowed)
      return [...headers]
    },
    remove_hop_by_hop_headers: (input: { headers: [string, string][] }) => {
      const headers = new Headers(input.headers)
      removeHopByHopHeaders(headers)
      return [...headers]
    },
  },
  kinds: {
    ERR_SECURITY_CSP_DIRECTIVE: 'ValueError',
    ERR_SECURITY_CSP_SOURCE: 'ValueError',
    ERR_HTTP_HEADER_VALUE: 'ValueError',
    ERR_HTTP_AGE: 'ValueError',
    ERR_HTTP_BAD_REQUEST: 'BadRequest',
    ERR_HTTP_CACHE_CONTROL: 'ValueError',
    ERR_HTTP_ETAG: 'ValueError',
    ERR_HTTP_MIMETYPE: 'ValueError',
    ERR_HTTP_RANGE: 'ValueError',
    ERR_HTTP_REQUESTED_RANGE_NOT_SATISFIABLE: 'RequestedRangeNotSatisfiable',
  },
}
