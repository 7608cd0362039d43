/** The area `paths`: names from clients, and paths that must not climb. */
import { safeJoin, secureFilename } from '@dewar/base'
import type { Adapter } from '../adapter.ts'

/** Maps the area to `@dewar/base`. */
export const adapter: Adapter = {
  operations: {
    secure_filename: ({ filename }: { filename: string }) => secureFilename(filename),
    safe_join: ({ directory, paths }: { directory: string; paths: string[] }) =>
      safeJoin(directory, ...paths),
  },
  kinds: {},
}
