/** Files that come with an app, or that it keeps. Flask: `open_resource`, `open_instance_resource`. */
import { type FileHandle, open } from 'node:fs/promises'
import { DewarError, safeJoin } from '@dewar/base'

/** What may be done with a file: read it, write it anew, or add to its end. */
export type ResourceMode = 'r' | 'w' | 'a'

/**
 * Opens a file below a folder. Close it, or let `await using` do so.
 *
 * @throws {DewarError} `ERR_DEWAR_RESOURCE` if there is no folder, the path leads out of it, or the file cannot be opened
 * @internal
 */
export async function openBelow(
  folder: string | null,
  path: string,
  mode: ResourceMode = 'r',
): Promise<FileHandle> {
  if (folder === null)
    throw refused(path, 'there is no folder', 'Add root: import.meta.dirname to the options.')
  const file = safeJoin(folder, path)
  if (file === null) throw refused(path, `it leads out of ${folder}`, 'Name a file below the folder.')
  if (mode !== 'r' && mode !== 'w' && mode !== 'a') {
    throw refused(path, `'${String(mode)}' is no mode`, "Use 'r' to read, 'w' to write or 'a' to append.")
  }
  try {
    return await open(file, mode)
  } catch (cause) {
    throw refused(
      path,
      `${folder} has no such file, or none to open so`,
      'Check its name and its rights.',
      cause,
    )
  }
}

function refused(path: string, why: string, fix: string, cause?: unknown): DewarError {
  return new DewarError('ERR_DEWAR_RESOURCE', `The resource '${path}' cannot be opened: ${why}.`, {
    fix,
    details: { path },
    cause,
  })
}
