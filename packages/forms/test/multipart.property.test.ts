import { once } from 'node:events'
import busboy from 'busboy'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseForm } from '../src/index.ts'
import { multipart, pieces } from './bodies.ts'

const nasty = fc.constantFrom(
  '\r',
  '\n',
  '\r\n',
  '-',
  '--',
  '--b',
  '\r\n--b',
  '\r\n--bx',
  '\r\n--b-',
  'b',
  ' ',
  '\0',
  'x',
)
// A line of content that begins like the delimiter is refused: a sender picks another boundary.
const content = fc
  .array(nasty, { maxLength: 20 })
  .map((parts) => parts.join(''))
  .filter((text) => !`\r\n${text}`.includes('\r\n--b'))
  .map((text) => Buffer.from(text, 'latin1'))
const binary = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const parts = fc.array(
  fc.record({
    isFile: fc.boolean(),
    name: fc.stringMatching(/^[a-z_]{1,8}$/),
    content: fc.oneof(content, binary),
  }),
  { maxLength: 6 },
)

function encode(list: readonly { isFile: boolean; name: string; content: Buffer }[]): Buffer {
  const blocks = list.map(({ isFile, name, content: bytes }) => {
    const filename = isFile ? '; filename="x"' : ''
    return Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ])
  })
  return Buffer.concat([...blocks, Buffer.from('--b--\r\n')])
}

async function outcome(body: Uint8Array, sizes: readonly number[], fileMemorySize: number): Promise<unknown> {
  try {
    const { form, files, close } = await parseForm(multipart(pieces(body, ...sizes)), { fileMemorySize })
    const contents = await Promise.all(
      Array.from(files, async ([name, file]) => [name, Buffer.from(await file.bytes()).toString('latin1')]),
    )
    await close()
    return { form: [...form], files: contents }
  } catch (error) {
    return (error as { status?: number; code?: string }).status ?? error
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 })

it('what goes in comes out, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(parts, sizes, fc.constantFrom(0, 50, 100_000), async (list, cuts, memory) => {
      const got = (await outcome(encode(list), cuts, memory)) as { form: unknown[]; files: unknown[] }

      const fields = list.filter((part) => !part.isFile)
      const files = list.filter((part) => part.isFile)
      expect(sorted(got.form)).toEqual(
        sorted(fields.map((part) => [part.name, part.content.toString('utf8')])),
      )
      expect(sorted(got.files)).toEqual(
        sorted(files.map((part) => [part.name, part.content.toString('latin1')])),
      )
    }),
    { numRuns: 300 },
  )
})

it('a body is read alike wherever it is cut in two, and byte by byte', async () => {
  const body = Buffer.from(
    'preamble\r\n--b\r\nContent-Disposition: form-data; name="ä"\r\n\r\nü\r\n--\r\n\r' +
      "\r\n--b\r\nContent-Disposition: form-data; name=f; filename*=UTF-8''%C3%BC\r\nContent-Type: text/plain\r\n\r\n" +
      '\r\n-\r\n--\r\n--B\r\n--b--\r\nepilogue',
  )
  const whole = await outcome(body, [body.length], 0)
  expect(whole).toEqual({
    form: [['ä', 'ü\r\n--\r\n\r']],
    files: [['f', '\r\n-\r\n--\r\n--B']],
  })

  for (let cut = 1; cut < body.length; cut++) {
    expect(await outcome(body, [cut, body.length], 0), `cut at ${cut}`).toEqual(whole)
  }
  expect(await outcome(body, [1], 0)).toEqual(whole)
})

it('any bytes at all give a form or a 4xx, the same however they are cut', async () => {
  const piece = fc.oneof(
    nasty,
    fc.constantFrom(
      'Content-Disposition: form-data; name="a"',
      ': ',
      '; filename="',
      '"',
      '\r\n\r\n',
      '--b--',
    ),
    fc.string({ maxLength: 5 }),
  )
  const body = fc.array(piece, { maxLength: 40 }).map((list) => Buffer.from(`--b\r\n${list.join('')}`))

  await fc.assert(
    fc.asyncProperty(body, sizes, async (bytes, cuts) => {
      const whole = await outcome(bytes, [bytes.length], 0)
      const cut = await outcome(bytes, cuts, 0)

      expect(cut).toEqual(whole)
      if (typeof whole !== 'object') expect([400, 413, 431]).toContain(whole)
    }),
    { numRuns: 500 },
  )
})

/**
 * What busboy alone finds in a body; `null` if it gives the body up. It is not given what follows the last delimiter: it
 * reads on there, as far as the piece goes.
 */
async function busboyAlone(body: Buffer): Promise<{ form: unknown[]; files: unknown[] } | null> {
  const found: { form: unknown[]; files: unknown[] } = { form: [], files: [] }
  const parser = busboy({
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    defParamCharset: 'utf8',
    preservePath: true,
  })
  parser.on('field', (key: string | undefined, text) => found.form.push([key ?? '', text]))
  parser.on('file', (key: string | undefined, stream, { filename }) => {
    const pieces: Buffer[] = []
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('error', () => {})
    stream.on('end', () => {
      const bytes = Buffer.concat(pieces)
      // Arbitrary bytes without a file's name are a file to busboy, and a field here.
      if (filename === undefined) found.form.push([key ?? '', bytes.toString('utf8')])
      else found.files.push([key ?? '', bytes.toString('latin1')])
    })
  })
  const last = `\r\n${body.toString('latin1')}`.indexOf('\r\n--b--')
  parser.end(last < 0 ? body : body.subarray(0, last + '--b--'.length))
  return once(parser, 'close').then(
    () => found,
    () => null,
  )
}

/** An input left empty is a field to busboy, and none here; one with bytes, but without a name, is a file here. */
function withoutNameless(result: unknown, names: ReadonlySet<string>): unknown {
  if (typeof result !== 'object' || result === null) return result
  const { form, files } = result as { form: [string, string][]; files: [string, string][] }
  const isNamed = ([name]: [string, string]) => !names.has(name)
  return { form: form.filter(isNamed), files: files.filter(isNamed) }
}

it('what is read of any bytes at all, busboy reads alike', async () => {
  const piece = fc.oneof(
    { weight: 2, arbitrary: nasty },
    fc.constantFrom(
      '\r\n--b\r\nContent-Disposition: form-data; name="a"',
      '\r\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\ncontent',
      '\r\n--b\r\ncontent-disposition: form-data; name="ä"\r\n\r\nü',
      '\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="x"',
      '\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nbytes',
      '\r\n--b\r\nContent-Disposition: form-data; name="f"; filename*=UTF-8\'\'%C3%BC\r\n\r\nbytes',
      '\r\n--b\r\nContent-Disposition: form-data; name="none"; filename=""',
      '\r\nContent-Type: application/octet-stream',
      '\r\nX: y',
      '\r\n\r\n',
      '\r\n\r\ncontent',
      '\r\n--b--',
    ),
  )
  const body = fc.array(piece, { maxLength: 12 }).map((list) => Buffer.from(`${list.join('')}\r\n--b--`))
  let forms = 0

  await fc.assert(
    fc.asyncProperty(body, sizes, async (bytes, cuts) => {
      const ours = await outcome(bytes, cuts, 0)
      if (typeof ours !== 'object') {
        expect([400, 413, 431]).toContain(ours)
        return
      }
      const theirs = await busboyAlone(bytes)
      const nameless = new Set(['none'])
      expect(inOrder(withoutNameless(ours, nameless))).toEqual(inOrder(withoutNameless(theirs, nameless)))
      forms += (ours as { form: unknown[] }).form.length > 0 ? 1 : 0
    }),
    { numRuns: 1000 },
  )
  expect(forms).toBeGreaterThan(20)
})

it('well-formed parts are read as busboy reads them', async () => {
  await fc.assert(
    fc.asyncProperty(parts, fc.array(sizes, { minLength: 1, maxLength: 4 }), async (list, cuttings) => {
      const bytes = encode(list)
      const theirs = inOrder(await busboyAlone(bytes))
      for (const cuts of cuttings) expect(inOrder(await outcome(bytes, cuts, 50))).toEqual(theirs)
    }),
    { numRuns: 200 },
  )
})

/** A `MultiDict` keeps values of one name together: what counts is which there are. */
function inOrder(result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result
  const { form, files } = result as { form: unknown[]; files: unknown[] }
  return { form: sorted(form), files: sorted(files) }
}

function sorted(list: unknown[]): string[] {
  return list.map((item) => JSON.stringify(item)).sort()
}
