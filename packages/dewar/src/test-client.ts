import { DewarError } from '@dewar/base'
import { type Response, serializeCookie } from '@dewar/http'
import { csrfToken, isSafeMethod } from '@dewar/security'
import type { Session } from '@dewar/sessions'
import type { App } from './app.ts'
import type { SessionData } from './augment.ts'
import { type RequestInit, toRequestOptions } from './test-request.ts'
import { TestResponse } from './test-response.ts'

const mostRedirects = 20

/** What holds for all requests of a client. */
export interface ClientOptions {
  /** Used where a request says nothing: `{ scheme: 'https', host: 'blog.example' }`. */
  readonly defaults?: Pick<
    RequestInit,
    'host' | 'scheme' | 'remoteAddr' | 'headers' | 'csrf' | 'followRedirects'
  >
}

/**
 * Makes a client for an app.
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
export class TestClient {
  readonly #app: App
  readonly #defaults: NonNullable<ClientOptions['defaults']>
  readonly #cookies = new Map<string, string>()

  constructor(app: App, { defaults = {} }: ClientOptions) {
    this.#app = app
    this.#defaults = defaults
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
   * @throws {DewarError} `ERR_DEWAR_TEST_BODY` for two bodies, `ERR_DEWAR_TEST_REDIRECT` for redirects off this site or in a loop
   */
  async open(method: string, path: string, init: RequestInit = {}): Promise<TestResponse> {
    const merged: RequestInit = {
      ...this.#defaults,
      ...init,
      headers: { ...this.#defaults.headers, ...init.headers },
    }
    return this.#follow(method, path, merged, [])
  }

  /**
   * Changes the session between requests, as a view would.
   *
   * @see Flask: `session_transaction`
   */
  async session<T>(change: (session: Session<SessionData>) => T | Promise<T>): Promise<T> {
    const { sessions } = this.#app
    const session = sessions.open(this.#cookieHeader(), this.#app.now())
    const result = await change(session)
    const cookie = sessions.save(session, this.#app.now())
    if (cookie !== null) this.#keep(cookie)
    return result
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
    const response = await this.#send(method, path, init, history)
    const location = response.location
    if (
      init.followRedirects !== true ||
      location === null ||
      response.status < 300 ||
      response.status > 399
    ) {
      return response
    }
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

  async #send(method: string, path: string, init: RequestInit, history: readonly TestResponse[]) {
    const headers = { ...init.headers }
    if (init.csrf !== false && !isSafeMethod(method)) await this.#prove(headers, init)
    const options = await toRequestOptions(method, path, { ...init, headers }, this.#cookieHeader())
    const response = await this.#app.handle(this.#app.createRequest(options))
    const bytes = method === 'HEAD' ? new Uint8Array() : await readBody(response)
    await response.close()
    for (const cookie of response.headers.getAll('Set-Cookie')) this.#keep(cookie)
    return new TestResponse(response, bytes, history)
  }

  /** What a page of the app would do: say where it comes from, and send the token of its session. */
  async #prove(headers: Record<string, string>, { scheme = 'http', host = 'localhost' }: RequestInit) {
    headers['Origin'] ??= `${scheme}://${host}`
    if (this.#app.config.SECRET_KEY === null) return
    const name = this.#app.config.CSRF_HEADERS[0] ?? 'X-CSRF-Token'
    headers[name] ??= csrfToken(await this.session((session) => session.csrfSecret))
  }

  #cookieHeader(): string {
    return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split(';')
    const [name = '', ...value] = pair.split('=')
    const gone = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute))
    if (gone) this.#cookies.delete(name.trim())
    else this.#cookies.set(name.trim(), value.join('='))
  }
}

async function readBody(response: Response): Promise<Uint8Array> {
  return response.bytes()
}

function redirectError(what: string): DewarError {
  return new DewarError('ERR_DEWAR_TEST_REDIRECT', `The test client met ${what}.`, {
    fix: 'Leave followRedirects out and look at response.location.',
  })
}
