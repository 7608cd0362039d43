/**
 * The signer in a plain script.
 *
 * ```sh
 * export SECRET_KEY=$(node script.ts key)
 * node script.ts sign /files/report.txt        # a token, good for five minutes
 * node script.ts verify <token>                # what was signed, or why it is refused
 * ```
 */
import { generateKey, keyRingFromEnv, SigningError, TimedSigner } from '@dewar/signing'

const [command, argument] = process.argv.slice(2)

if (command === 'key') console.log(generateKey())
else if ((command === 'sign' || command === 'verify') && argument !== undefined) {
  try {
    run(command, argument)
  } catch (error) {
    if (!(error instanceof SigningError)) throw error
    console.error(`${error.message} ${error.fix}`) // a missing or weak key: no reason for a stack
    process.exitCode = 2
  }
} else {
  console.error('Usage: node script.ts key | sign TEXT | verify TOKEN')
  process.exitCode = 2
}

function run(command: 'sign' | 'verify', argument: string): void {
  const signer = new TimedSigner({ keys: keyRingFromEnv(), purpose: 'download', maxAge: 300 })
  if (command === 'sign') {
    console.log(signer.sign(argument))
    return
  }
  const result = signer.verify(argument)
  if (result.ok) console.log(result.payload)
  else {
    console.error(result.reason.message)
    process.exitCode = 1
  }
}
