/** Bodies for tests: multipart texts, and requests that bring them in pieces. */
import { Request } from '@dewar/http'

/** A part as it stands in a body. */
export function part(head: string, content: string): string {
  return `--b\r\n${head}\r\n\r\n${content}\r\n`
}

/** A field's part. */
export function field(name: string, value: string): string {
  return part(`Content-Disposition: form-data; name="${name}"`, value)
}

/** A file's part. */
export function file(name: string, filename: string, content: string, type = 'text/plain'): string {
  return part(
    `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${type}`,
    content,
  )
}

export const end = '--b--\r\n'

/** What a source saw. */
export interface Pieces extends AsyncIterable<Uint8Array> {
  taken: number
  ended: boolean
}

/** Bytes in pieces of the given sizes, the last size repeated; counts what is taken. */
export function pieces(body: string | Uint8Array, ...sizes: readonly number[]): Pieces {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const source: Pieces = { taken: 0, ended: false, [Symbol.asyncIterator]: read }
  async function* read(): AsyncGenerator<Uint8Array, void> {
    try {
      let index = 0
      for (let at = 0; at < bytes.length; ) {
        const size = sizes[Math.min(index++, sizes.length - 1)] ?? bytes.length
        source.taken += Math.min(size, bytes.length - at)
        yield bytes.subarray(at, at + size)
        at += size
      }
    } finally {
      source.ended = true
    }
  }
  return source
}

/** A request with a multipart body. */
export function multipart(body: string | Uint8Array | Pieces, boundary = 'b'): Request {
  return post(`multipart/form-data; boundary=${boundary}`, body)
}

/** A request with a body of any type. */
export function post(
  type: string,
  body: string | Uint8Array | Pieces,
  headers: Record<string, string> = {},
): Request {
  const source = typeof body === 'string' || body instanceof Uint8Array ? pieces(body) : body
  return new Request({
    method: 'POST',
    target: '/',
    headers: { 'Content-Type': type, ...headers },
    body: source,
    maxContentLength: null,
  })
}
