/** A response as a test reads it: whole, with its body in hand. */
import type { Headers } from '@dewar/http'

/** What the test client got. */
export class TestResponse {
  /** The status code. */
  readonly status: number
  /** The headers. */
  readonly headers: Headers
  /** The body. */
  readonly bytes: Uint8Array
  /** What was asked for. */
  readonly request: { readonly method: string; readonly path: string }
  /** The responses that led here by redirects, oldest first. */
  readonly history: readonly TestResponse[]

  /** @internal */
  constructor(
    head: { readonly status: number; readonly headers: Headers },
    bytes: Uint8Array,
    request: TestResponse['request'],
    history: readonly TestResponse[],
  ) {
    this.status = head.status
    this.headers = head.headers
    this.bytes = bytes
    this.request = request
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

/** A response whose body is still coming; `close()` it, or read it to its end. */
export interface TestStream extends AsyncDisposable {
  readonly status: number
  readonly headers: Headers
  /** The body in the pieces it comes in. */
  readonly body: AsyncIterable<Uint8Array>
  /** The client goes away. */
  close(): Promise<void>
}
