/** The area `response`: what is sent, conditional answers, cookies, files and errors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ContentRangeFields,
  type CookieOptions,
  errorForStatus,
  HeaderSet,
  Headers,
  type HeadersInit,
  type HttpError,
  MissingKeyError,
  parseListHeader,
  RequestedRangeNotSatisfiable,
  Response,
  type ResponseBody,
  type SameSite,
  statusTexts,
  WwwAuthenticate,
} from '@dewar/http'
import { ContentSecurityPolicy } from '@dewar/security'
import { sendFile } from '@dewar/server'
import { makeResponse } from 'dewar'
import { type Adapter, Failure } from '../adapter.ts'
import { camelCase, challenge, seconds, toObject } from './headers.ts'

type Pairs = [string, string][]
interface Challenge {
  readonly type: string
  readonly params?: Record<string, string>
  readonly token?: string
}

/** Moments, bytes and streams as the vectors write them. */
function special(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('_date' in value) return new Date(Number(value._date) * 1000)
  if ('_b64' in value) return new Uint8Array(Buffer.from(String(value._b64), 'base64'))
  if ('_stream' in value) return pieces(value._stream as string[])
  return value
}

async function* pieces(texts: readonly string[]): AsyncGenerator<string, void> {
  yield* texts
}

function statusOf(status: number | string | null | undefined): { status?: number; statusText?: string } {
  if (status === null || status === undefined) return {}
  if (typeof status === 'number') return { status }
  const [, code = 'NaN', text] = /^\s*(\d+)(?:\s+(.*?))?\s*$/.exec(status) ?? []
  return text ? { status: Number(code), statusText: text } : { status: Number(code) }
}

/** A response as it is sent, without `Date`; the status line where the vectors have one. */
async function sent(response: Response, method: string, hasLine: boolean): Promise<unknown> {
  const wire = response.toWire(method)
  const headers: Pairs = []
  for (let index = 0; index < wire.headers.length; index += 2) {
    const name = wire.headers[index] ?? ''
    if (name !== 'Date') headers.push([name, wire.headers[index + 1] ?? ''])
  }
  const bytes = await new Response(wire.body).bytes()
  const text = Buffer.from(bytes).toString()
  const isText = Buffer.from(text).equals(bytes)
  const body = isText ? text : { _b64: Buffer.from(bytes).toString('base64') }
  const phrase =
    wire.statusText === statusTexts[wire.status] ? wire.statusText.toUpperCase() : wire.statusText
  const line = `${wire.status} ${phrase}`
  return { status: wire.status, headers, body, ...(hasLine ? { status_line: line } : {}) }
}

interface MakeInput {
  readonly body?: unknown
  readonly status?: number | string | null
  readonly headers?: HeadersInit
  readonly mimetype?: string
  readonly content_type?: string
  readonly method?: string
}

function make(input: MakeInput): Promise<unknown> {
  const headers = new Headers(input.headers)
  const plain = headers.has('Content-Type') ? undefined : 'text/plain'
  const response = new Response(special(input.body ?? null) as ResponseBody, {
    ...statusOf(input.status),
    headers,
    mimetype: input.mimetype ?? plain,
    contentType: input.content_type,
  })
  return sent(response, 'GET', true)
}

function makeValue(input: MakeInput): Promise<unknown> {
  const { status, statusText } = statusOf(input.status)
  const response = makeResponse(
    special(input.body) as Parameters<typeof makeResponse>[0],
    status,
    input.headers,
  )
  if (statusText !== undefined) response.statusText = statusText
  return sent(response, input.method ?? 'GET', typeof input.status === 'string')
}

interface CookieInput {
  readonly key: string
  readonly value?: string
  readonly max_age?: number
  readonly expires?: unknown
  readonly path?: string | null
  readonly domain?: string
  readonly secure?: boolean
  readonly httponly?: boolean
  readonly samesite?: string
  readonly partitioned?: boolean
}

function cookies({ steps, now }: { steps: ['set' | 'delete', CookieInput][]; now: number }): string[] {
  const response = new Response()
  for (const [action, input] of steps) {
    const options: CookieOptions = {
      maxAge: input.max_age,
      expires: special(input.expires) as Date | number | undefined,
      path: input.path,
      domain: input.domain,
      secure: input.secure ?? false,
      httpOnly: input.httponly ?? false,
      sameSite: (input.samesite ?? null) as SameSite | null,
      partitioned: input.partitioned,
      now,
    }
    if (action === 'set') response.setCookie(input.key, input.value, options)
    else response.deleteCookie(input.key, options)
  }
  return response.headers.getAll('Set-Cookie')
}

function toChallenge({ type, params, token }: Challenge): WwwAuthenticate {
  return new WwwAuthenticate(type, params, token)
}

const LISTS: ReadonlySet<string> = new Set(['vary', 'allow', 'content_language'])
const headerName = (property: string) =>
  property.replaceAll('_', '-').replace(/\b[a-z]/g, (letter) => letter.toUpperCase())

/** Sets a property. */
function setProperty(response: Response, property: string, value: unknown): void {
  const [name = '', part] = property.split('.')
  if (name === 'cache_control' && part !== undefined)
    Object.assign(response.cacheControl, { [camelCase(part)]: value })
  else if (name === 'content_security_policy' && part !== undefined) {
    const policy = ContentSecurityPolicy.parse(response.contentSecurityPolicy ?? '')
    response.contentSecurityPolicy = policy.with({ [part]: value as string | null })
  } else if (name === 'www_authenticate' && part !== undefined) {
    const [first] = response.wwwAuthenticate
    const params = new Map(first?.params)
    if (value === null) params.delete(part)
    else params.set(part, String(value))
    response.wwwAuthenticate = [new WwwAuthenticate(first?.type ?? 'basic', params)]
  } else if (name === 'www_authenticate') {
    response.wwwAuthenticate = value === null ? [] : [value as Challenge].flat().map(toChallenge)
  } else if (name === 'content_range' && typeof value === 'string')
    response.headers.set('Content-Range', value)
  else if (name === 'content_range') response.contentRange = value as ContentRangeFields | null
  else if (name === 'etag') {
    const [tag, weak] = value as [string, boolean]
    response.etag = { tag, weak }
  } else if (LISTS.has(name)) {
    Object.assign(response, { [camelCase(name)]: typeof value === 'string' ? parseListHeader(value) : value })
  } else if (name === 'retry_after' && typeof value === 'string') response.retryAfter = Number(value)
  else Object.assign(response, { [camelCase(name)]: value })
}

type WriteStep = ['set' | 'add' | 'discard' | 'update' | 'clear' | 'unset', string, unknown]

function write({ headers, steps }: { headers: Pairs; steps: WriteStep[] }): Pairs {
  const response = new Response(null, { headers, contentType: contentTypeIn(headers) })
  for (const [action, property, raw] of steps) {
    const value = special(raw)
    const set = response.headerSet(headerName(property))
    if (action === 'set') setProperty(response, property, value)
    else if (action === 'add') set.add(String(value))
    else if (action === 'discard') set.delete(String(value))
    else if (action === 'update') set.add(...(value as string[]))
    else response.headers.delete(headerName(property))
  }
  return [...response.headers]
}

function contentTypeIn(headers: Pairs): string | null {
  return new Headers(headers).get('Content-Type')
}

function read({ headers, prop, now }: { headers: Pairs; prop: string; now: number }): unknown {
  const response = new Response(null, { headers, contentType: contentTypeIn(headers) })
  const value: unknown = response[camelCase(prop) as keyof Response]
  if (prop === 'etag') return [response.etag?.tag ?? null, response.etag?.weak ?? null]
  if (prop === 'retry_after' && typeof value === 'number') return now + value
  if (prop === 'www_authenticate')
    return challenge(response.wwwAuthenticate[0] ?? new WwwAuthenticate('basic'))
  if (prop === 'content_range') return value ?? { units: null, start: null, stop: null, length: null }
  if (prop === 'mimetype_params') return toObject(response.mimetypeParams)
  if (prop === 'mimetype') return response.mimetype || null
  if (value instanceof Date) return seconds(value)
  return value instanceof HeaderSet ? [...value] : value
}

interface ConditionalInput {
  readonly method: string
  readonly request_headers: Pairs
  readonly response: {
    readonly body: string
    readonly status?: number
    readonly etag?: string
    readonly weak?: boolean
    readonly last_modified?: number
    readonly headers?: Pairs
  }
  readonly accept_ranges?: boolean | string
}

async function conditional(input: ConditionalInput): Promise<unknown> {
  const { body, status, etag, weak, last_modified, headers } = input.response
  const response = new Response(body, { status, headers, mimetype: 'text/plain' })
  response.contentLength = Buffer.byteLength(body)
  if (etag !== undefined) response.setEtag(etag, { weak: weak === true })
  if (last_modified !== undefined) response.lastModified = last_modified
  const request = { method: input.method, headers: new Headers(input.request_headers) }
  try {
    response.makeConditional(request, { acceptRanges: input.accept_ranges })
  } catch (error) {
    return unsatisfiable(error)
  }
  return sent(response, input.method, false)
}

function unsatisfiable(error: unknown): Failure {
  if (error instanceof RequestedRangeNotSatisfiable) {
    return new Failure('RequestedRangeNotSatisfiable', { length: error.length })
  }
  throw error
}

interface FileInput {
  readonly content: string
  readonly method: string
  readonly request_headers: Pairs
  readonly options: {
    readonly download_name?: string
    readonly mimetype?: string
    readonly as_attachment?: boolean
    readonly etag?: string | boolean
    readonly last_modified?: number
    readonly max_age?: number
    readonly conditional?: boolean
  }
}

async function file({ content, method, request_headers, options }: FileInput): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  const path = join(folder, 'content')
  writeFileSync(path, content)
  try {
    const response = await sendFile(path, {
      request: { method, headers: new Headers(request_headers) },
      downloadName: options.download_name,
      mimetype: options.mimetype,
      asAttachment: options.as_attachment,
      etag: options.etag ?? false,
      lastModified: options.last_modified === undefined ? undefined : new Date(options.last_modified * 1000),
      maxAge: options.max_age,
      conditional: options.conditional,
    })
    // Content sent from memory has no time of its own.
    if (options.last_modified === undefined) response.lastModified = null
    const result = await sent(response, method, false)
    await response.close()
    return result
  } catch (error) {
    return unsatisfiable(error)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface ErrorInput {
  readonly code: number
  readonly description?: string
  readonly valid_methods?: string[] | null
  readonly length?: number | null
  readonly units?: string
  readonly retry_after?: unknown
  readonly www_authenticate?: Challenge[]
}

async function httpError(input: ErrorInput): Promise<unknown> {
  const options: Record<string, unknown> = {
    validMethods: input.valid_methods ?? undefined,
    length: input.length,
    units: input.units,
    retryAfter: special(input.retry_after) ?? undefined,
    wwwAuthenticate: input.www_authenticate?.map(toChallenge),
  }
  const response = errorForStatus(input.code, input.description, options).toResponse()
  response.headers.delete('Content-Type')
  const page = { status: response.status, headers: [...response.headers] }
  if (input.description === undefined) return page
  return { ...page, description_html: /<p>.*<\/p>/.exec(await response.text())?.[0] }
}

function defaultError({ code }: { code: number }): unknown {
  const error = errorForStatus(code)
  const original: Record<string, string> = {
    RequestUriTooLarge: 'RequestURITooLarge',
    HttpVersionNotSupported: 'HTTPVersionNotSupported',
  }
  const name = error.statusText
  return {
    status: error.status,
    name,
    class: original[error.name] ?? error.name,
    headers: [...(error.headers ?? [])],
  }
}

/** Maps the area to `@dewar/http`, files to `@dewar/server`, views' values to `dewar`. */
export const adapter: Adapter = {
  operations: {
    make_response: make,
    make_response_value: makeValue,
    redirect: async ({ location, code }: { location: string; code?: number }) => {
      const response = Response.redirect(location, { status: code })
      const link = /href="([^"]*)"/.exec(await response.text())?.[1] ?? null
      return { status: response.status, location: response.location, link }
    },
    response_cookies: cookies,
    response_write: write,
    response_read: read,
    conditional,
    add_etag: (input: { body: string; overwrite: boolean; weak: boolean; have: string | null }) => {
      const response = new Response(input.body)
      response.etag = input.have
      response.addEtag({ overwrite: input.overwrite, weak: input.weak })
      return { kept: response.etag?.tag === input.have, weak: response.etag?.weak }
    },
    send_file: file,
    http_error: httpError,
    http_error_default: defaultError,
    missing_key_error: ({ key, show }: { key: string; show: boolean }) => {
      const error: HttpError = new MissingKeyError(key, { showKey: show })
      return { status: error.status, mentions_key: error.description.includes(key) }
    },
  },
  kinds: {
    ERR_DEWAR_VIEW_VALUE: 'TypeError',
    ERR_HTTP_BODY: 'TypeError',
    ERR_HTTP_CACHE_CONTROL: 'ValueError',
    ERR_HTTP_COOKIE_DOMAIN: 'UnicodeError',
    ERR_HTTP_COOKIE_NAME: 'ValueError',
    ERR_HTTP_COOKIE_OPTION: 'ValueError',
    ERR_HTTP_COOKIE_PREFIX: 'ValueError',
    ERR_HTTP_ETAG: 'ValueError',
    ERR_HTTP_HEADER_NAME: 'ValueError',
    ERR_HTTP_HEADER_VALUE: 'ValueError',
    ERR_HTTP_NO_SUCH_ERROR: 'UnknownStatus',
    ERR_HTTP_POLICY: 'ValueError',
    ERR_HTTP_RANGE: 'ValueError',
    ERR_HTTP_STATUS: 'ValueError',
    ERR_SECURITY_CSP_SOURCE: 'ValueError',
  },
}
