/** The area `passwords`: hashes of passwords, written and checked. The vectors' methods are weak to be quick, and so is the work done for unreadable ones. */
import { hashPassword, verifyPassword } from '@dewar/auth'
import type { Adapter } from '../adapter.ts'

interface HashInput {
  readonly password: string
  readonly method: string
  readonly salt: string
}

/** Maps the area to `@dewar/auth`. */
export const adapter: Adapter = {
  operations: {
    generate_password_hash: ({ password, method, salt }: HashInput) =>
      hashPassword(password, { method, unsafeSalt: salt, unsafeWeakMethod: true }),
    check_password_hash: async ({ pwhash, password }: { pwhash: string; password: string }) =>
      (await verifyPassword(pwhash, password, { method: 'scrypt:1024:8:1' })).ok,
  },
  kinds: { ERR_AUTH_PASSWORD_METHOD: 'ValueError' },
}
