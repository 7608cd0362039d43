/** What can go wrong when a server is set up. */
import { DewarError } from '@dewar/base'

const listenFixes: Readonly<
  Record<string, readonly [code: `ERR_SERVER_${string}`, what: string, fix: string]>
> = {
  EADDRINUSE: [
    'ERR_SERVER_PORT_IN_USE',
    'is already in use',
    'Stop the other program, or choose another port; port 0 is any free one.',
  ],
  EACCES: [
    'ERR_SERVER_PORT_FORBIDDEN',
    'may not be opened by this user',
    'Choose a port from 1024 up and let a proxy listen on the lower one.',
  ],
  EADDRNOTAVAIL: [
    'ERR_SERVER_HOST_UNAVAILABLE',
    'is no address of this machine',
    "Use '127.0.0.1' for this machine only, or '0.0.0.0' for all its addresses.",
  ],
  ENOTFOUND: ['ERR_SERVER_HOST_UNAVAILABLE', 'names no known host', "Use an address such as '127.0.0.1'."],
}

/**
 * Turns Node's error from `listen` into one that says what to do.
 *
 * @param error what the `error` event brought
 * @param host the host asked for
 * @param port the port asked for
 * @returns a `DewarError` with a code of this room, or the error itself if it is of another kind
 */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const known = listenFixes[error.code ?? '']
  if (known === undefined) return error
  const [code, what, fix] = known
  return new DewarError(code, `${host}:${port} ${what}.`, { fix, details: { host, port }, cause: error })
}
