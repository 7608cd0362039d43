/** What the first bytes of a file say it is: the answer of a library that knows hundreds of formats, loaded at first use. */
import { type FileSignature, fileSignatures, SIGNATURE_SIZE } from './file-signatures.ts'

/** Other names of a type, and what only its start can be told to be. */
const alsoKnownAs: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['image/apng'],
  'image/heic': ['image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  'audio/flac': ['audio/x-flac'],
  'audio/mp4': ['audio/x-m4a', 'audio/x-m4b', 'video/mp4'],
  'audio/ogg': ['audio/opus', 'application/ogg', 'video/ogg'],
  'audio/wav': ['audio/wave', 'audio/x-wav', 'audio/vnd.wave'],
  'video/mp4': ['video/x-m4v'],
  'video/webm': ['video/matroska', 'video/x-matroska'],
}
const ZIP = 'application/zip'

/**
 * Reads as much of a file's start as types are told by.
 *
 * @param stream the file, piece by piece
 */
export async function readStart(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of stream) {
    pieces.push(piece)
    size += piece.byteLength
    if (size >= SIGNATURE_SIZE) break
  }
  return Buffer.concat(pieces).subarray(0, SIGNATURE_SIZE)
}

/**
 * Tells a type by a file's start.
 *
 * @param start the first bytes
 * @returns the media type without parameters, or `null` if nothing is recognised; text never is
 */
export async function detectType(start: Buffer): Promise<string | null> {
  const { fileTypeFromBuffer } = await import('file-type')
  // A file that is cut off or made to confuse may end the library's search with an error: nothing was recognised.
  const found = await fileTypeFromBuffer(start).catch(() => undefined)
  if (found !== undefined) return found.mime.split(';', 1)[0] ?? null
  return fileSignatures.find((known) => !isText(known) && known.matches(start))?.mimetype ?? null
}

/**
 * Does the library take the file for something else?
 *
 * @param signature the type that extension and signature agree on
 * @param start the file's first bytes
 */
export async function isContradicted(signature: FileSignature, start: Buffer): Promise<boolean> {
  const detected = await detectType(start)
  if (detected === null || detected === signature.mimetype) return false
  if (alsoKnownAs[signature.mimetype]?.includes(detected)) return false
  // Documents are archives, and the entry that tells them apart may lie behind the start.
  return !(detected === ZIP && /^application\/vnd\.(?:openxmlformats|oasis)/.test(signature.mimetype))
}

function isText({ mimetype }: FileSignature): boolean {
  return mimetype.startsWith('text/')
}
