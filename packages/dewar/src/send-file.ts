/** Files as answers to the current request. */
import { isAbsolute, join } from 'node:path'
import type { Response } from '@dewar/http'
import { type SendFileOptions, sendFile as send, sendFromDirectory as sendFrom } from '@dewar/server'
import { useContext } from './context.ts'

/**
 * A file as the answer: conditional, in ranges, with type, name and version.
 *
 * @param path the file; a relative path is relative to the app's `root`. Never a name that came from a client: use
 *   {@link sendFromDirectory} for those
 * @param options type, name, cache time; the current request's conditions are looked at by themselves
 * @throws {NotFound} 404 if it is no readable file
 * @see Flask: `send_file`
 */
export function sendFile(path: string, options: SendFileOptions = {}): Promise<Response> {
  return send(fromRoot(path), withRequest(options))
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
  return sendFrom(fromRoot(directory), path, withRequest(options))
}

function fromRoot(path: string): string {
  const { root } = useContext('sendFile()').app
  return isAbsolute(path) || root === null ? path : join(root, path)
}

function withRequest(options: SendFileOptions): SendFileOptions {
  const { app, request } = useContext('sendFile()')
  return { request: request ?? undefined, maxAge: app.config.SEND_FILE_MAX_AGE_DEFAULT, ...options }
}
