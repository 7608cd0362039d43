/** Finds pictures that are something else as well: a page, a script, a document or an archive. */

/** What is looked for, in lower case, and what to call it. No encoder of pictures writes these. */
const markers: readonly (readonly [marker: Buffer, what: string])[] = [
  [Buffer.from('<script'), 'a script'],
  [Buffer.from('<?php'), 'PHP'],
  [Buffer.from('<html'), 'a page'],
  [Buffer.from('<!doctype'), 'a page'],
  [Buffer.from('<iframe'), 'a page'],
  ...[' ', '>', '\t', '\n', '\r'].map((end) => [Buffer.from(`<body${end}`), 'a page'] as const),
  [Buffer.from('rar!\x1a\x07', 'latin1'), 'an archive'],
  [Buffer.from("7z\xbc\xaf'\x1c", 'latin1'), 'an archive'],
  // Four letters alone turn up by chance in one photograph of a thousand.
  ...[' ', '>', '/', ':', '\t', '\n', '\r'].map((end) => [Buffer.from(`<svg${end}`), 'an SVG'] as const),
  [Buffer.from('%pdf-'), 'a PDF'],
]
/**
 * `<?=` is PHP, `<%` JSP and ASP. Two or three signs turn up by chance, but not in front of so much text: in one photograph of
 * some hundred thousand.
 */
const template = /<(?:\?=[\x20-\x7e\t\r\n]{11}|%[\x20-\x7e\t\r\n]{17})/
/** The end of an archive's list of files. It counts only where readers look for it: near the end. */
const archive = Buffer.from('pk\x05\x06', 'latin1')
const archiveReach = 65_557

const longest = Math.max(32, ...markers.map(([marker]) => marker.length))

/** A GIF whose width is the beginning of a comment: what stands behind it is a script to who asks for one. */
const gifInScript = /^gif8[79]a\/[*/]/

/** Tab, line feed, form feed and carriage return. */
const blanks: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d])

/**
 * Looks for a second format.
 *
 * @param stream the file, piece by piece
 * @returns what was found, `null` if nothing
 */
export async function findSecondFormat(stream: AsyncIterable<Uint8Array>): Promise<string | null> {
  let tail: Buffer = Buffer.alloc(0)
  let size = 0
  let archiveAt = Number.NEGATIVE_INFINITY
  let isText = true
  for await (const piece of stream) {
    isText = isText && piece.every(isLetter)
    const window = lowerCase(Buffer.concat([tail, piece]))
    if (size === 0 && gifInScript.test(window.toString('latin1', 0, 8))) return 'a script'
    const found = markers.find(([marker]) => window.includes(marker))
    if (found !== undefined) return found[1]
    if (template.test(window.toString('latin1'))) return 'a script'
    const at = window.lastIndexOf(archive)
    if (at >= 0) archiveAt = size - tail.length + at
    size += piece.length
    tail = window.subarray(Math.max(0, window.length - longest + 1))
  }
  if (size - archiveAt <= archiveReach) return 'an archive'
  // No picture is made of letters alone: `GIF89a=alert(1)` is a program.
  return isText && size > 0 ? 'nothing but text, perhaps a script,' : null
}

function isLetter(byte: number): boolean {
  return byte >= 0x20 ? byte <= 0x7e : blanks.has(byte)
}

function lowerCase(bytes: Buffer): Buffer {
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number
    if (byte >= 0x41 && byte <= 0x5a) bytes[index] = byte + 0x20
  }
  return bytes
}
