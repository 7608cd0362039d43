/** Variables from files, for the command line: what is set already stays. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { DewarError } from '@dewar/base'

/**
 * Reads `--env-file`, then `.env` in the working directory; the environment goes before both, the first file before the
 * second. Folders above are not searched: what lies there may be somebody else's.
 *
 * @param file as the command line names it
 * @throws {DewarError} `ERR_DEWAR_CLI_ENV_FILE` if that file is not there
 * @see Flask: `load_dotenv`
 */
export function loadEnvironment(file: string | undefined): void {
  if (file !== undefined && !existsSync(file)) {
    throw new DewarError('ERR_DEWAR_CLI_ENV_FILE', `There is no ${resolve(file)}.`, {
      fix: 'Name a file of lines such as DEWAR_SECRET_KEY=…, or leave --env-file out.',
      details: { file },
    })
  }
  const usual = process.env['DEWAR_SKIP_DOTENV'] === undefined ? ['.env'] : []
  for (const name of file === undefined ? usual : [file, ...usual]) {
    if (!existsSync(name)) continue
    for (const [variable, value] of Object.entries(parseEnv(readFileSync(name, 'utf8')))) {
      if (value !== undefined) process.env[variable] ??= value
    }
  }
}
