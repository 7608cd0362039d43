/** Where a policy puts what it keeps. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeNew } from './stored-bytes.ts'
import { UploadedFile } from './uploaded-file.ts'

/** A place for files: a directory, or object storage through an adapter of one's own. */
export interface UploadStore {
  /**
   * Stores a file under a name that was generated for it.
   *
   * @param name letters, digits, hyphens and one dot
   * @param content the upload itself, or the bytes that a transform made of it
   * @param mimetype the detected type
   */
  put(name: string, content: UploadedFile | Uint8Array, mimetype: string): Promise<unknown>
  /**
   * Removes a file again, because another one of the same form could not be stored. Without it such files stay.
   *
   * @param name one that `put` stored
   */
  remove?(name: string): Promise<unknown>
}

/**
 * Stores in a directory, as files only their owner may read and write.
 *
 * @param directory an existing directory outside of everything that is served
 */
export function diskStorage(directory: string): UploadStore {
  return {
    put(name, content) {
      return content instanceof UploadedFile
        ? content.save(directory, name)
        : writeNew(join(directory, name), content)
    },
    remove: (name) => rm(join(directory, name), { force: true }),
  }
}
