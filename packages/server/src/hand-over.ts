/**
 * Files that the server in front sends in the app's place. The app decides who gets which file, and names it in a header;
 * that server reads it, conditions and ranges included.
 *
 * @see nginx: `X-Accel-Redirect`; Apache, lighttpd: `X-Sendfile`; Flask: `USE_X_SENDFILE`
 */
import type { FileHandle } from 'node:fs/promises'
import type { Response } from '@dewar/http'

/** Says for a file, by its absolute path, which header names it to the server in front; `null`: the app sends it itself. */
export type HandOver = (path: string) => readonly [name: string, value: string] | null

/** Empties the response and names the file instead. @internal */
export async function handFileOver(
  response: Response,
  handle: FileHandle,
  [name, value]: readonly [string, string],
): Promise<Response> {
  await handle.close()
  response.headers.set(name, value)
  response.headers.delete('Content-Length')
  response.body = ''
  return response
}
