import { generateKey } from '@dewar/signing'
import type { Command } from 'commander'

/** `dewar secret`: a key for `SECRET_KEY`, from the system's random source. @internal */
export function addSecret(program: Command): Command {
  return program
    .command('secret')
    .description('Print a new key for DEWAR_SECRET_KEY.')
    .action(() => {
      process.stdout.write(`${generateKey()}\n`)
    })
}
