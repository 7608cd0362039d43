/** A request: method, target, headers and body, with everything else read from them when it is asked for. */
import { readArgs } from './args.ts'
import { parseCookie } from './cookies.ts'
import { defaults } from './defaults.ts'
import { BadRequest, UnsupportedMediaType } from './errors.ts'
import { parseListHeader } from './grammar.ts'
import { Headers, type HeadersInit } from './headers.ts'
import { checkedHost } from './host.ts'
import { parseJsonBytes } from './json-text.ts'
import { isJsonMimetype } from './mimetype.ts'
import type { MultiDict } from './multi-dict.ts'
import { type OptionsHeader, parseOptionsHeader } from './options-header.ts'
import { createQuoter } from './percent-encoding.ts'
import { collectBody, limitBody, type RequestBody, replay, tooLarge } from './request-body.ts'
import { defineRequestFields, type RequestFields } from './request-fields.ts'
import { type RequestLimits, requestLimits } from './request-limits.ts'
import { decodePath, parseTarget, type Target } from './target.ts'
import { type FromWebOptions, requestOptionsFromWeb, requestToWeb } from './web.ts'

const quoteRoot = createQuoter("%!$&'()*+,/:;=@")

/** What a request is made of. */
export interface RequestOptions {
  /** The method; upper case. */
  readonly method: string
  /** The target as it stands in the request line, such as `/posts?page=2`. */
  readonly target: string
  /** The headers. An instance of `Headers` is used as it is. */
  readonly headers?: HeadersInit | undefined
  /** How the client reached the server; `http` by default. */
  readonly scheme?: 'http' | 'https' | undefined
  /** The address of the client, or `null`. */
  readonly remoteAddr?: string | null | undefined
  /** The path below which the app lives; empty by default. */
  readonly rootPath?: string | undefined
  /** The body, or `null` for none. */
  readonly body?: RequestBody | undefined
  /** The largest body in bytes; `null` for any. */
  readonly maxContentLength?: number | null | undefined
  /** Further bounds on what the client sends; pass the same object to each request. */
  readonly limits?: RequestLimits | undefined
  /** Host and port to use where the client names none. */
  readonly serverName?: string | null | undefined
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal | undefined
}

/** How a body is read as JSON. */
export interface JsonOptions {
  /** Read it whatever its media type. */
  readonly force?: boolean | undefined
  /** Give `null` instead of an error. */
  readonly silent?: boolean | undefined
  /** What the value must be: anything else is a 400. JSON is `null`, a text or a number, too. */
  readonly expect?: 'object' | 'array' | undefined
}

/** The header properties; see {@link RequestFields}. */
export interface Request extends RequestFields {}

/**
 * A request. Making one costs next to nothing: all else is read on first use and kept.
 *
 * What cannot be understood gives an HTTP error of 400 or above when it is asked for, never another kind.
 *
 * @example
 * ```ts
 * import { Request } from '@dewar/http'
 *
 * const request = new Request({ method: 'GET', target: '/posts?page=2', headers: { Host: 'blog.example' } })
 * request.path // '/posts'
 * request.args.get('page', { type: 'int', default: 1 }) // 2
 * request.url // 'http://blog.example/posts?page=2'
 * ```
 * @see Flask: `Request`
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: defineRequestFields, below, defines each of them.
export class Request {
  /** The method in upper case. */
  readonly method: string
  /** The target as it stands in the request line. */
  readonly target: string
  /** The headers as received. */
  readonly headers: Headers
  /** How the client reached the server. */
  readonly scheme: 'http' | 'https'
  /** The address of the client, or `null`. */
  readonly remoteAddr: string | null
  /** The path below which the app lives, without a slash at its end. */
  readonly rootPath: string
  /** Host and port to use where the client names none. */
  readonly serverName: string | null
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal | undefined
  /** The largest body in bytes, `null` for any. Change it before the body is read. */
  maxContentLength: number | null
  readonly #source: RequestBody
  readonly #limits: RequestLimits
  #target: Target | undefined
  #path: string | undefined
  #args: MultiDict<string> | undefined
  #cookies: MultiDict<string> | undefined
  #host: string | undefined
  #type: OptionsHeader | undefined
  #data: Promise<Uint8Array> | undefined

  /** @param options what came in */
  constructor(options: RequestOptions) {
    const { headers, maxContentLength } = options
    this.method = options.method.toUpperCase()
    this.target = options.target
    this.headers = headers instanceof Headers ? headers : new Headers(headers)
    this.scheme = options.scheme ?? 'http'
    this.remoteAddr = options.remoteAddr ?? null
    this.rootPath = options.rootPath ? options.rootPath.replace(/\/+$/, '') : ''
    this.serverName = options.serverName ?? null
    this.signal = options.signal
    this.maxContentLength =
      maxContentLength === undefined ? defaults.maxContentLength.value : maxContentLength
    this.#source = options.body ?? null
    this.#limits = options.limits ?? requestLimits
  }

  /**
   * Takes over a web `Request`.
   *
   * @param web the platform's request; its body must be unread
   * @param options what it does not know
   */
  static fromWeb<R extends Request>(
    this: new (
      options: RequestOptions,
    ) => R,
    web: globalThis.Request,
    options: FromWebOptions = {},
  ): R {
    return new this(requestOptionsFromWeb(web, options))
  }

  /** This request as a web `Request`. The body is handed over. */
  toWeb(): globalThis.Request {
    return requestToWeb(this)
  }

  /**
   * The path still percent-encoded, with exactly one slash at its start.
   *
   * @throws {BadRequest} 400 for a malformed target
   */
  get rawPath(): string {
    return this.#parsed().rawPath
  }

  /**
   * The path, decoded.
   *
   * @throws {BadRequest} 400 for a malformed target, or escapes that form no UTF-8
   */
  get path(): string {
    this.#path ??= decodePath(this.#parsed().rawPath)
    return this.#path
  }

  /**
   * The query as sent, without the `?`.
   *
   * @throws {BadRequest} 400 for a malformed target
   */
  get queryString(): string {
    return this.#parsed().queryString
  }

  /**
   * The fields of the query. They are what the client sent: read-only.
   *
   * @throws {BadRequest} 400 for a malformed target or more fields than allowed
   */
  get args(): MultiDict<string> {
    this.#args ??= readArgs(this.#parsed().queryString, this.#limits.maxQueryFields)
    return this.#args
  }

  /** The path, and the query if there is one; percent-encoded. */
  get fullPath(): string {
    const { rawPath, queryString } = this.#parsed()
    return queryString === '' ? rawPath : `${rawPath}?${queryString}`
  }

  /**
   * The host with its port, unless that is the scheme's.
   *
   * @throws {BadHost} 400 if it is missing or malformed
   */
  get host(): string {
    this.#host ??= checkedHost(
      this.#parsed().authority ?? this.headers.get('Host') ?? this.serverName,
      this.scheme,
    )
    return this.#host
  }

  /** The address that was asked for, with the query. @throws {BadHost} 400 */
  get url(): string {
    return `${this.#root()}${this.fullPath}`
  }

  /** The address that was asked for, without the query. @throws {BadHost} 400 */
  get baseUrl(): string {
    return `${this.#root()}${this.rawPath}`
  }

  /** The address of the app, with a slash at its end. @throws {BadHost} 400 */
  get urlRoot(): string {
    return `${this.#root()}/`
  }

  /** The address of the host, with a slash at its end. @throws {BadHost} 400 */
  get hostUrl(): string {
    return `${this.scheme}://${this.host}/`
  }

  /** Did the client come over https? */
  get isSecure(): boolean {
    return this.scheme === 'https'
  }

  /**
   * The cookies. They are what the client sent: read-only.
   *
   * @throws {RequestHeaderFieldsTooLarge} 431, for more cookies than allowed
   */
  get cookies(): MultiDict<string> {
    this.#cookies ??= parseCookie(this.headers.getJoined('Cookie', '; '), this.#limits).freeze()
    return this.#cookies
  }

  /** The whole `Content-Type`, or `null`. */
  get contentType(): string | null {
    return this.headers.get('Content-Type')
  }

  /** The media type in lower case, without parameters; empty if there is none. */
  get mimetype(): string {
    return this.#contentType().value.toLowerCase()
  }

  /** The parameters of the media type, by name in lower case. */
  get mimetypeParams(): ReadonlyMap<string, string> {
    return this.#contentType().params
  }

  /** Is the body JSON? */
  get isJson(): boolean {
    return isJsonMimetype(this.mimetype)
  }

  /**
   * The announced length in bytes; `null` if it is unknown, as for chunked bodies.
   *
   * @throws {BadRequest} 400 if it is no number
   */
  get contentLength(): number | null {
    const value = this.headers.get('Content-Length')
    if (value === null || this.headers.has('Transfer-Encoding')) return null
    const length = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (Number.isSafeInteger(length)) return length
    throw new BadRequest(null, { details: { reason: 'Content-Length is no number.' } })
  }

  /**
   * The addresses the request is said to have passed, the client's first, and the peer's last. All but the peer's are
   * whatever the sender says: good for logs, never for decisions. Declare proxies to have `remoteAddr` right.
   */
  get accessRoute(): string[] {
    const route = parseListHeader(this.headers.getJoined('X-Forwarded-For'))
    return this.remoteAddr === null ? route : [...route, this.remoteAddr]
  }

  /**
   * The body, piece by piece. It can be read once; what `data` has read is handed out from memory.
   *
   * @throws {RequestEntityTooLarge} 413, at once if so much is announced, else as soon as it has arrived
   * @throws {ClientDisconnected} 400, if the client goes away
   */
  get body(): AsyncIterable<Uint8Array> {
    if (this.#data !== undefined) return replay(this.#data)
    this.checkContentLength()
    return limitBody(this.#source, this.maxContentLength)
  }

  /**
   * Gives the memory of a piece of `body` back at once: for readers of large bodies, which would otherwise have to wait for
   * the garbage to be collected. The piece is empty afterwards. Where it may be somebody else's too, nothing happens.
   *
   * @param piece a piece that nobody needs any more
   */
  releasePiece(piece: Uint8Array): void {
    if (this.#data === undefined) this.#source?.release?.(piece)
  }

  /**
   * Refuses a body whose announced length is above the bound, before any of it is read.
   *
   * @throws {RequestEntityTooLarge} 413
   * @throws {BadRequest} 400 if the length is no number
   */
  checkContentLength(): void {
    const length = this.contentLength
    if (length !== null && this.maxContentLength !== null && length > this.maxContentLength) {
      throw tooLarge(this.maxContentLength, length)
    }
  }

  /**
   * The whole body as bytes. It is read once and kept.
   *
   * @throws {RequestEntityTooLarge} 413
   * @throws {ClientDisconnected} 400, if the client goes away
   */
  data(): Promise<Uint8Array> {
    if (this.#data === undefined) {
      this.checkContentLength()
      this.#data = collectBody(limitBody(this.#source, this.maxContentLength))
    }
    return this.#data
  }

  /**
   * The whole body as text in UTF-8; bytes that are none become U+FFFD.
   *
   * @throws {RequestEntityTooLarge} 413
   * @throws {ClientDisconnected} 400, if the client goes away
   */
  async text(): Promise<string> {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.data())
  }

  /**
   * The whole body, parsed as JSON.
   *
   * @param options `force` ignores the media type; `expect` names what the value must be; `silent` gives `null` instead of
   *   400 or 415
   * @throws {UnsupportedMediaType} 415, if the media type is not JSON
   * @throws {BadRequest} 400, if it is no JSON, not what is expected, nested too deep, or has keys that reach into prototypes
   * @throws {RequestEntityTooLarge} 413, also for too many keys, lists and objects
   * @see Flask: `Request.get_json`
   */
  async json<T = unknown>(options: JsonOptions = {}): Promise<T> {
    if (options.force !== true && !this.isJson) {
      if (options.silent === true) return null as T
      throw new UnsupportedMediaType('The body must be JSON, and its Content-Type must say so.')
    }
    const data = await this.data()
    try {
      return expected(parseJsonBytes(data, this.#limits), options.expect) as T
    } catch (error) {
      if (options.silent === true && error instanceof BadRequest) return null as T
      throw error
    }
  }

  #root(): string {
    const rootPath = this.rootPath === '' ? '' : quoteRoot(this.rootPath)
    return `${this.scheme}://${this.host}${rootPath}`
  }

  #parsed(): Target {
    this.#target ??= parseTarget(this.target)
    return this.#target
  }

  #contentType(): OptionsHeader {
    this.#type ??= parseOptionsHeader(this.headers.get('Content-Type'))
    return this.#type
  }
}

function expected(value: unknown, kind: JsonOptions['expect']): unknown {
  if (kind === undefined) return value
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  if (found === kind) return value
  throw new BadRequest(
    kind === 'object' ? 'The body must be a JSON object.' : 'The body must be a JSON array.',
  )
}

defineRequestFields(Request.prototype)
