/**
 * The signer in a plain script.
 *
 * ```sh
 * export SECRET_KEY=$(node script.ts key)
 * node script.ts sign /files/report.txt        # a token, good for five minutes
 * node script.ts verify <token>                # what was signed, or why it is refused
 * ```
 */
import { generateKey, keyRingFromEnv, TimedSigner } from '@dewar/signing'

const [command, argument] = process.argv.slice(2)

if (command === 'key') console.log(generateKey())
else if ((command === 'sign' || command === 'verify') && argument !== undefined) {
  const signer = new TimedSigner({ keys: keyRingFromEnv(), purpose: 'download', maxAge: 300 })
  if (command === 'sign') console.log(signer.sign(argument))
  else {
    const result = signer.verify(argument)
    console.log(result.ok ? result.payload : result.reason.message)
    process.exitCode = result.ok ? 0 : 1
  }
} else {
  console.error('Usage: node script.ts key | sign TEXT | verify TOKEN')
  process.exitCode = 2
}
