/** Files as answers to the current request. */
import { isAbsolute, join } from 'node:path'
import type { Response } from '@dewar/http'
import { type SendFileOptions, sendFile as send, sendFromDirectory as sendFrom } from '@dewar/server'
import { useContext } from './context.ts'
import { type Content, sendContent } from './send-content.ts'

/**
 * A file as the answer: conditional, in ranges, with type, name and version.
 *
 * @param source the path of a file, relative to the app's `root` unless absolute; or bytes or a stream, with a `mimetype` or
 *   `downloadName`. Never a path that came from a client: use {@link sendFromDirectory} for those
 * @param options type, name, cache time; the current request's conditions are looked at by themselves
 * @throws {NotFound} 404 if it is no readable file
 * @throws {DewarError} `ERR_DEWAR_SEND_FILE` for bytes or a stream of which nobody says what they are
 * @see Flask: `send_file`
 */
export async function sendFile(source: string | Content, options: SendFileOptions = {}): Promise<Response> {
  if (typeof source !== 'string') return sendContent(source, complete(options, options.downloadName ?? ''))
  return send(fromRoot(source), complete(options, source))
}

/**
 * A file below a directory as the answer; its name may come from a client.
 *
 * @param directory the trusted directory; a relative one is relative to the app's `root`
 * @param path the name of the file; whatever leads out of the directory, links included, is a 404
 * @param options as for {@link sendFile}
 * @throws {NotFound} 404
 * @see Flask: `send_from_directory`
 */
export function sendFromDirectory(
  directory: string,
  path: string,
  options: SendFileOptions = {},
): Promise<Response> {
  return sendFrom(fromRoot(directory), path, complete(options, path))
}

function fromRoot(path: string): string {
  const { root } = useContext('sendFile()').app
  return isAbsolute(path) || root === null ? path : join(root, path)
}

/** What the app and the request have to say. */
function complete(options: SendFileOptions, filename: string): SendFileOptions {
  const { app, request } = useContext('sendFile()')
  const maxAge = app.getSendFileMaxAge(filename)
  return { request: request ?? undefined, maxAge, handOver: app.handOver, ...options }
}
