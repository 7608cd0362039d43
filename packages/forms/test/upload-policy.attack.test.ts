import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { Request } from '@dewar/http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type ParsedForm,
  parseForm,
  type UploadedFile,
  uploadHeaders,
  uploadPolicy,
  uploadTypes,
} from '../src/index.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const jpeg = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
  Buffer.from('JFIF\0'),
  Buffer.alloc(50),
])
const webp = Buffer.concat([Buffer.from('RIFF\x20\0\0\0WEBPVP8 ', 'latin1'), Buffer.alloc(20)])
const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')
const html = Buffer.from('<!doctype html><script>alert(1)</script>')
const archive = Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1')

let directory: string
const open: ParsedForm[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dewar-policy-'))
})
beforeEach(async () => {
  for (const name of await readdir(directory)) await rm(join(directory, name))
})
afterAll(async () => {
  await Promise.all(open.map((parsed) => parsed.close()))
  await rm(directory, { recursive: true })
})

/** Uploads through a real multipart body. */
async function upload(
  ...list: readonly (readonly [filename: string, bytes: Buffer, type?: string | undefined])[]
): Promise<UploadedFile[]> {
  const data = new FormData()
  for (const [filename, bytes, type] of list)
    data.append('f', new Blob([new Uint8Array(bytes)], { type: type ?? 'image/png' }), filename)
  const parsed = await parseForm(
    Request.fromWeb(new globalThis.Request('http://a/', { method: 'POST', body: data })),
    {
      fileMemorySize: 200,
    },
  )
  open.push(parsed)
  return parsed.files.getAll('f')
}

async function outcome(
  filename: string,
  bytes: Buffer,
  types: readonly string[],
  type?: string,
): Promise<unknown> {
  const [file] = await upload([filename, bytes, type])
  return uploadPolicy({ types, directory })
    .check(file as UploadedFile)
    .catch((error: { code: string; status: number }) => `${error.status} ${error.code}`)
}

const refused = '415 ERR_FORMS_UPLOAD_TYPE'

describe('files that are not what they say', () => {
  it.each([
    ['a page named as a picture', 'x.png', html],
    ['a picture named as another kind', 'x.gif', png],
    ['a picture named as a page', 'x.html', png],
    ['a picture without an extension', 'png', png],
    ['a picture with an empty extension', 'x.', png],
    ['a kind that is not allowed', 'x.pdf', pdf],
    ['a script before the extension', 'x.php.png', png],
    ['a script in capitals before it', 'x.PhP.png', png],
    ['a script before several', 'x.jsp.tar.png', png],
    ['a script before a blank', 'x.php .png', png],
    ['a script behind a semicolon', 'x.asp;.png', png],
    ['a stream name', 'x.asp:.png', png],
    ['a script before a mark of direction', 'x.php\u202e.png', png],
    ['a script with a joiner in it', 'x.p\u200bhp.png', png],
    ['a script before a control', 'x.php\x80.png', png],
    ['a script before an encoded NUL', 'x.php%00.png', png],
    ['a script before an encoded blank', 'x.php%20.png', png],
    ['a script in letters of full width', 'x.ｐｈｐ.png', png],
    ['a script that few know', 'x.phpt.png', png],
    ['a script of a shell', 'x.bash.png', png],
    ['an SVG', 'x.svg', Buffer.from('<svg onload="alert(1)"/>')],
    ['an SVG named as a picture', 'x.png', Buffer.from('<svg onload="alert(1)"/>')],
    ['nothing at all', 'x.png', Buffer.alloc(0)],
    ['half a signature', 'x.png', png.subarray(0, 5)],
    ['a page behind a name that reads backwards', 'x\u202egnp.html', html],
    ['a document that begins like an archive', 'x.png', Buffer.concat([Buffer.from('PK\x03\x04'), png])],
    ['a bomb named as a picture', 'x.png', gzipSync(Buffer.alloc(10_000_000))],
    ['a picture and a page', 'x.png', Buffer.concat([png, html])],
    ['a picture and a script in capitals', 'x.gif', Buffer.concat([gif, Buffer.from('<ScRiPt>')])],
    ['a picture and PHP', 'x.jpg', Buffer.concat([jpeg, Buffer.from('<?php system($_GET[0]); ?>')])],
    ['a picture and PHP in short', 'x.jpg', Buffer.concat([jpeg, Buffer.from('<?=`$_GET[0]`?>')])],
    ['a picture and JSP', 'x.jpg', Buffer.concat([jpeg, Buffer.from('<%@ page import="java.io.*" %>')])],
    ['a picture and ASP', 'x.jpg', Buffer.concat([jpeg, Buffer.from('<%eval request("x")%>')])],
    ['a picture and a body', 'x.png', Buffer.concat([png, Buffer.from('<BODY onload=alert(1)>')])],
    ['a picture and a RAR', 'x.png', Buffer.concat([png, Buffer.from('Rar!\x1a\x07\x01\0', 'latin1')])],
    ['a picture and a 7z', 'x.png', Buffer.concat([png, Buffer.from("7z\xbc\xaf'\x1c", 'latin1')])],
    [
      'a picture and PHP where pieces meet',
      'x.jpg',
      Buffer.concat([jpeg, Buffer.alloc(65_536 - jpeg.length - 2), Buffer.from('<?=`$_GET[0]`?>')]),
    ],
    ['a picture that is a program', 'x.gif', Buffer.from('GIF89a=alert(1);')],
    ['a picture as wide as a comment', 'x.gif', Buffer.from('GIF89a/*\0\x01\0\0*/=1;alert(1)')],
    ['a picture and an SVG', 'x.png', Buffer.concat([png, Buffer.from('<svg onload=alert(1)>')])],
    ['a picture and an archive', 'x.gif', Buffer.concat([gif, archive])],
    ['a picture and a document', 'x.png', Buffer.concat([png, pdf])],
    ['a picture and a page far behind', 'x.png', Buffer.concat([png, Buffer.alloc(65_530), html])],
  ])('%s: 415', async (_, filename, bytes) => {
    expect(await outcome(filename, bytes, uploadTypes.images)).toBe(refused)
  })

  it.each([
    ['a document', pdf],
    ['a picture that begins as text', Buffer.from('GIF89a plain')],
    ['binary', Buffer.from([1, 2, 3])],
    ['Latin 1', Buffer.from([0x66, 0xfc, 0x72])],
  ])('%s named as text: 415', async (_, bytes) => {
    expect(await outcome('x.txt', bytes, ['text/plain'])).toBe(refused)
  })

  it('what the client says of the type changes nothing', async () => {
    expect(await outcome('x.png', html, uploadTypes.images, 'image/png')).toBe(refused)
    expect(await outcome('x.png', png, uploadTypes.images, 'text/html')).toBe('image/png')
  })
})

describe('their legitimate twins', () => {
  it.each([
    ['x.png', png, 'image/png'],
    ['X.PNG', png, 'image/png'],
    ['x.gif', gif, 'image/gif'],
    ['holiday.2026.jpeg', jpeg, 'image/jpeg'],
    [
      'chance.jpeg',
      Buffer.concat([jpeg, Buffer.from('<svg\x80PK\x05\x06'), Buffer.alloc(70_000)]),
      'image/jpeg',
    ],
    ['x.webp', webp, 'image/webp'],
    ['report.v2.pdf', pdf, 'application/pdf'],
    ['notes.txt', Buffer.from('plain grüße'), 'text/plain'],
    ['cut.txt', Buffer.concat([Buffer.alloc(4099, 'x'), Buffer.from('ü')]), 'text/plain'],
    ['page.txt', html, 'text/plain'],
    ['table.csv', Buffer.from('a,b\n1,2\n'), 'text/csv'],
    [
      'x.zip',
      Buffer.concat([
        Buffer.from('PK\x03\x04', 'latin1'),
        Buffer.alloc(26),
        Buffer.from('word/'),
        deflateRawSync('x'),
      ]),
      'application/zip',
    ],
    ['x.tar.gz', gzipSync('x'), 'application/gzip'],
  ])('%s is accepted', async (filename, bytes, type) => {
    const types = [...uploadTypes.images, ...uploadTypes.documents, ...uploadTypes.archives]

    expect(await outcome(filename, bytes, types)).toBe(type)
  })
})

describe('storing', () => {
  it('generates the name, takes the extension from the content, keeps the client’s name as data', async () => {
    const [file] = await upload(['../../<b>Förm</b>.JPEG', jpeg])
    const policy = uploadPolicy({ types: uploadTypes.images, directory })

    const stored = await policy.save(file as UploadedFile)

    expect(stored).toMatchObject({
      mimetype: 'image/jpeg',
      size: jpeg.length,
      originalName: '../../<b>Förm</b>.JPEG',
    })
    expect(stored.name).toMatch(/^[\da-f-]{36}\.jpg$/)
    expect(await readdir(directory)).toEqual([stored.name])
    expect((await readFile(join(directory, stored.name))).equals(jpeg)).toBe(true)
    expect((await stat(join(directory, stored.name))).mode & 0o777).toBe(0o600)
  })

  it('keeps all files or none', async () => {
    const policy = uploadPolicy({ types: uploadTypes.images, directory })
    const mixed = await upload(['a.png', png], ['b.png', html])
    const good = await upload(['a.png', png], ['b.gif', gif])

    await expect(policy.saveAll(mixed)).rejects.toMatchObject({ status: 415 })
    expect(await readdir(directory)).toEqual([])
    expect(await policy.saveAll(good)).toMatchObject([{ mimetype: 'image/png' }, { mimetype: 'image/gif' }])
    expect(await readdir(directory)).toHaveLength(2)
  })

  it('keeps none if one of them cannot be stored', async () => {
    const policy = uploadPolicy({
      types: uploadTypes.images,
      directory,
      transform: (bytes, type) => {
        if (type === 'image/gif') throw new Error('broken picture')
        return bytes
      },
    })

    await expect(policy.saveAll(await upload(['a.png', png], ['b.gif', gif]))).rejects.toThrow(
      'broken picture',
    )

    expect(await readdir(directory)).toEqual([])
    expect(await policy.saveAll(await upload(['a.png', png], ['b.png', png]))).toHaveLength(2)
  })

  it('says what failed even if the store cannot remove what came before', async () => {
    let puts = 0
    const store = {
      put: async () => {
        if (++puts > 1) throw new Error('full')
      },
      remove: async () => {
        throw new Error('gone')
      },
    }
    const policy = uploadPolicy({ types: uploadTypes.images, store })

    await expect(policy.saveAll(await upload(['a.png', png], ['b.gif', gif]))).rejects.toThrow('full')
  })

  it('refuses files too large and too many: 413', async () => {
    const policy = uploadPolicy({ types: uploadTypes.images, directory, maxSize: 80, maxFiles: 2 })
    const files = await upload(['a.gif', gif], ['b.gif', gif], ['c.gif', gif])
    const [large] = await upload(['a.png', Buffer.concat([png, Buffer.alloc(100)])])

    await expect(policy.saveAll(files)).rejects.toMatchObject({ status: 413, details: { limit: 'maxFiles' } })
    await expect(policy.save(large as UploadedFile)).rejects.toMatchObject({
      status: 413,
      details: { limit: 'maxSize' },
    })
    expect(await policy.saveAll(files.slice(0, 2))).toHaveLength(2)
  })

  it('stores what a transform makes of a file', async () => {
    const [file] = await upload(['a.png', png])
    const policy = uploadPolicy({
      types: uploadTypes.images,
      directory,
      transform: async (_, type) => Buffer.from(type),
    })

    const stored = await policy.save(file as UploadedFile)

    expect(await readFile(join(directory, stored.name), 'utf8')).toBe('image/png')
    expect(stored.size).toBe(9)
  })

  it('stores elsewhere through an adapter', async () => {
    const puts: unknown[] = []
    const [file] = await upload(['a.png', png])
    const store = { put: async (...args: unknown[]) => void puts.push(args) }

    const stored = await uploadPolicy({ types: uploadTypes.images, store }).save(file as UploadedFile)

    expect(puts).toEqual([[stored.name, file, 'image/png']])
  })
})

describe('setting a policy up', () => {
  it.each([
    [
      'a type that cannot be told by content',
      { types: ['image/svg+xml'], directory: '/x' },
      'ERR_FORMS_POLICY_TYPE',
    ],
    ['no place', { types: [] }, 'ERR_FORMS_POLICY_STORE'],
    [
      'two places',
      { types: [], directory: '/x', store: { put: async () => undefined } },
      'ERR_FORMS_POLICY_STORE',
    ],
    ['an unknown option', { types: [], directory: '/x', maxsize: 1 }, 'ERR_FORMS_OPTION'],
  ])('%s is refused', (_, options, code) => {
    expect(() => uploadPolicy(options)).toThrow(expect.objectContaining({ code }))
  })

  it('suggests the nearest type', () => {
    expect(() => uploadPolicy({ types: ['image/jpg'], directory })).toThrow(
      expect.objectContaining({ fix: "Did you mean 'image/jpeg'?" }),
    )
  })

  it('knows what a file input may offer', () => {
    const policy = uploadPolicy({ types: ['image/jpeg', 'application/pdf'], directory })

    expect(policy.accept).toBe('image/jpeg,.jpg,.jpeg,.jpe,.jfif,application/pdf,.pdf')
  })
})

describe('serving what was uploaded', () => {
  it.each([
    ['a.png', 'attachment; filename=a.png'],
    ['a"b.png', 'attachment; filename="a\\"b.png"'],
    ['ü.png', "attachment; filename=u.png; filename*=UTF-8''%C3%BC.png"],
    ['../../x', 'attachment; filename=.._.._x'],
    ['a\r\nSet-Cookie: x=1', 'attachment; filename="a__Set-Cookie: x=1"'],
    ['gpj.\u202eexe', 'attachment; filename=gpj._exe'],
    ['a\u200f\u061c\x85.png', 'attachment; filename=a___.png'],
  ])('%j is saved, not shown', (name, disposition) => {
    const headers = uploadHeaders(name)

    expect(headers.toJSON()).toEqual({
      'content-disposition': disposition,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
    })
  })
})
