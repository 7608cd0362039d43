import { once } from 'node:events'
import busboy from 'busboy'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseForm } from '../src/index.ts'
import { pieces, post } from './bodies.ts'

interface Entry {
  name: string
  filename: string | null
  content: string
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((text) => text.toWellFormed())
const entries = fc.array(
  fc.record({
    // Encoders leave backslashes and percent signs as they are, so what they meant cannot be told from escapes.
    name: name.filter((text) => !/[\x00-\x1f\x7f\\%]/.test(text)),
    filename: fc.option(fc.stringMatching(/^[a-zA-Zäöü .;="-]{1,12}$/)),
    content: fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.toWellFormed()),
  }),
  { minLength: 1, maxLength: 6 },
)

/** The body that the platform's own encoder, the one of `fetch`, makes of a form. */
async function encode(list: readonly Entry[]): Promise<{ type: string; bytes: Buffer }> {
  const data = new FormData()
  for (const entry of list) {
    if (entry.filename === null) data.append(entry.name, entry.content)
    else data.append(entry.name, new Blob([entry.content]), entry.filename)
  }
  const response = new Response(data)
  return {
    type: response.headers.get('Content-Type') ?? '',
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}

async function ours(type: string, bytes: Buffer, cuts: readonly number[]): Promise<string[]> {
  const { form, files, close } = await parseForm(post(type, pieces(bytes, ...cuts)))
  const found: Entry[] = Array.from(form, ([key, content]) => ({ name: key, filename: null, content }))
  for (const file of files.values()) {
    found.push({ name: file.name, filename: file.filename, content: await file.text() })
  }
  await close()
  return sorted(found)
}

async function busboys(type: string, bytes: Buffer): Promise<string[]> {
  const found: Entry[] = []
  const parser = busboy({ headers: { 'content-type': type }, defParamCharset: 'utf8', preservePath: true })
  parser.on('field', (key, content) => found.push({ name: key, filename: null, content }))
  parser.on('file', (key, stream, { filename }) => {
    const parts: Buffer[] = []
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () =>
      found.push({ name: key, filename: filename ?? null, content: Buffer.concat(parts).toString() }),
    )
  })
  parser.end(bytes)
  await once(parser, 'close')
  return sorted(found)
}

function sorted(list: readonly Entry[]): string[] {
  return list.map((entry) => JSON.stringify([entry.name, entry.filename, entry.content])).sort()
}

it('reads what fetch sends, and what busboy reads of it', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(entries, cuts, async (list, sizes) => {
      const { type, bytes } = await encode(list)

      const read = await ours(type, bytes, sizes)

      const sent = list.map((entry) => ({ ...entry, name: lines(entry.name), content: sentText(entry) }))
      expect(read).toEqual(sorted(sent))
      if (!bytes.includes('%22')) expect(read).toEqual(await busboys(type, bytes))
    }),
    { numRuns: 200 },
  )
})

/** Encoders write every line break of a field as CRLF; files stay as they are. */
function sentText(entry: Entry): string {
  return entry.filename === null ? lines(entry.content) : entry.content
}

function lines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n')
}
