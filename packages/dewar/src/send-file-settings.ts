/** How an app sends files: for how long caches may keep them, and whether the server in front reads them. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { DewarError } from '@dewar/base'
import type { HandOver } from '@dewar/server'
import type { AppConfig } from './config.ts'

/** Seconds that caches may keep a file without asking, by its name; `null` makes them ask each time. Flask: `get_send_file_max_age`. */
export type SendFileMaxAge = (filename: string) => number | null

/**
 * Who reads the files: the server in front, as `X_ACCEL_REDIRECT` or `USE_X_SENDFILE` has it, or nobody but the app.
 *
 * Threat: a header that makes the server in front read a file of the machine's.
 * Construction: the header is made of a path the app was about to send, never of anything a request says; a path outside
 * of the folders that are listed is sent by the app.
 *
 * @throws {DewarError} `ERR_DEWAR_CONFIG` for a location that is none
 * @internal
 */
export function createHandOver(config: AppConfig): HandOver | undefined {
  const { X_ACCEL_REDIRECT, USE_X_SENDFILE } = config
  if (X_ACCEL_REDIRECT !== null) return toLocations(X_ACCEL_REDIRECT)
  return USE_X_SENDFILE ? (path) => ['X-Sendfile', headerText(path)] : undefined
}

function toLocations(mapping: Readonly<Record<string, unknown>>): HandOver {
  const locations = Object.entries(mapping).map(([folder, location]) => {
    if (typeof location === 'string' && /^\/[\x21-\x7e]*$/.test(location) && isAbsolute(folder)) {
      return [resolve(folder), location.replace(/\/$/, '')] as const
    }
    throw new DewarError('ERR_DEWAR_CONFIG', "'X_ACCEL_REDIRECT' does not lead from folders to locations.", {
      fix: "Write { '/srv/app/files': '/internal/files' }: an absolute folder, and an internal location of nginx.",
    })
  })
  // The innermost folder first.
  locations.sort(([a], [b]) => b.length - a.length)
  return (path) => {
    for (const [folder, location] of locations) {
      const below = relative(folder, path)
      if (below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) continue
      return ['X-Accel-Redirect', `${location}/${below.split(sep).map(encodeURIComponent).join('/')}`]
    }
    return null
  }
}

/** A header holds ASCII; the servers that know `X-Sendfile` decode the rest. */
function headerText(path: string): string {
  return /^[\x20-\x24\x26-\x7e]*$/.test(path) ? path : path.split(sep).map(encodeURIComponent).join(sep)
}
