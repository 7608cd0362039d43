/**
 * What files of the types that people upload begin with. A type that has no signature here cannot be allowed by content
 * and is refused by policies, so the table is also the list of what a policy may allow.
 */

/** How a type is recognised and named. */
export interface FileSignature {
  readonly mimetype: string
  /** Extensions without the dot; the first one is given to stored files. */
  readonly extensions: readonly string[]
  /** Does a file that begins with these bytes have the type? */
  matches(start: Buffer): boolean
}

/** How many bytes of a file's start are looked at. */
export const SIGNATURE_SIZE = 4100

/** Bytes at a position, written as Latin 1 text. */
function at(position: number, ...texts: readonly string[]): (start: Buffer) => boolean {
  const wanted = texts.map((text) => Buffer.from(text, 'latin1'))
  return (start) => wanted.some((bytes) => start.subarray(position, position + bytes.length).equals(bytes))
}

function both(...tests: readonly ((start: Buffer) => boolean)[]): (start: Buffer) => boolean {
  return (start) => tests.every((test) => test(start))
}

/** ISO media files say at byte 8 which kind they are. */
function brand(...brands: readonly string[]): (start: Buffer) => boolean {
  return both(at(4, 'ftyp'), at(8, ...brands))
}

/** UTF-8 without control characters, cut anywhere. */
function isPlainText(start: Buffer): boolean {
  const text = new TextDecoder('utf-8', { fatal: true })
  try {
    return !/[\x00-\x08\x0e-\x1f]/.test(text.decode(start, { stream: true }))
  } catch {
    return false
  }
}

/** Listed so that what is more particular comes first; text is whatever nothing else is. */
export const fileSignatures: readonly FileSignature[] = [
  { mimetype: 'image/png', extensions: ['png'], matches: at(0, '\x89PNG\r\n\x1a\n') },
  { mimetype: 'image/jpeg', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'], matches: at(0, '\xff\xd8\xff') },
  { mimetype: 'image/gif', extensions: ['gif'], matches: at(0, 'GIF87a', 'GIF89a') },
  { mimetype: 'image/webp', extensions: ['webp'], matches: both(at(0, 'RIFF'), at(8, 'WEBP')) },
  { mimetype: 'image/avif', extensions: ['avif'], matches: brand('avif', 'avis') },
  { mimetype: 'image/heic', extensions: ['heic', 'heif'], matches: brand('heic', 'heix', 'mif1') },
  { mimetype: 'image/bmp', extensions: ['bmp'], matches: both(at(0, 'BM'), at(6, '\0\0\0\0')) },
  { mimetype: 'image/tiff', extensions: ['tiff', 'tif'], matches: at(0, 'II*\0', 'MM\0*') },
  { mimetype: 'application/pdf', extensions: ['pdf'], matches: at(0, '%PDF-') },
  {
    mimetype: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extensions: ['docx'],
    matches: both(at(0, 'PK\x03\x04'), (start) => start.includes('word/')),
  },
  {
    mimetype: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extensions: ['xlsx'],
    matches: both(at(0, 'PK\x03\x04'), (start) => start.includes('xl/')),
  },
  {
    mimetype: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    extensions: ['pptx'],
    matches: both(at(0, 'PK\x03\x04'), (start) => start.includes('ppt/')),
  },
  {
    mimetype: 'application/vnd.oasis.opendocument.text',
    extensions: ['odt'],
    matches: both(at(0, 'PK\x03\x04'), at(30, 'mimetypeapplication/vnd.oasis.opendocument.text')),
  },
  {
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    extensions: ['ods'],
    matches: both(at(0, 'PK\x03\x04'), at(30, 'mimetypeapplication/vnd.oasis.opendocument.spreadsheet')),
  },
  { mimetype: 'application/zip', extensions: ['zip'], matches: at(0, 'PK\x03\x04', 'PK\x05\x06') },
  { mimetype: 'application/gzip', extensions: ['gz', 'tgz'], matches: at(0, '\x1f\x8b\x08') },
  { mimetype: 'application/x-7z-compressed', extensions: ['7z'], matches: at(0, "7z\xbc\xaf'\x1c") },
  { mimetype: 'application/x-tar', extensions: ['tar'], matches: at(257, 'ustar') },
  { mimetype: 'audio/mpeg', extensions: ['mp3'], matches: at(0, 'ID3', '\xff\xfb', '\xff\xf3', '\xff\xf2') },
  { mimetype: 'audio/flac', extensions: ['flac'], matches: at(0, 'fLaC') },
  { mimetype: 'audio/ogg', extensions: ['ogg', 'oga', 'opus'], matches: at(0, 'OggS') },
  { mimetype: 'audio/wav', extensions: ['wav'], matches: both(at(0, 'RIFF'), at(8, 'WAVE')) },
  { mimetype: 'audio/mp4', extensions: ['m4a'], matches: brand('M4A ', 'M4B ') },
  {
    mimetype: 'video/mp4',
    extensions: ['mp4', 'm4v'],
    matches: brand('isom', 'iso2', 'mp41', 'mp42', 'avc1', 'M4V '),
  },
  {
    mimetype: 'video/webm',
    extensions: ['webm'],
    matches: both(at(0, '\x1aE\xdf\xa3'), (start) => start.includes('webm')),
  },
  { mimetype: 'text/csv', extensions: ['csv'], matches: isPlainText },
  { mimetype: 'text/plain', extensions: ['txt'], matches: isPlainText },
]

/** Types by kind, for policies. None of them is run or rendered as a page by a browser. */
export const uploadTypes = Object.freeze({
  images: Object.freeze(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']),
  documents: Object.freeze([
    'application/pdf',
    'text/plain',
    'text/csv',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'application/vnd.oasis.opendocument.text',
    'application/vnd.oasis.opendocument.spreadsheet',
  ]),
  archives: Object.freeze([
    'application/zip',
    'application/gzip',
    'application/x-7z-compressed',
    'application/x-tar',
  ]),
  audio: Object.freeze(['audio/mpeg', 'audio/flac', 'audio/ogg', 'audio/wav', 'audio/mp4']),
  video: Object.freeze(['video/mp4', 'video/webm']),
})
