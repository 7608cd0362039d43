/** Secrets that a container platform puts into files. */
import { readFileSync } from 'node:fs'
import { DewarError, Secret } from '@dewar/base'

/**
 * Reads a secret from the file a `…_FILE` variable names; a final line break does not count.
 *
 * @throws {DewarError} `ERR_DEWAR_SECRET_FILE` if the file cannot be read
 */
export function readSecretFile(variable: string, path: string): Secret {
  try {
    return new Secret(readFileSync(path, 'utf8').replace(/\r?\n$/, ''))
  } catch (cause) {
    throw new DewarError(
      'ERR_DEWAR_SECRET_FILE',
      `The file that ${variable} names cannot be read: ${path}.`,
      {
        fix: 'Check the path and that this process may read it.',
        details: { variable, path },
        cause,
      },
    )
  }
}
