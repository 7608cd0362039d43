/** A response: status, headers and body, with typed views of the headers. No I/O happens here. */
import { checkNames } from '@dewar/base'
import { applyConditions, type ConditionalOptions, type ConditionalRequest } from './conditional.ts'
import { type Etag, generateEtag, parseEtag, quoteEtag } from './etags.ts'
import type { HeaderSet } from './header-set.ts'
import { Headers, type HeadersInit } from './headers.ts'
import { serializeJson } from './json-text.ts'
import { contentTypeFor, isJsonMimetype } from './mimetype.ts'
import { parseOptionsHeader } from './options-header.ts'
import { checkRedirectStatus, redirectPage } from './redirect-page.ts'
import { checkBody, discardBody, isStreamedBody, type ResponseBody, readBody } from './response-body.ts'
import { defineResponseFields, headerSetOf, type ResponseFields } from './response-fields.ts'
import { type CookieOptions, serializeCookie } from './set-cookie.ts'
import { checkStatus, checkStatusText, statusTexts } from './statuses.ts'
import { responseOptionsFromWeb, responseToWeb } from './web.ts'
import { type WireResponse, wireHead } from './wire.ts'

/** What a response is made with. */
export interface ResponseOptions {
  /** 100 to 599; 200 by default. */
  readonly status?: number | undefined
  /** The phrase behind the status; the registered one by default. */
  readonly statusText?: string | undefined
  /** Headers to start with. They are copied. */
  readonly headers?: HeadersInit | undefined
  /** The media type; `text/html` by default. Text types get `; charset=utf-8`. */
  readonly mimetype?: string | undefined
  /** The whole `Content-Type`, taken as it is; `null` for none. */
  readonly contentType?: string | null | undefined
}

const HTML = 'text/html; charset=utf-8'
const DEFAULT_STATUS = 200
// The types of most responses, ready to be put on them unchecked.
const COMMON_TYPES: ReadonlyMap<string, Headers> = new Map(
  ['text/html', 'text/plain', 'application/json'].map((mimetype) => [
    mimetype,
    new Headers({ 'Content-Type': contentTypeFor(mimetype) }),
  ]),
)
const OPTION_NAMES: ReadonlySet<string> = new Set([
  'status',
  'statusText',
  'headers',
  'mimetype',
  'contentType',
])

/** The header properties; see {@link ResponseFields}. */
export interface Response extends ResponseFields {}

/**
 * A response.
 *
 * @example
 * ```ts
 * import { Response } from '@dewar/http'
 *
 * const response = new Response('<h1>Hello</h1>', { status: 201 })
 * response.setCookie('theme', 'dark', { maxAge: 86_400 })
 * response.headers.get('Content-Type') // 'text/html; charset=utf-8'
 * ```
 * @see Flask: `Response`; RFC 9110
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: defineResponseFields, below, defines each of them.
export class Response {
  /** The headers, in the order they will be sent. */
  readonly headers: Headers
  /** What will be sent. Text is UTF-8; what can be iterated is streamed. */
  body: ResponseBody
  #status: number
  #statusText: string | undefined
  #onClose: (() => void | Promise<void>)[] | undefined
  #closed = false

  /**
   * @param body text, bytes, a stream, or nothing
   * @param options status, headers and type
   * @throws {DewarError} `ERR_HTTP_BODY`, `ERR_HTTP_OPTION`, `ERR_HTTP_STATUS`, `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  constructor(body: ResponseBody = null, options?: ResponseOptions) {
    if (typeof body !== 'string') checkBody(body)
    this.body = body
    this.#status = DEFAULT_STATUS
    if (options === undefined) {
      this.headers = Headers.fromRaw(['Content-Type', HTML])
      return
    }
    checkNames('ERR_HTTP_OPTION', 'A response', options, OPTION_NAMES)
    if (options.status !== undefined) this.#status = checkStatus(options.status)
    if (options.statusText !== undefined) this.statusText = options.statusText
    this.headers = new Headers(options.headers)
    this.#describeBody(options)
  }

  /**
   * A value as JSON, compact and with a line feed at the end.
   *
   * @param value anything that `JSON.stringify` takes
   * @param options status and headers
   * @throws {DewarError} `ERR_HTTP_JSON` if the value has no JSON form
   */
  static json(value: unknown, options: ResponseOptions = {}): Response {
    return new Response(serializeJson(value), { mimetype: 'application/json', ...options })
  }

  /**
   * A redirect. It goes wherever it is told: check targets that come from a request first.
   *
   * @param location the target, relative or absolute; non-ASCII is percent-encoded
   * @param options `status`: 301, 302 (default), 303, 305, 307 or 308
   * @throws {DewarError} `ERR_HTTP_STATUS`, `ERR_HTTP_HEADER_VALUE`
   * @see RFC 9110 §15.4; Werkzeug: `redirect`
   */
  static redirect(location: string, options: ResponseOptions = {}): Response {
    const status = checkRedirectStatus(options.status ?? 302)
    const response = new Response(redirectPage(location), { ...options, status })
    response.location = location
    return response
  }

  /**
   * Takes over a web `Response`.
   *
   * @param web the platform's response; its body must be unread
   */
  static fromWeb(web: globalThis.Response): Response {
    return new Response(web.body, responseOptionsFromWeb(web))
  }

  #describeBody({ contentType, mimetype, headers }: ResponseOptions): void {
    if (contentType !== undefined) this.contentType = contentType
    else if (mimetype === undefined) this.headers.setDefault('Content-Type', HTML)
    else {
      const common = headers === undefined ? COMMON_TYPES.get(mimetype) : undefined
      if (common === undefined) this.mimetype = mimetype
      else this.headers.addMissing(common)
    }
  }

  /** The status code. */
  get status(): number {
    return this.#status
  }

  /** @throws {DewarError} `ERR_HTTP_STATUS` outside of 100 to 599 */
  set status(status: number) {
    this.#status = checkStatus(status)
    this.#statusText = undefined
  }

  /** The phrase behind the status. */
  get statusText(): string {
    return this.#statusText ?? statusTexts[this.#status] ?? 'Unknown'
  }

  /** @throws {DewarError} `ERR_HTTP_STATUS` for text that cannot stand in a status line */
  set statusText(text: string) {
    this.#statusText = checkStatusText(text)
  }

  /** Does the body arrive in pieces? */
  get isStreamed(): boolean {
    return isStreamedBody(this.body)
  }

  /** The media type in lower case, without parameters; empty if there is none. */
  get mimetype(): string {
    return parseOptionsHeader(this.headers.get('Content-Type')).value.toLowerCase()
  }

  /** Text types get `; charset=utf-8`. */
  set mimetype(mimetype: string) {
    this.headers.set('Content-Type', contentTypeFor(mimetype))
  }

  /** The parameters of the media type. */
  get mimetypeParams(): ReadonlyMap<string, string> {
    return parseOptionsHeader(this.headers.get('Content-Type')).params
  }

  /** Is the body JSON? */
  get isJson(): boolean {
    return isJsonMimetype(this.mimetype)
  }

  /** The whole `Content-Type`. */
  get contentType(): string | null {
    return this.headers.get('Content-Type')
  }

  set contentType(value: string | null) {
    if (value === null) this.headers.delete('Content-Type')
    else this.headers.set('Content-Type', value)
  }

  /**
   * Any header that is a list of words, as a set. Changes are written to the headers.
   *
   * @param name such as `Access-Control-Allow-Headers`
   */
  headerSet(name: string): HeaderSet {
    return headerSetOf(this.headers, name)
  }

  /** The version of the content. */
  get etag(): Etag | null {
    return parseEtag(this.headers.get('ETag'))
  }

  set etag(value: Etag | string | null) {
    if (value === null) this.headers.delete('ETag')
    else if (typeof value === 'string') this.setEtag(value)
    else this.setEtag(value.tag, { weak: value.weak })
  }

  /**
   * Names the version of the content.
   *
   * @param tag without quotes
   * @param options `weak`: equal tags mean equivalent content, not the same bytes
   * @throws {DewarError} `ERR_HTTP_ETAG` for a tag with quotes or control characters
   */
  setEtag(tag: string, options: { readonly weak?: boolean } = {}): void {
    this.headers.set('ETag', quoteEtag(tag, options))
  }

  /**
   * Names the version of a body that does not stream by its hash.
   *
   * @param options `overwrite`: replace a tag that is there; `weak`: see `setEtag`
   */
  addEtag(options: { readonly overwrite?: boolean; readonly weak?: boolean } = {}): void {
    if ((options.overwrite !== true && this.headers.has('ETag')) || isStreamedBody(this.body)) return
    this.setEtag(generateEtag(this.body ?? ''), { weak: options.weak === true })
  }

  /**
   * Sets a cookie: by default `Secure`, `HttpOnly`, `SameSite=Lax`, for the whole host, until the browser closes.
   *
   * @param name a token
   * @param value any text
   * @param options the attributes
   * @throws {DewarError} `ERR_HTTP_COOKIE_NAME`, `ERR_HTTP_COOKIE_DOMAIN`, `ERR_HTTP_COOKIE_OPTION`,
   *   `ERR_HTTP_COOKIE_PREFIX`
   * @throws {LimitError} `ERR_HTTP_COOKIE_TOO_LARGE`
   * @see Flask: `Response.set_cookie`
   */
  setCookie(name: string, value = '', options?: CookieOptions): void {
    this.headers.add('Set-Cookie', serializeCookie(name, value, options))
  }

  /**
   * Makes the browser forget a cookie. Path, domain and `partitioned` must be those it was set with.
   *
   * @param name the cookie's name
   * @param options the attributes it was set with
   * @see Flask: `Response.delete_cookie`
   */
  deleteCookie(name: string, options?: CookieOptions): void {
    this.setCookie(name, '', { ...options, expires: 0, maxAge: 0 })
  }

  /**
   * Answers only as much as the client lacks: 304 if it has this version, 206 with a part if it asked for one, 412 if
   * its condition fails. Does nothing unless the method is GET or HEAD.
   *
   * @param request whose headers hold the conditions
   * @param options whether parts can be had, and of what length the whole is
   * @returns this response
   * @throws {RequestedRangeNotSatisfiable} 416, if the part lies outside of the whole
   * @see RFC 9110 §13, §14; Werkzeug: `Response.make_conditional`
   */
  makeConditional(request: ConditionalRequest, options: ConditionalOptions = {}): this {
    applyConditions(this, request, options)
    return this
  }

  /**
   * Calls a function when the response has been sent, or given up. Functions run in the order they were added.
   *
   * @param callback what to do
   */
  onClose(callback: () => void | Promise<void>): void {
    this.#onClose ??= []
    this.#onClose.push(callback)
  }

  /**
   * Lets go of an unread stream and runs what `onClose` was given, once. All functions run even if one fails.
   *
   * @throws what the first failing function threw
   */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const failures: unknown[] = []
    for (const callback of [() => discardBody(this.body), ...(this.#onClose ?? [])]) {
      try {
        await callback()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  /** The body as bytes. A stream is read to its end and kept. */
  async bytes(): Promise<Uint8Array> {
    const bytes = await readBody(this.body)
    if (isStreamedBody(this.body)) this.body = bytes
    return bytes
  }

  /** The body as text. A stream is read to its end and kept. */
  async text(): Promise<string> {
    if (typeof this.body === 'string') return this.body
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.bytes())
  }

  /**
   * The body parsed as JSON.
   *
   * @throws {SyntaxError} if it is none
   */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text()) as T
  }

  /**
   * What goes to the client: headers with `Content-Length`, and the body or nothing, by status and method.
   *
   * @param method of the request; `HEAD` keeps the length and drops the body
   * @see RFC 9110 §6.4.1, §8.6
   */
  toWire(method = 'GET'): WireResponse {
    return wireHead(this, method)
  }

  /**
   * This response as a web `Response`.
   *
   * @param method of the request; `HEAD` has no body
   */
  toWeb(method = 'GET'): globalThis.Response {
    return responseToWeb(this, method)
  }
}

defineResponseFields(Response.prototype)
