/** A response as a test reads it: whole, with its body in hand. */
import type { Headers, Response } from '@dewar/http'

/** What the test client got. */
export class TestResponse {
  /** The status code. */
  readonly status: number
  /** The headers. */
  readonly headers: Headers
  /** The body. */
  readonly bytes: Uint8Array
  /** The responses that led here by redirects, oldest first. */
  readonly history: readonly TestResponse[]

  constructor(response: Response, bytes: Uint8Array, history: readonly TestResponse[]) {
    this.status = response.status
    this.headers = response.headers
    this.bytes = bytes
    this.history = history
  }

  /** The body as text. */
  get text(): string {
    return new TextDecoder().decode(this.bytes)
  }

  /** The body as JSON. @throws {SyntaxError} if it is none */
  json<T = unknown>(): T {
    return JSON.parse(this.text)
  }

  /** Where a redirect leads, `null` for other responses. */
  get location(): string | null {
    return this.headers.get('Location')
  }
}
