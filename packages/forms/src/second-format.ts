/** Finds pictures that are something else as well: a page, a script, a document or an archive. */

/** What is looked for, in lower case, and what to call it. No encoder of pictures writes these. */
const markers: readonly (readonly [marker: Buffer, what: string])[] = [
  [Buffer.from('<script'), 'a script'],
  [Buffer.from('<?php'), 'PHP'],
  [Buffer.from('<html'), 'a page'],
  [Buffer.from('<!doctype'), 'a page'],
  [Buffer.from('<iframe'), 'a page'],
  [Buffer.from('<svg'), 'an SVG'],
  [Buffer.from('%pdf-'), 'a PDF'],
  [Buffer.from('pk\x05\x06', 'latin1'), 'an archive'],
]
const longest = Math.max(...markers.map(([marker]) => marker.length))

/**
 * Looks for a second format.
 *
 * @param stream the file, piece by piece
 * @returns what was found, `null` if nothing
 */
export async function findSecondFormat(stream: AsyncIterable<Uint8Array>): Promise<string | null> {
  let tail: Buffer = Buffer.alloc(0)
  for await (const piece of stream) {
    const window = lowerCase(Buffer.concat([tail, piece]))
    const found = markers.find(([marker]) => window.includes(marker))
    if (found !== undefined) return found[1]
    tail = window.subarray(Math.max(0, window.length - longest + 1))
  }
  return null
}

function lowerCase(bytes: Buffer): Buffer {
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number
    if (byte >= 0x41 && byte <= 0x5a) bytes[index] = byte + 0x20
  }
  return bytes
}
