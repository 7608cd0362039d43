import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveLimits } from '../src/defaults.ts'
import { parseForm } from '../src/index.ts'
import { MultipartGuard } from '../src/multipart-guard.ts'
import type { PartHead } from '../src/part-head.ts'
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

/** What the guard alone finds, as the form it would make, or the status it refuses with. */
function guardAlone(body: Buffer): unknown {
  const found: { head: PartHead; bytes: Buffer[] }[] = []
  const sink = {
    head: (head: PartHead) => void found.push({ head, bytes: [] }),
    data: (bytes: Buffer) => void found.at(-1)?.bytes.push(bytes),
    end: () => {},
  }
  try {
    const guard = new MultipartGuard('b', resolveLimits(undefined), sink)
    guard.push(body)
    guard.end()
  } catch (error) {
    return (error as { status?: number }).status
  }
  const parts = found.map(({ head, bytes }) => ({ head, content: Buffer.concat(bytes) }))
  return {
    form: parts
      .filter(({ head }) => head.filename === null)
      .map(({ head, content }) => [head.name, content.toString('utf8')]),
    files: parts
      .filter(({ head, content }) => head.filename !== null && (head.filename !== '' || content.length > 0))
      .map(({ head, content }) => [head.name, content.toString('latin1')]),
  }
}

it('what comes of guard and busboy together is what the guard alone reads, or 400', async () => {
  const piece = fc.oneof(
    { weight: 3, arbitrary: nasty },
    fc.constantFrom(
      '\r\n--b\r\nContent-Disposition: form-data; name="a"',
      '\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="x"',
      '\r\n--b\r\nContent-Disposition: form-data; name="f"; filename=""',
      '\r\nContent-Type: application/octet-stream',
      '\r\nX: y',
      '\r\n\r\n',
      '\r\n\r\ncontent',
      '\r\n--b--',
    ),
  )
  const body = fc.array(piece, { maxLength: 30 }).map((list) => Buffer.from(`${list.join('')}\r\n--b--`))
  let forms = 0

  await fc.assert(
    fc.asyncProperty(body, fc.array(sizes, { minLength: 1, maxLength: 4 }), async (bytes, cuttings) => {
      const alone = guardAlone(bytes)
      for (const cuts of cuttings) {
        const both = await outcome(bytes, cuts, 0)
        if (both !== 400) expect(inOrder(both)).toEqual(inOrder(alone))
        if (typeof both === 'object') forms++
      }
    }),
    { numRuns: 400 },
  )
  expect(forms).toBeGreaterThan(0)
})

it('whatever the guard lets through of well-formed parts, busboy reads the same', async () => {
  await fc.assert(
    fc.asyncProperty(parts, fc.array(sizes, { minLength: 1, maxLength: 4 }), async (list, cuttings) => {
      const bytes = encode(list)
      for (const cuts of cuttings) {
        expect(inOrder(await outcome(bytes, cuts, 50))).toEqual(inOrder(guardAlone(bytes)))
      }
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
