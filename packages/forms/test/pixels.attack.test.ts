import { deflateSync } from 'node:zlib'
import { Request } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { countPixels } from '../src/image-size.ts'
import { parseForm, uploadPolicy } from '../src/index.ts'
import { pieces } from './bodies.ts'

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A PNG of one colour: a bomb costs a thousandth of what it decodes to. */
function png(width: number, height: number): Buffer {
  const head = Buffer.concat([u32(width), u32(height), Buffer.from([8, 0, 0, 0, 0])])
  const data = deflateSync(Buffer.alloc(1000))
  const chunk = (type: string, bytes: Buffer) => [u32(bytes.length), Buffer.from(type), bytes, u32(0)]
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunk('IHDR', head),
    ...chunk('IDAT', data),
    ...chunk('IEND', Buffer.alloc(0)),
  ])
}

function gif(width: number, height: number): Buffer {
  return Buffer.concat([Buffer.from('GIF89a'), u16(width).swap16(), u16(height).swap16(), Buffer.alloc(20)])
}

function segment(code: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xff, code]), u16(bytes.length + 2), bytes])
}

/** A JPEG whose frame's header comes after other segments: places taken, thumbnails with headers of their own. */
function jpeg(width: number, height: number, code = 0xc0, ...before: readonly Buffer[]): Buffer {
  const frame = Buffer.concat([Buffer.from([8]), u16(height), u16(width), Buffer.from([1, 1, 0x11, 0])])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...before,
    segment(code, frame),
    segment(0xda, Buffer.alloc(10)),
    Buffer.alloc(50),
  ])
}

const thumbnail = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), jpeg(8, 8)])
const filler = Array.from({ length: 40 }, () => segment(0xe2, Buffer.alloc(60_000)))

function webp(chunk: string, ...bytes: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(chunk), Buffer.alloc(4), ...bytes, Buffer.alloc(20)])
  return Buffer.concat([Buffer.from('RIFF'), u32(body.length + 4).swap32(), Buffer.from('WEBP'), body])
}

const lossy = (width: number, height: number) =>
  webp('VP8 ', Buffer.from([0, 0, 0, 0x9d, 0x01, 0x2a]), u16(width).swap16(), u16(height).swap16())
const extended = (width: number, height: number) =>
  webp(
    'VP8X',
    Buffer.alloc(4),
    u32(width - 1)
      .swap32()
      .subarray(0, 3),
    u32(height - 1)
      .swap32()
      .subarray(0, 3),
  )
const lossless = (width: number, height: number) =>
  webp('VP8L', Buffer.from([0x2f]), u32(((height - 1) << 14) | (width - 1)).swap32())

function avif(...sizes: readonly (readonly [number, number])[]): Buffer {
  const boxes = sizes.map(([width, height]) =>
    Buffer.concat([u32(20), Buffer.from('ispe'), u32(0), u32(width), u32(height)]),
  )
  return Buffer.concat([u32(24), Buffer.from('ftypavif\0\0\0\0avifmif1'), Buffer.alloc(7000), ...boxes])
}

const bombs: readonly (readonly [what: string, filename: string, bomb: Buffer, twin: Buffer])[] = [
  ['PNG', 'x.png', png(50_000, 50_000), png(5000, 5000)],
  ['PNG of one line', 'x.png', png(0x7fffffff, 1), png(5000, 1)],
  ['GIF', 'x.gif', gif(65_535, 65_535), gif(4000, 3000)],
  ['JPEG', 'x.jpg', jpeg(65_500, 65_500), jpeg(8000, 6000)],
  ['progressive JPEG', 'x.jpg', jpeg(65_500, 65_500, 0xc2), jpeg(8000, 6000, 0xc2)],
  ['JPEG with a small thumbnail', 'x.jpg', jpeg(65_500, 65_500, 0xc0, segment(0xe1, thumbnail)), jpeg(9, 9)],
  [
    'JPEG with its header far behind',
    'x.jpg',
    jpeg(65_500, 65_500, 0xc0, ...filler),
    jpeg(9, 9, 0xc0, ...filler),
  ],
  [
    'JPEG with bytes between segments',
    'x.jpg',
    jpeg(65_500, 65_500, 0xc0, Buffer.from('junk\xff\xff', 'latin1')),
    jpeg(9, 9),
  ],
  ['JPEG that tells its height later', 'x.jpg', jpeg(65_500, 0), jpeg(9, 0)],
  ['lossy WebP', 'x.webp', lossy(16_383, 16_383), lossy(4000, 3000)],
  ['lossless WebP', 'x.webp', lossless(16_383, 16_383), lossless(4000, 3000)],
  ['extended WebP', 'x.webp', extended(0xffffff, 200), extended(4000, 3000)],
  ['AVIF', 'x.avif', avif([60_000, 60_000]), avif([4000, 3000])],
  ['AVIF with a small thumbnail', 'x.avif', avif([60_000, 60_000], [9, 9]), avif([4000, 3000], [9, 9])],
]

async function check(filename: string, bytes: Buffer, maxPixels?: number): Promise<unknown> {
  const data = new FormData()
  data.append('f', new Blob([new Uint8Array(bytes)]), filename)
  const web = new globalThis.Request('http://a/', { method: 'POST', body: data })
  await using parsed = await parseForm(Request.fromWeb(web))
  const types = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']
  const policy = uploadPolicy({
    types,
    maxPixels,
    store: { put: () => Promise.resolve() },
  })
  return await policy.check(parsed.files.require('f')).catch((error: unknown) => error)
}

describe('pictures that fill the memory once they are decoded', () => {
  it.each(bombs)('%s: 413, and its twin within bounds is taken', async (_, filename, bomb, twin) => {
    expect(await check(filename, bomb)).toMatchObject({
      status: 413,
      code: 'ERR_FORMS_UPLOAD_TOO_LARGE',
      details: { limit: 'maxPixels', maximum: 50_000_000 },
    })
    expect(await check(filename, twin)).toMatch(/^image\//)
  })

  it.each(bombs)('%s is counted alike however the file is cut', async (_, filename, bomb) => {
    const mimetype = filename === 'x.jpg' ? 'image/jpeg' : `image/${filename.slice(2)}`
    const sizes = bomb.length > 100_000 ? [999, 70_000] : [1, 7, bomb.length]
    const counts = await Promise.all(
      sizes.map((size) => countPixels(mimetype, bomb.subarray(0, 4100), () => pieces(bomb, size))),
    )

    expect(new Set(counts).size).toBe(1)
    expect(counts[0]).toBeGreaterThan(50_000_000)
  })

  it('the bound is an option', async () => {
    expect(await check('x.png', png(10, 10), 99)).toMatchObject({
      details: { limit: 'maxPixels', actual: 100 },
    })
    expect(await check('x.png', png(10, 10), 100)).toBe('image/png')
  })

  it.each([
    [
      'a BMP with its rows from the top',
      Buffer.concat([
        Buffer.from('BM'),
        Buffer.alloc(12),
        u32(40).swap32(),
        u32(3).swap32(),
        u32(0xfffffffc).swap32(),
      ]),
      12,
    ],
    [
      'a BMP of the oldest kind',
      Buffer.concat([
        Buffer.from('BM'),
        Buffer.alloc(12),
        u32(12).swap32(),
        u16(3).swap16(),
        u16(5).swap16(),
        Buffer.alloc(4),
      ]),
      15,
    ],
    ['half a BMP', Buffer.from('BM'), null],
  ])('%s', async (_, bytes, pixels) => {
    expect(await countPixels('image/bmp', bytes, () => pieces(bytes))).toBe(pixels)
  })

  it.each([
    ['image/png', png(9, 9)],
    ['image/gif', gif(9, 9)],
    ['image/jpeg', jpeg(9, 9)],
    ['image/webp', lossless(9, 9)],
    ['image/avif', avif([9, 9])],
  ])('%s, cut off at every byte, is a number or none', async (mimetype, bytes) => {
    const step = Math.ceil(bytes.length / 200)
    for (let length = 0; length <= bytes.length; length += step) {
      const start = bytes.subarray(0, length)
      expect([81, null]).toContain(await countPixels(mimetype, start, () => pieces(start)))
    }
  })

  it('endless segments and markers take linear time', async () => {
    const hostile = [
      Buffer.alloc(5_000_000, 0xff),
      Buffer.alloc(5_000_000, 'ispe'),
      Buffer.alloc(5_000_000, '\xff\xe0\0\x02', 'latin1'),
    ]
    const before = performance.now()
    for (const bytes of hostile) {
      await countPixels('image/jpeg', bytes, () => pieces(bytes, 65_536))
      await countPixels('image/avif', bytes, () => pieces(bytes, 65_536))
    }

    expect(performance.now() - before).toBeLessThan(5000)
  })
})
