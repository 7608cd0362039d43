/** `dewar new`: a folder with an app that runs and a test that passes. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DewarError } from '@dewar/base'
import { generateKey } from '@dewar/signing'
import type { Command } from 'commander'
import { newAppFiles } from './cli-new-files.ts'
import { packageVersion } from './cli-version.ts'

/** Adds `dewar new`. @internal */
export function addNew(program: Command): Command {
  return program
    .command('new')
    .description('Make a folder with an app that runs and a test that passes.')
    .argument('<folder>', 'The folder; it must be empty or not yet there. Its name is the name of the app.')
    .action((folder: string) => {
      const files = makeFolder(resolve(folder))
      process.stdout.write(
        `${files.map((file) => `  ${join(folder, file)}`).join('\n')}\n${nextSteps(folder)}`,
      )
    })
}

/**
 * @returns the files that were written
 * @throws {DewarError} `ERR_DEWAR_CLI_NEW` for a folder that holds something, or a name that npm refuses
 */
function makeFolder(path: string): string[] {
  const name = basename(path)
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name))
    throw refused(`'${name}' is no name for an npm package.`, 'Use small letters, digits and hyphens.')
  if (existsSync(path) && readdirSync(path).length > 0)
    throw refused(`${path} is not empty.`, 'Name a folder that is not there yet.')
  const files = newAppFiles({ name, version: packageVersion(), key: generateKey() })
  for (const [file, text] of Object.entries(files)) {
    const target = join(path, file)
    mkdirSync(dirname(target), { recursive: true })
    // The key is for this user's eyes.
    writeFileSync(target, text, { mode: file === '.env' ? 0o600 : 0o644, flag: 'wx' })
  }
  return Object.keys(files)
}

function nextSteps(folder: string): string {
  return `
Next:
  cd ${folder}
  npm install
  npm run dev     # http://127.0.0.1:5000, starts anew at each change
  npm test
`
}

/** A folder or a name that a new app cannot have. */
function refused(message: string, fix: string): DewarError {
  return new DewarError('ERR_DEWAR_CLI_NEW', message, { fix })
}
