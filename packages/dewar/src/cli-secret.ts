import { generateKey } from '@dewar/signing'
import type { Command } from './cli.ts'

/** `dewar secret`: a key for `SECRET_KEY`, from the system's random source. */
export const secretCommand: Command = {
  summary: 'Print a new secret key for DEWAR_SECRET_KEY.',
  run: () => {
    process.stdout.write(`${generateKey()}\n`)
    return 0
  },
}
