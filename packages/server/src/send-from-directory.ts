/**
 * Files below a directory, for paths that come from a request.
 *
 * Threat: paths that climb out (`..`, absolute, encoded, backslashes, NUL, Windows devices), links that lead out, names
 * that were never meant to be served (`.git`, `.env`).
 * Construction: `safeJoin` on the text; no part begins with a dot; the real path must lie below the directory's real
 * path; that real path is what is opened, and its last part may not have become a link since.
 * Whatever is refused looks like a file that does not exist.
 */
import { constants } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import { safeJoin } from '@dewar/base'
import { NotFound, type Response } from '@dewar/http'
import { notFoundOr, openRegular, respond, type SendFileOptions } from './send-file.ts'

/**
 * Answers with a file below a directory.
 *
 * @param directory the directory; relative ones are relative to `root`
 * @param path the path below it, decoded, as it comes from the request
 * @param options how to send it
 * @returns the response, as from `sendFile`
 * @throws {NotFound} for everything that is not a regular, visible file below the directory
 * @throws {RequestedRangeNotSatisfiable} 416
 * @see Flask: `send_from_directory`
 */
export async function sendFromDirectory(
  directory: string,
  path: string,
  options: SendFileOptions = {},
): Promise<Response> {
  const base = resolve(options.root ?? '.', directory)
  const joined = isServable(path) ? safeJoin(base, path) : null
  if (joined === null) throw new NotFound()
  const real = await realPathBelow(base, joined)
  const { handle, stats } = await openRegular(real, constants.O_NOFOLLOW ?? 0)
  return respond(handle, stats, {
    ...options,
    downloadName: options.downloadName ?? basename(joined),
    path: real,
  })
}

/** A final slash names a directory, an empty part nothing at all, a leading dot something hidden. */
function isServable(path: string): boolean {
  return path !== '' && path.split('/').every((part) => part !== '' && !part.startsWith('.'))
}

async function realPathBelow(base: string, path: string): Promise<string> {
  let realBase: string
  let real: string
  try {
    realBase = await realpath(base)
    real = await realpath(path)
  } catch (error) {
    throw notFoundOr(error)
  }
  const prefix = realBase.endsWith(sep) ? realBase : realBase + sep
  if (!real.startsWith(prefix)) throw new NotFound()
  if (
    real
      .slice(prefix.length)
      .split(sep)
      .some((part) => part.startsWith('.'))
  )
    throw new NotFound()
  return real
}
