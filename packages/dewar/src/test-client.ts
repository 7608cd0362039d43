/** A visitor for tests. */
import { DewarError } from '@dewar/base'
import { serializeCookie } from '@dewar/http'
import { isSafeMethod } from '@dewar/security'
import type { Session } from '@dewar/sessions'
import type { App } from './app.ts'
import type { SessionData } from './augment.ts'
import { type Context, runInContext } from './context.ts'
import { tokenFor } from './csrf.ts'
import { defaults } from './defaults.ts'
import { directDoor, type TestAnswer, type TestDoor, withContext } from './test-door.ts'
import { hostAndScheme, pathOf, placeOf, type RequestInit, toRequestOptions } from './test-request.ts'
import { TestResponse, type TestStream } from './test-response.ts'

/** What holds for all requests of a client. */
export interface ClientOptions {
  /** Where the app is thought to be: `https://blog.example/shop` gives scheme, host and root path. */
  readonly baseUrl?: string | undefined
  /**
   * `direct` by default: the app is called. `socket` starts a server on this machine, so that what is tested is what a
   * browser gets; `close()` the client to stop it.
   */
  readonly door?: 'direct' | 'socket' | undefined
  /** Whether cookies are kept; true by default. */
  readonly cookies?: boolean | undefined
  /** Used where a request says nothing: `{ headers: { Accept: 'application/json' } }`. */
  readonly defaults?:
    | Pick<
        RequestInit,
        'host' | 'scheme' | 'rootPath' | 'remoteAddr' | 'headers' | 'auth' | 'csrf' | 'followRedirects'
      >
    | undefined
}

/**
 * Makes a client for an app; `app.testClient()` does the same.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { createApp } from 'dewar'
 * import { testClient } from 'dewar/testing'
 *
 * const app = createApp()
 * app.get('/', () => 'Hello')
 * const response = await testClient(app).get('/')
 * assert.equal(response.text, 'Hello')
 * ```
 * @see Flask: `app.test_client()`
 */
export function testClient(app: App, options: ClientOptions = {}): TestClient {
  return new TestClient(app, options)
}

/** A visitor with a cookie jar. Made by {@link testClient}. */
export class TestClient implements AsyncDisposable {
  readonly #app: App
  readonly #defaults: NonNullable<ClientOptions['defaults']>
  readonly #keepsCookies: boolean
  readonly #cookies = new Map<string, string>()
  readonly #door: Promise<TestDoor>
  #lastContext: Context | null = null

  /** @internal */
  constructor(app: App, { defaults = {}, baseUrl, door = 'direct', cookies = true }: ClientOptions) {
    this.#app = app
    this.#defaults = { ...baseOf(baseUrl, app), ...defaults }
    this.#keepsCookies = cookies
    this.#door = door === 'direct' ? Promise.resolve(directDoor(app)) : openSocketDoor(app)
  }

  /** Sends a GET request. */
  get(path: string, init?: RequestInit): Promise<TestResponse> {
    return this.open('GET', path, init)
  }

  /** Sends a HEAD request. */
  head(path: string, init?: RequestInit): Promise<TestResponse> {
    return this.open('HEAD', path, init)
  }

  /** Sends a POST request. */
  post(path: string, init?: RequestInit): Promise<TestResponse> {
    return this.open('POST', path, init)
  }

  /** Sends a PUT request. */
  put(path: string, init?: RequestInit): Promise<TestResponse> {
    return this.open('PUT', path, init)
  }

  /** Sends a PATCH request. */
  patch(path: string, init?: RequestInit): Promise<TestResponse> {
    return this.open('PATCH', path, init)
  }

  /** Sends a DELETE request. */
  delete(path: string, init?: RequestInit): Promise<TestResponse> {
    return this.open('DELETE', path, init)
  }

  /** Sends an OPTIONS request. */
  options(path: string, init?: RequestInit): Promise<TestResponse> {
    return this.open('OPTIONS', path, init)
  }

  /**
   * Sends a request. Errors that nothing handles reach the test if the app is made with `TESTING: true`.
   *
   * @param path a path, or a URL whose scheme and host count
   * @throws {DewarError} `ERR_DEWAR_TEST_BODY` for two bodies, `ERR_DEWAR_TEST_REDIRECT` for redirects off this site or in a loop
   */
  async open(method: string, path: string, init: RequestInit = {}): Promise<TestResponse> {
    const [target, merged] = this.#merge(path, init)
    return this.#follow(method, target, merged, [])
  }

  /**
   * Sends a request and gives the response as soon as its head is there, for bodies that take their time.
   *
   * @throws {DewarError} `ERR_DEWAR_TEST_BODY` for two bodies
   */
  async stream(method: string, path: string, init: RequestInit = {}): Promise<TestStream> {
    const [target, merged] = this.#merge(path, init)
    const { status, headers, body, close } = await this.#send(method, target, merged)
    return { status, headers, body, close, [Symbol.asyncDispose]: close }
  }

  /**
   * Changes the session between requests, as a view would.
   *
   * @param change gets the session; what it returns is returned
   * @throws {DewarError} `ERR_DEWAR_TEST_COOKIES` for a client that keeps no cookies; `ERR_DEWAR_NO_SECRET_KEY`
   * @see Flask: `session_transaction`
   */
  async sessionTransaction<T>(change: (session: Session<SessionData>) => T | Promise<T>): Promise<T> {
    if (this.#keepsCookies) return this.#change(change)
    throw new DewarError('ERR_DEWAR_TEST_COOKIES', 'This client keeps no cookies, and so has no session.', {
      fix: 'Leave cookies: false out.',
    })
  }

  async #change<T>(change: (session: Session<SessionData>) => T | Promise<T>): Promise<T> {
    const { sessions } = this.#app
    const session = await sessions.open(this.#cookieHeader(), this.#app.now())
    const result = await change(session)
    const cookie = await sessions.save(session, this.#app.now())
    if (cookie !== null) this.#keep(cookie)
    return result
  }

  /** The context of the last request, with its request, session and `g`; `null` before the first. */
  get lastContext(): Context | null {
    return this.#lastContext
  }

  /**
   * Runs a function in the context of the last request, where `request`, `session` and `g` are what they were.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` before the first request
   * @see Flask: `with client:`
   */
  context<T>(run: () => T): T {
    if (this.#lastContext !== null) return runInContext(this.#lastContext, run)
    throw new DewarError('ERR_DEWAR_NO_CONTEXT', 'client.context() was used before the first request.', {
      fix: 'Send a request first, or use app.testRequestContext(…).',
    })
  }

  /** Stops the server of `{ door: 'socket' }`. */
  async close(): Promise<void> {
    await (await this.#door).close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The value of a cookie, as it stands in the jar. */
  getCookie(name: string): string | undefined {
    return this.#cookies.get(name)
  }

  /** Puts a cookie into the jar. */
  setCookie(name: string, value: string): void {
    this.#keep(serializeCookie(name, value))
  }

  /** Takes a cookie out of the jar. */
  deleteCookie(name: string): void {
    this.#cookies.delete(name)
  }

  async #follow(
    method: string,
    path: string,
    init: RequestInit,
    history: readonly TestResponse[],
  ): Promise<TestResponse> {
    const answer = await this.#send(method, path, init)
    const response = await complete(answer, { method, path }, history)
    const location = response.location
    if (
      init.followRedirects !== true ||
      location === null ||
      response.status < 300 ||
      response.status > 399
    ) {
      return response
    }
    const mostRedirects = defaults.testRedirects.value
    if (history.length >= mostRedirects)
      throw redirectError(`more than ${mostRedirects} redirects, last to ${location}`)
    const { scheme = 'http', host = 'localhost' } = init
    const target = new URL(location, new URL(path, `${scheme}://${host}`))
    if (target.host !== host) throw redirectError(`a redirect to another site: ${location}`)
    const keeps = response.status === 307 || response.status === 308 || isSafeMethod(method)
    const { query: _query, form, files, json, body, ...rest } = init
    const payload = keeps
      ? {
          ...(form && { form }),
          ...(files && { files }),
          ...(body && { body }),
          ...(json === undefined ? {} : { json }),
        }
      : {}
    const next = target.pathname + target.search
    return this.#follow(keeps ? method : 'GET', next, { ...rest, ...payload }, [...history, response])
  }

  async #send(method: string, path: string, init: RequestInit): Promise<TestAnswer> {
    const headers = { ...init.headers }
    if (init.csrf !== false && !isSafeMethod(method)) await this.#prove(headers, method, path, init)
    const options = await toRequestOptions(
      method,
      path,
      { ...init, headers },
      this.#cookieHeader(),
      this.#app.json,
    )
    const door = await this.#door
    const { result, context } = await withContext(this.#app, () => door.send(options))
    this.#lastContext = context
    for (const cookie of result.headers.getAll('Set-Cookie')) this.#keep(cookie)
    return result
  }

  #merge(path: string, init: RequestInit): readonly [string, RequestInit] {
    const headers = { ...this.#defaults.headers, ...init.headers }
    const merged: RequestInit = { ...this.#defaults, ...init, headers }
    return [pathOf(path), { ...merged, ...hostAndScheme(path) }]
  }

  /** What a page of the app would do: say where it comes from, and send the token of its session. */
  async #prove(
    headers: Record<string, string>,
    method: string,
    path: string,
    { scheme = 'http', host = 'localhost', rootPath = '' }: RequestInit,
  ) {
    headers['Origin'] ??= `${scheme}://${host}`
    if (this.#app.config.SECRET_KEY === null && this.#app.storedSessions === null) return
    const name = this.#app.config.CSRF_HEADERS[0] ?? 'X-CSRF-Token'
    if (headers[name] !== undefined) return
    const secret = await this.#change((session) => session.csrfSecret)
    headers[name] = tokenFor(this.#app, secret, method, path, rootPath)
  }

  #cookieHeader(): string {
    return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(setCookie: string): void {
    if (!this.#keepsCookies) return
    const [pair = '', ...attributes] = setCookie.split(';')
    const [name = '', ...value] = pair.split('=')
    const gone = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute))
    if (gone) this.#cookies.delete(name.trim())
    else this.#cookies.set(name.trim(), value.join('='))
  }
}

async function complete(
  answer: TestAnswer,
  request: TestResponse['request'],
  history: readonly TestResponse[],
): Promise<TestResponse> {
  const chunks: Uint8Array[] = []
  try {
    if (request.method !== 'HEAD') for await (const chunk of answer.body) chunks.push(chunk)
  } finally {
    await answer.close()
  }
  return new TestResponse(answer, Buffer.concat(chunks), request, history)
}

/** Loaded where it is used: apps do without a client of HTTP. */
async function openSocketDoor(app: App): Promise<TestDoor> {
  const { socketDoor } = await import('./test-socket-door.ts')
  return socketDoor(app)
}

function baseOf(baseUrl: string | undefined, app: App): ClientOptions['defaults'] {
  if (baseUrl === undefined) return placeOf(app)
  return { ...hostAndScheme(baseUrl), rootPath: new URL(baseUrl).pathname.replace(/\/$/, '') }
}

function redirectError(what: string): DewarError {
  return new DewarError('ERR_DEWAR_TEST_REDIRECT', `The test client met ${what}.`, {
    fix: 'Leave followRedirects out and look at response.location.',
  })
}
