/**
 * Which uploads are kept, and how.
 *
 * Threat: files that are something else than they say (a page or script named as a picture), that are two things at
 * once, that bear names of the client's choice, that fill the disk, that take gigabytes once they are decoded, or that a browser runs on the site's own origin.
 * Construction: a file is kept if its extension and its first bytes agree on one allowed type (by a short table and by a
 * library of many formats, neither of which may object), no earlier extension of its
 * name is one that anything executes, and a picture holds no second format and is within bounds by its header. It is stored under a generated name with the
 * extension of its detected type; the client's name is kept as data. What is served again goes out as an attachment
 * (`uploadHeaders`), sandboxed.
 * Defaults: nothing is allowed unless listed; ten files of 5 MB and 50 megapixels.
 * Do not allow types by what the client says, do not store below a folder that is served, and re-encode pictures
 * (`transform`) where they are shown to others.
 */
import { randomUUID } from 'node:crypto'
import { DewarError, nearestName, resolveSettings, type SettingsValues } from '@dewar/base'
import { HttpError } from '@dewar/http'
import { uploadDefaults } from './defaults.ts'
import { isContradicted, readStart } from './detected-type.ts'
import { extensionsOf, isActive } from './file-extensions.ts'
import { type FileSignature, fileSignatures } from './file-signatures.ts'
import { countPixels } from './image-size.ts'
import { findSecondFormat } from './second-format.ts'
import { tooManyFiles, tooManyPixels, unsupportedFile, uploadTooLarge } from './upload-refusals.ts'
import { diskStorage, type UploadStore } from './upload-store.ts'
import type { UploadedFile } from './uploaded-file.ts'

type PolicyLimits = SettingsValues<typeof uploadDefaults>

/** What a policy allows and where it stores. */
export interface UploadPolicyOptions {
  /** The media types that are allowed, such as `uploadTypes.images`. */
  readonly types: readonly string[]
  /** The largest file in bytes. */
  readonly maxSize?: number | undefined
  /** How many files `saveAll` takes. */
  readonly maxFiles?: number | undefined
  /** The largest picture, width times height. */
  readonly maxPixels?: number | undefined
  /** An existing directory outside of everything that is served. */
  readonly directory?: string | undefined
  /** A place other than a directory. */
  readonly store?: UploadStore | undefined
  /** Makes other bytes of a file before it is stored: re-encodes pictures, strips metadata. */
  readonly transform?: ((bytes: Uint8Array, mimetype: string) => Uint8Array | Promise<Uint8Array>) | undefined
}

/** A file that was kept. */
export interface StoredUpload {
  /** The generated name it is stored under. */
  readonly name: string
  /** The type its content has. */
  readonly mimetype: string
  /** Bytes stored. */
  readonly size: number
  /** What the client called it: data to show, escaped, never a path. */
  readonly originalName: string
}

/** Decides over uploads and stores them. */
export interface UploadPolicy {
  /** For the `accept` attribute of a file input. */
  readonly accept: string
  /**
   * Looks at a file.
   *
   * @returns the media type its name and content agree on
   * @throws {HttpError} 413 `ERR_FORMS_UPLOAD_TOO_LARGE`; 415 `ERR_FORMS_UPLOAD_TYPE`
   */
  check(file: UploadedFile): Promise<string>
  /**
   * Looks at the files of a field without storing any: for forms that are shown again.
   *
   * @returns sentences for the user, empty if all are allowed; of several files each says which it is about, so escape them
   * @see Flask-WTF: `FileAllowed`, `FileSize`
   */
  problems(files: Iterable<UploadedFile>): Promise<string[]>
  /** Looks at a file and stores it. @throws {HttpError} as `check` */
  save(file: UploadedFile): Promise<StoredUpload>
  /**
   * Looks at all files, and stores them if all are allowed. If one cannot be stored, those before it are removed again, from
   * stores that have `remove`.
   *
   * @throws {HttpError} as `check`; 413 for too many
   */
  saveAll(files: Iterable<UploadedFile>): Promise<StoredUpload[]>
}

/**
 * Makes a policy.
 *
 * @param options what is allowed, and where it goes
 * @throws {DewarError} `ERR_FORMS_POLICY_TYPE` for a type that cannot be told by content, `ERR_FORMS_POLICY_STORE` without
 *   exactly one place, `ERR_FORMS_OPTION`
 * @see Flask-Uploads: `UploadSet`
 */
export function uploadPolicy(options: UploadPolicyOptions): UploadPolicy {
  const { types, directory, store: given, transform, ...bounds } = options
  const limits = resolveSettings('forms', uploadDefaults, bounds)
  const allowed = types.map(signatureOf)
  const store = chooseStore(directory, given)

  const { maxFiles } = limits
  const keep = (file: UploadedFile, signature: FileSignature) => keepFile(file, signature, store, transform)

  async function saveAll(files: Iterable<UploadedFile>): Promise<StoredUpload[]> {
    const list = [...files]
    if (list.length > maxFiles) throw tooManyFiles(maxFiles, list.length)
    const examined: [UploadedFile, FileSignature][] = []
    for (const file of list) examined.push([file, await examine(file, allowed, limits)])
    const stored: StoredUpload[] = []
    try {
      for (const [file, signature] of examined) stored.push(await keep(file, signature))
    } catch (error) {
      // A transform that cannot read a picture, or a disk that is full: what came before it goes again.
      await Promise.allSettled(stored.map(({ name }) => store.remove?.(name)))
      throw error
    }
    return stored
  }

  async function problems(files: Iterable<UploadedFile>): Promise<string[]> {
    const list = [...files]
    if (list.length > maxFiles) return [tooManyFiles(maxFiles, list.length).description]
    const messages: string[] = []
    for (const file of list) {
      const problem = await problemOf(file, allowed, limits)
      if (problem !== null) messages.push(list.length > 1 ? `${file.filename}: ${problem}` : problem)
    }
    return messages
  }

  return Object.freeze({
    accept: allowed
      .flatMap(({ mimetype, extensions }) => [mimetype, ...extensions.map((name) => `.${name}`)])
      .join(','),
    check: async (file: UploadedFile) => (await examine(file, allowed, limits)).mimetype,
    save: async (file: UploadedFile) => keep(file, await examine(file, allowed, limits)),
    saveAll,
    problems,
  })
}

async function problemOf(
  file: UploadedFile,
  allowed: readonly FileSignature[],
  limits: PolicyLimits,
): Promise<string | null> {
  try {
    await examine(file, allowed, limits)
    return null
  } catch (error) {
    if (error instanceof HttpError) return error.description
    throw error
  }
}

async function keepFile(
  file: UploadedFile,
  { mimetype, extensions }: FileSignature,
  store: UploadStore,
  transform: UploadPolicyOptions['transform'],
): Promise<StoredUpload> {
  const name = `${randomUUID()}.${extensions[0]}`
  const bytes = transform === undefined ? undefined : await transform(await file.bytes(), mimetype)
  await store.put(name, bytes ?? file, mimetype)
  return Object.freeze({ name, mimetype, size: bytes?.byteLength ?? file.size, originalName: file.filename })
}

function signatureOf(mimetype: string): FileSignature {
  const known = fileSignatures.find((signature) => signature.mimetype === mimetype)
  if (known !== undefined) return known
  const names = fileSignatures.map((signature) => signature.mimetype)
  const nearest = nearestName(mimetype, names)
  throw new DewarError('ERR_FORMS_POLICY_TYPE', `'${mimetype}' cannot be told by a file's content.`, {
    fix: nearest === undefined ? 'Use types of uploadTypes.' : `Did you mean '${nearest}'?`,
    details: { mimetype },
  })
}

function chooseStore(directory: string | undefined, store: UploadStore | undefined): UploadStore {
  if (directory !== undefined && store === undefined) return diskStorage(directory)
  if (directory === undefined && store !== undefined) return store
  throw new DewarError('ERR_FORMS_POLICY_STORE', 'An upload policy needs one place to store files.', {
    fix: 'Give either directory or store.',
  })
}

async function examine(
  file: UploadedFile,
  allowed: readonly FileSignature[],
  { maxSize, maxPixels }: PolicyLimits,
): Promise<FileSignature> {
  if (file.size > maxSize) throw uploadTooLarge(maxSize, file.size)
  const [extension = '', ...earlier] = extensionsOf(file.filename)
  const active = earlier.find(isActive)
  if (active !== undefined) throw unsupportedFile(`its name has the extension .${active} too`)
  const byName = allowed.filter((signature) => signature.extensions.includes(extension))
  if (byName.length === 0) throw unsupportedFile('its extension is not allowed')
  const start = await readStart(file.stream())
  const agreed = byName.find((signature) => signature.matches(start) && !isTextInDisguise(signature, start))
  if (agreed === undefined || (await isContradicted(agreed, start))) {
    throw unsupportedFile('its content is not what its extension says')
  }
  if (agreed.mimetype.startsWith('image/')) {
    const second = await findSecondFormat(file.stream())
    if (second !== null) throw unsupportedFile(`it holds ${second} too`)
    const pixels = await countPixels(agreed.mimetype, start, () => file.stream())
    if (pixels !== null && pixels > maxPixels) throw tooManyPixels(maxPixels, pixels)
  }
  return agreed
}

/** Much else is text at its start (a PDF, say): a file is text only if it has no other type's signature. */
function isTextInDisguise({ mimetype }: FileSignature, start: Buffer): boolean {
  if (!mimetype.startsWith('text/')) return false
  return fileSignatures.find((signature) => signature.matches(start))?.mimetype.startsWith('text/') !== true
}
