/** H4: files that are not what they say. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { each, fine, refused, type Sites, type Subject } from '../suite/case.ts'
import { attribute, elementById, parsePage } from '../suite/page.ts'
import { loggedIn, type Visitor } from '../suite/visitor.ts'
import type { Answer } from '../suite/wire.ts'

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
)
const WEBP = Buffer.from(
  'RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0',
  'latin1',
)
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

interface File {
  name: string
  type?: string
  content: Buffer | string
}

const bad: Record<string, File> = {
  'a page': { name: 'a.html', type: 'text/html', content: '<script>alert(1)</script>' },
  'a page called a picture': { name: 'a.png', type: 'image/png', content: '<script>alert(1)</script>' },
  'a picture called a page': { name: 'a.html', type: 'text/html', content: GIF },
  'an SVG': { name: 'a.svg', type: 'image/svg+xml', content: SVG },
  'an SVG called PNG': { name: 'a.png', type: 'image/png', content: SVG },
  'a program': { name: 'a.exe', type: 'image/png', content: Buffer.from('MZ\x90\0') },
  'a program of PHP': { name: 'a.php', type: 'image/gif', content: 'GIF89a<?php system($_GET[0]) ?>' },
  'a program of PHP called GIF': {
    name: 'a.gif',
    type: 'image/gif',
    content: 'GIF89a<?php system($_GET[0]) ?>',
  },
  'two extensions': { name: 'a.php.gif', type: 'image/gif', content: GIF },
  'two extensions, reversed': { name: 'a.gif.php', type: 'image/gif', content: GIF },
  'an extension behind a NUL': { name: 'a.php%00.gif', type: 'image/gif', content: GIF },
  'an extension behind a semicolon': { name: 'a.php;.gif', type: 'image/gif', content: GIF },
  'an extension before a dot': { name: 'a.php.', type: 'image/gif', content: GIF },
  'an extension in capitals': { name: 'a.PHP', type: 'image/gif', content: GIF },
  'no extension': { name: 'picture', type: 'image/gif', content: GIF },
  'an extension alone': { name: '.htaccess', type: 'image/gif', content: 'AddType x' },
  'a WebP': { name: 'a.webp', type: 'image/webp', content: WEBP },
  'a GIF called PNG': { name: 'a.png', type: 'image/png', content: GIF },
  'a picture with a script behind it': {
    name: 'a.gif',
    type: 'image/gif',
    content: Buffer.concat([GIF, Buffer.from('<script>alert(1)</script>')]),
  },
  'a picture with an archive behind it': {
    name: 'a.png',
    type: 'image/png',
    content: Buffer.concat([
      PNG,
      Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'),
      Buffer.from('PK\x05\x06'),
    ]),
  },
  'a picture that is a script too': { name: 'a.gif', type: 'image/gif', content: 'GIF89a=alert(1);' },
  'a document': { name: 'a.pdf', type: 'application/pdf', content: '%PDF-1.7' },
  nothing: { name: 'a.png', type: 'image/png', content: '' },
  'one byte too many': {
    name: 'a.gif',
    type: 'image/gif',
    content: Buffer.concat([GIF, Buffer.alloc(1024 * 1024 + 1 - GIF.length)]),
  },
  'two megabytes': {
    name: 'a.gif',
    type: 'image/gif',
    content: Buffer.concat([GIF, Buffer.alloc(2 * 1024 * 1024)]),
  },
}

const names: Record<string, string> = {
  'dots and slashes': '../../../app/static/evil.gif',
  backslashes: '..\\..\\evil.gif',
  'an absolute path': '/tmp/evil.gif',
  'a drive': 'C:\\evil.gif',
  'a tag': '<img src=x onerror=alert(1)>.gif',
  'a device': 'con.gif',
  'an accent and blanks': 'mein schönes Bild.gif',
  'an emoji': '🍵.gif',
  'very many letters': `${'a'.repeat(200)}.gif`,
}

const shared = new WeakMap<object, Promise<Visitor>>()

function uploader({ proxied }: Sites): Promise<Visitor> {
  const found = shared.get(proxied) ?? loggedIn(proxied, 'alice')
  shared.set(proxied, found)
  return found
}

function multipart(parts: readonly (Buffer | string)[]): Buffer {
  const pieces = parts.flatMap((part) => ['--frontier\r\n', part, '\r\n'])
  return Buffer.concat([...pieces, '--frontier--\r\n'].map((piece) => Buffer.from(piece)))
}

function filePart({ name, type = 'application/octet-stream', content }: File, field = 'file'): Buffer {
  const shown = name.replaceAll('"', '%22').replace('%00', '\0')
  const head = `Content-Disposition: form-data; name="${field}"; filename="${shown}"\r\nContent-Type: ${type}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(content)])
}

async function upload(visitor: Visitor, parts: readonly (Buffer | string)[]): Promise<Answer> {
  return visitor.post('/upload', multipart(parts), {
    'Content-Type': 'multipart/form-data; boundary=frontier',
    'X-CSRF-Token': await visitor.token(),
    ...visitor.sameOrigin(),
  })
}

const stored = ({ proxied }: Sites) => readdir(join(proxied.dataDir, 'uploads'))

const linkOf = (answer: Answer) => attribute(elementById(parsePage(answer.text), 'stored'), 'href') ?? ''

async function keeps(file: File, sites: Sites): Promise<Answer> {
  const visitor = await uploader(sites)
  const answer = await upload(visitor, [filePart(file)])
  fine(answer, 201)
  const served = await visitor.get(linkOf(answer))
  fine(served)
  assert(served.body.equals(Buffer.from(file.content)))
  return served
}

export const uploads: Subject = {
  name: 'uploads',
  inTurn: true,
  attacks: [
    ...each('H4', 'not kept', bad, async (file, sites) => {
      const before = await stored(sites)
      refused(await upload(await uploader(sites), [filePart(file)]))
      assert.deepEqual(await stored(sites), before)
    }),
    ...each('H4', 'a picture named by', names, async (name, sites) => {
      const answer = await upload(await uploader(sites), [
        filePart({ name, type: 'image/gif', content: GIF }),
      ])
      if (answer.status !== 201) {
        refused(answer)
        return
      }
      assert.match(linkOf(answer), /^\/uploads\/[\w-]+\.gif$/)
      assert(!answer.text.includes('onerror'))
    }),
    {
      row: 'H4',
      what: 'a second upload of the same name does not replace the first',
      async run(sites) {
        const visitor = await uploader(sites)
        const [first, second] = [
          await upload(visitor, [filePart({ name: 'same.gif', content: GIF })]),
          await upload(visitor, [
            filePart({ name: 'same.gif', content: Buffer.concat([GIF, Buffer.from('\0')]) }),
          ]),
        ]
        assert.notEqual(linkOf(first), linkOf(second))
        assert((await visitor.get(linkOf(first))).body.equals(GIF))
      },
    },
    {
      row: 'H4',
      what: 'what was uploaded is saved, not shown, and nothing in it runs',
      async run(sites) {
        const served = await keeps({ name: 'a.gif', content: GIF }, sites)
        assert.match(served.get('content-disposition') ?? '', /^attachment/)
        assert.equal(served.get('x-content-type-options'), 'nosniff')
        assert.match(served.get('content-security-policy') ?? '', /sandbox|default-src 'none'/)
      },
    },
    ...each(
      'H4',
      'a body that is',
      {
        'without a file': multipart(['Content-Disposition: form-data; name="x"\r\n\r\ny']),
        'without an end': multipart([filePart({ name: 'a.gif', content: GIF })]).subarray(0, -20),
        'of another frontier': Buffer.from('--other\r\n\r\n--other--'),
        empty: Buffer.alloc(0),
      },
      async (body, sites) => {
        const visitor = await uploader(sites)
        refused(
          await visitor.post('/upload', body, {
            'Content-Type': 'multipart/form-data; boundary=frontier',
            'X-CSRF-Token': await visitor.token(),
            ...visitor.sameOrigin(),
          }),
        )
      },
    ),
    {
      row: 'H4',
      what: 'a stranger uploads nothing',
      async run(sites) {
        const before = await stored(sites)
        const visitor = (await uploader(sites)).copy()
        visitor.cookies.clear()
        const answer = await upload(visitor, [filePart({ name: 'a.gif', content: GIF })])
        if (answer.status >= 400) refused(answer)
        else assert.match(answer.get('location') ?? '', /^\/login/)
        assert.deepEqual(await stored(sites), before)
      },
    },
  ],
  honest: [
    ...each(
      'H4',
      'a picture comes back byte for byte',
      {
        'a GIF': { name: 'tea.gif', type: 'image/gif', content: GIF },
        'a PNG': { name: 'tea.PNG', type: 'image/png', content: PNG },
        'a JPEG': { name: 'tea.jpeg', type: 'image/jpeg', content: JPEG },
        'a GIF of one megabyte': {
          name: 'big.gif',
          type: 'image/gif',
          content: Buffer.concat([GIF, Buffer.alloc(1024 * 1024 - GIF.length)]),
        },
        'an accent in its name': { name: "O'Brien & Söhne <3.gif", type: 'image/gif', content: GIF },
        'a type that browsers do not know': { name: 'tea.gif', content: GIF },
      },
      keeps,
    ),
  ],
}
