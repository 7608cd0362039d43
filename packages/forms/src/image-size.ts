/**
 * How many pixels a picture has, read from its header without decoding it.
 *
 * Threat: a few kilobytes that decode to gigabytes.
 * Construction: the largest size that any header names is what counts. JPEG tells it after any number of other segments, AVIF
 * and HEIC anywhere: those are read to the end.
 */

/** Finds the size in the start of a file; `null` if it is not there. */
type Reader = (start: Buffer) => number | null

/** Markers of frames' headers; three in their range are none: Huffman tables, reserved, and arithmetic coding. */
const FRAMES: ReadonlySet<number> = new Set(
  Array.from({ length: 16 }, (_, index) => 0xc0 + index).filter((code) => ![0xc4, 0xc8, 0xcc].includes(code)),
)
/** Scan data and the end: no header comes behind. */
const LAST: ReadonlySet<number> = new Set([0xd9, 0xda])
const MARKER = 0xff
/** As much of a frame's header as tells its sides. */
const FRAME_SIZE = 9
const EMPTY: Buffer = Buffer.alloc(0)
const ISPE = Buffer.from('ispe')
/** Name, version and flags, width, height. */
const ISPE_SIZE = 16

const readers: Readonly<Record<string, Reader>> = {
  'image/png': (start) =>
    start.length < 24 || start.toString('latin1', 12, 16) !== 'IHDR'
      ? null
      : start.readUInt32BE(16) * start.readUInt32BE(20),
  'image/gif': (start) => (start.length < 10 ? null : start.readUInt16LE(6) * start.readUInt16LE(8)),
  'image/bmp': bmpPixels,
  'image/webp': webpPixels,
}

/**
 * Counts the pixels of a picture.
 *
 * @param mimetype its type
 * @param start its first bytes
 * @param stream all of it, for types that tell their size anywhere
 * @returns `null` if the type or the file does not tell
 */
export async function countPixels(
  mimetype: string,
  start: Buffer,
  stream: () => AsyncIterable<Uint8Array>,
): Promise<number | null> {
  if (mimetype === 'image/jpeg') return jpegPixels(stream())
  if (mimetype === 'image/avif' || mimetype === 'image/heic') return ispePixels(stream())
  return readers[mimetype]?.(start) ?? null
}

/** WebP: the canvas of an extended file, else the frame of a lossy or lossless one. */
function webpPixels(start: Buffer): number | null {
  if (start.length < 30) return null
  switch (start.toString('latin1', 12, 16)) {
    case 'VP8X':
      return (start.readUIntLE(24, 3) + 1) * (start.readUIntLE(27, 3) + 1)
    case 'VP8L': {
      const bits = start.readUInt32LE(21)
      return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1)
    }
    case 'VP8 ':
      return (start.readUInt16LE(26) & 0x3fff) * (start.readUInt16LE(28) & 0x3fff)
    default:
      return null
  }
}

/** BMP: 16 bits for each side in the oldest header, else 32, of which the height can be negative. */
function bmpPixels(start: Buffer): number | null {
  if (start.length < 26) return null
  if (start.readUInt32LE(14) === 12) return start.readUInt16LE(18) * start.readUInt16LE(20)
  return Math.abs(start.readInt32LE(18)) * Math.abs(start.readInt32LE(22))
}

/** JPEG: walks over the segments to the frame's header; what they hold, thumbnails too, is skipped. */
async function jpegPixels(stream: AsyncIterable<Uint8Array>): Promise<number | null> {
  let bytes = EMPTY
  let skip = 2
  for await (const piece of stream) {
    bytes = Buffer.concat([bytes, piece])
    while (skip < bytes.length) {
      bytes = bytes.subarray(skip)
      skip = 0
      if (bytes.length < FRAME_SIZE) break
      const segment = readSegment(bytes)
      if ('pixels' in segment) return segment.pixels
      skip = segment.skip
    }
    if (skip === 0) continue
    skip -= bytes.length
    bytes = EMPTY
  }
  return null
}

/** What a segment says, or how far to go on. What decoders put up with between segments is put up with here. */
function readSegment(bytes: Buffer): { readonly pixels: number | null } | { readonly skip: number } {
  const [first = 0, code = 0] = bytes
  if (first !== MARKER) {
    const next = bytes.indexOf(MARKER)
    return { skip: next < 0 ? bytes.length : next }
  }
  if (code === MARKER) return { skip: 1 }
  if (code <= 0x01 || (code >= 0xd0 && code <= 0xd8)) return { skip: 2 }
  if (LAST.has(code)) return { pixels: null }
  // A height of zero is told behind the scan: the largest there is.
  if (FRAMES.has(code)) return { pixels: bytes.readUInt16BE(7) * (bytes.readUInt16BE(5) || 0xffff) }
  const length = bytes.readUInt16BE(2)
  return length < 2 ? { pixels: null } : { skip: 2 + length }
}

/** AVIF and HEIC: the largest of all pictures in the file, tiles and thumbnails among them. */
async function ispePixels(stream: AsyncIterable<Uint8Array>): Promise<number | null> {
  let bytes = EMPTY
  let largest: number | null = null
  for await (const piece of stream) {
    bytes = Buffer.concat([bytes, piece])
    let at = bytes.indexOf(ISPE)
    for (; at >= 0 && at + ISPE_SIZE <= bytes.length; at = bytes.indexOf(ISPE, at + 1)) {
      largest = Math.max(largest ?? 0, bytes.readUInt32BE(at + 8) * bytes.readUInt32BE(at + 12))
    }
    bytes = bytes.subarray(at >= 0 ? at : Math.max(0, bytes.length - ISPE.length + 1))
  }
  return largest
}
