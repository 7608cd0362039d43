import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LimitError } from '@dewar/base'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseForm, parseUrlencoded } from '../src/index.ts'
import { end, field, file, multipart, part, pieces, post } from './bodies.ts'

const urlencoded = 'application/x-www-form-urlencoded'
let temporaryDirectory: string

beforeAll(async () => {
  temporaryDirectory = await mkdtemp(join(tmpdir(), 'dewar-forms-'))
})
afterAll(() => rm(temporaryDirectory, { recursive: true }))

describe('every limit is an error with its name, in time, and its twin passes', () => {
  const disposition = 'Content-Disposition: form-data; name="a"'
  it.each([
    [
      'MAX_FORM_MEMORY_SIZE',
      413,
      { maxFormMemorySize: 100 },
      field('a', 'x'.repeat(100)),
      field('a', 'x'.repeat(99)),
    ],
    [
      'MAX_FORM_MEMORY_SIZE over all fields',
      413,
      { maxFormMemorySize: 100 },
      field('a', 'x'.repeat(49)) + field('b', 'x'.repeat(51)),
      field('a', 'x'.repeat(49)) + field('b', 'x'.repeat(49)),
    ],
    [
      'MAX_FORM_MEMORY_SIZE of names alone',
      413,
      { maxFormMemorySize: 10 },
      field('x'.repeat(11), ''),
      field('x'.repeat(10), ''),
    ],
    [
      'MAX_FORM_PARTS',
      413,
      { maxFormParts: 2 },
      field('a', '1') + file('f', 'x', '1') + field('b', '2'),
      field('a', '1') + file('f', 'x', '1'),
    ],
    ['MAX_FORM_FILES', 413, { maxFiles: 1 }, file('f', 'x', '1') + file('f', 'y', '1'), file('f', 'x', '1')],
    [
      'MAX_FILE_SIZE',
      413,
      { maxFileSize: 10 },
      file('f', 'x', 'y'.repeat(11)),
      file('f', 'x', 'y'.repeat(10)) + file('g', 'x', 'y'.repeat(10)),
    ],
    [
      'MAX_FIELD_NAME_SIZE',
      400,
      { maxFieldNameSize: 4 },
      field('ünïs', ''),
      field('ünï', '').replace('ünï', 'ün'),
    ],
    ['MAX_FILENAME_SIZE', 400, { maxFilenameSize: 5 }, file('f', 'x.jpeg', ''), file('f', 'x.jpg', '1')],
    [
      'MAX_PART_HEADERS',
      431,
      { maxPartHeaders: 2 },
      part(`${disposition}\r\nX: 1\r\nX: 2`, ''),
      part(`${disposition}\r\nX: 1`, ''),
    ],
    [
      'MAX_PART_HEAD_SIZE',
      431,
      { maxPartHeadSize: 64 },
      part(`${disposition}\r\nX: ${'y'.repeat(30)}`, ''),
      part(disposition, ''),
    ],
  ])('%s: %i', async (name, status, limits, tooMuch, enough) => {
    const failure = await parseForm(multipart(tooMuch + end), limits).catch((error: unknown) => error)
    const { form, files } = await parseForm(multipart(enough + end), limits)

    expect(failure).toMatchObject({ status, code: 'ERR_FORMS_LIMIT', cause: expect.any(LimitError) })
    expect(failure).toMatchObject({ details: { limit: name.split(' ')[0] } })
    expect(form.size + files.size).toBeGreaterThan(0)
  })

  it.each([
    ['MAX_FORM_MEMORY_SIZE', 413, { maxFormMemorySize: 10 }, 'a=123456789', 'a=12345678'],
    ['MAX_FORM_MEMORY_SIZE in bytes', 413, { maxFormMemorySize: 4 }, 'a=üü', 'a=ü'],
    ['MAX_FORM_PARTS', 413, { maxFormParts: 2 }, 'a&b&c', '&&a&&b&&'],
    ['MAX_FIELD_NAME_SIZE', 400, { maxFieldNameSize: 3 }, 'abcd=', 'abc='],
  ])('%s of an urlencoded form: %i', async (name, status, limits, tooMuch, enough) => {
    const failure = await parseForm(post(urlencoded, tooMuch), limits).catch((error: unknown) => error)
    const { form } = await parseForm(post(urlencoded, enough), limits)

    expect(failure).toMatchObject({ status, details: { limit: name.split(' ')[0] } })
    expect(form.size).toBeGreaterThan(0)
    expect(() => parseUrlencoded(tooMuch, limits)).toThrow(expect.objectContaining({ status }))
  })
})

describe('reading stops as soon as a limit is known to be passed', () => {
  it.each([
    ['a gigabyte field', field('a', 'x'.repeat(2_000_000)), { maxFormMemorySize: 10_000 }, 20_000],
    ['an endless head', `--b\r\nX: ${'y'.repeat(2_000_000)}`, {}, 20_000],
    ['endless header lines', `--b\r\n${`X: ${'y'.repeat(93)}\r\n`.repeat(20_000)}`, {}, 20_000],
    ['countless parts', field('a', '').repeat(20_000), {}, 100_000],
    ['countless empty files', file('f', 'x', '').repeat(20_000), { maxFiles: 100 }, 40_000],
    ['one huge file', file('f', 'x', 'y'.repeat(2_000_000)), { maxFileSize: 10_000 }, 20_000],
  ])('%s', async (_, body, limits, most) => {
    const source = pieces(body, 1000)

    await expect(parseForm(multipart(source), { ...limits, temporaryDirectory })).rejects.toMatchObject({
      code: 'ERR_FORMS_LIMIT',
    })

    expect(source.taken).toBeLessThan(most)
    expect(source.ended).toBe(true)
    expect(await readdir(temporaryDirectory)).toEqual([])
  })

  it('an announced length too large is refused before a byte is read', async () => {
    const source = pieces('a=1')
    const request = post(urlencoded, source, { 'Content-Length': '500001' })

    await expect(parseForm(request)).rejects.toMatchObject({ status: 413 })

    expect(source.taken).toBe(0)
  })

  it('an urlencoded body without a length is cut off', async () => {
    const source = pieces('a'.repeat(2_000_000), 1000)

    await expect(parseForm(post(urlencoded, source))).rejects.toMatchObject({ status: 413 })

    expect(source.taken).toBeLessThan(510_000)
  })
})

it.each([16_300, 16_377, 16_384, 16_385, 17_000, 80_000])(
  'a head of %i bytes is taken, or 431, by the limit alone',
  async (size) => {
    const disposition = 'Content-Disposition: form-data; name="a"\r\nX: '
    const head = disposition + 'y'.repeat(size - disposition.length)
    const outcome = await parseForm(multipart(pieces(part(head, '1') + end, size + 5, 1))).then(
      ({ form }) => form.get('a'),
      (error: { status: number }) => error.status,
    )

    expect(outcome).toBe(size <= 16_384 ? '1' : 431)
  },
)

describe('work grows with the bytes, not faster', () => {
  it.each<[string, () => string, number]>([
    ['carriage returns', () => '\r'.repeat(1_000_000), 1],
    ['half delimiters', () => '\r\n--'.repeat(250_000), 1],
    ['delimiters after bare line feeds', () => '\n--b'.repeat(250_000), 1],
    ['almost delimiters, byte by byte', () => '\r\n-'.repeat(100_000), 1],
  ])('%s', async (_, content, size) => {
    const body = file('f', 'x', content()) + end

    const before = performance.now()
    const { files, close } = await parseForm(multipart(pieces(body, 4096)), { temporaryDirectory })
    const large = performance.now() - before
    const bytewise = await parseForm(
      multipart(pieces(file('f', 'x', content().slice(0, 100_000)) + end, size)),
    )

    expect(files.get('f')?.size).toBe(content().length)
    expect(bytewise.files.get('f')?.size).toBe(Math.min(100_000, content().length))
    expect(large).toBeLessThan(2000)
    await close()
  })

  it.each([
    ['blanks', ' '.repeat(7000)],
    ['tabs and blanks', '\t '.repeat(3500)],
    ['semicolons', ';'.repeat(7000)],
    ['quotes', '"'.repeat(7000)],
    ['backslashes in quotes', `"${'\\\\'.repeat(3500)}`],
    ['open parameters', '; a="'.repeat(1400)],
    ['continuations', '; a*0=b'.repeat(1000)],
    ['escapes', `; a*=UTF-8''${'%ff'.repeat(2200)}`],
  ])('part heads full of %s', async (_, filler) => {
    const head = `Content-Disposition: form-data; name="a"${filler}x\r\nX: a${filler}b`
    const body = part(head.slice(0, 8000), '').repeat(200) + end

    const before = performance.now()
    await parseForm(multipart(body)).catch(() => undefined)

    expect(performance.now() - before).toBeLessThan(2000)
  })

  it('a flood of keys', async () => {
    const text = Array.from({ length: 1000 }, (_, index) => `k${index}=`).join('&')

    const before = performance.now()
    parseUrlencoded(text)

    expect(performance.now() - before).toBeLessThan(200)
  })

  it.each<[string, (index: number) => string]>([
    // V8 takes the number for the hash of texts that read as one, so these fall into few places of a table.
    ['numbers that share their low bits', (index) => String(index * 16_384)],
    ['numbers that share their high bits', (index) => String(16_000_000 + index)],
    ['texts that begin and end alike', (index) => `${'a'.repeat(100)}${index}${'z'.repeat(100)}`],
  ])('keys that fall into one place of a table: %s', async (_, key) => {
    const keys = Array.from({ length: 1000 }, (__, index) => key(index))
    const urlencoded = keys.map((name) => `${name}=1`).join('&')
    const parts = keys.map((name) => field(name, '1')).join('') + end

    const before = performance.now()
    const form = parseUrlencoded(urlencoded)
    const multi = (await parseForm(multipart(parts))).form
    const found = keys.map((name) => `${form.get(name)}${multi.get(name)}`)

    expect(new Set(found)).toEqual(new Set(['11']))
    expect([form.size, multi.size]).toEqual([1000, 1000])
    expect(performance.now() - before).toBeLessThan(1000)
  })

  it('a flood of escapes that form no UTF-8', () => {
    const before = performance.now()
    const form = parseUrlencoded(`a=${'%ff'.repeat(160_000)}`)

    expect(form.get('a')).toHaveLength(480_000)
    expect(performance.now() - before).toBeLessThan(500)
  })
})

describe('names that are dangerous elsewhere', () => {
  const names = ['__proto__', 'constructor', 'prototype', '__proto__[x]', 'a[__proto__][x]', 'toString']

  it.each(names)('%s is a plain key', async (name) => {
    const { form } = await parseForm(multipart(field(name, '1') + end))
    const encoded = parseUrlencoded(`${encodeURIComponent(name)}=1`)

    expect(form.get(name)).toBe('1')
    expect(encoded.get(name)).toBe('1')
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it.each(names)('%s is absent where it was not sent', (name) => {
    expect(parseUrlencoded('a=1').get(name)).toBeUndefined()
  })
})

describe('clients that go away or stall', () => {
  const start = `--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n${'x'.repeat(300_000)}`

  async function* broken(): AsyncGenerator<Uint8Array, void> {
    yield Buffer.from(start)
    throw new Error('gone')
  }

  it('leave nothing on disk when they go in the middle of a file', async () => {
    const source = Object.assign(broken(), { taken: 0, ended: false })

    await expect(parseForm(multipart(source), { fileMemorySize: 0, temporaryDirectory })).rejects.toThrow(
      'gone',
    )

    expect(await readdir(temporaryDirectory)).toEqual([])
  })

  it('cost nothing but their connection while they stall, and are read on when they go on', async () => {
    let goOn = (): void => {}
    const stalled = new Promise<void>((resolve) => {
      goOn = resolve
    })
    async function* slow(): AsyncGenerator<Uint8Array, void> {
      yield Buffer.from(start)
      await stalled
      yield Buffer.from(`\r\n${end}`)
    }
    const reading = parseForm(multipart(Object.assign(slow(), { taken: 0, ended: false })), {
      fileMemorySize: 0,
      temporaryDirectory,
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const { user, system } = process.cpuUsage(before)
    goOn()

    const { files, close } = await reading
    expect(files.get('f')?.size).toBe(300_000)
    expect(user + system).toBeLessThan(100_000)
    await close()
  })

  it('are not waited for by a request that has ended, and leave nothing then', async () => {
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      yield Buffer.from(`--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n`)
      yield Buffer.alloc(600_000)
      await new Promise(() => {})
    }
    const request = new AbortController()
    const reading = parseForm(multipart(Object.assign(endless(), { taken: 0, ended: false })), {
      fileMemorySize: 0,
      temporaryDirectory,
      signal: request.signal,
    })
    await expect.poll(() => readdir(temporaryDirectory)).toHaveLength(1)
    request.abort(new Error('ended'))

    await expect(reading).rejects.toThrow('ended')
    expect(await readdir(temporaryDirectory)).toEqual([])
  })

  it('are not read at all by a request that has ended before', async () => {
    const source = pieces(start, 1000)
    const signal = AbortSignal.abort(new Error('ended'))

    await expect(parseForm(multipart(source), { signal })).rejects.toThrow('ended')

    expect(source.taken).toBe(0)
  })

  it('are read to the end with a signal that says nothing', async () => {
    const source = pieces(start + `\r\n${end}`, 1000)

    const { files } = await parseForm(multipart(source), { signal: new AbortController().signal })

    expect(files.get('f')?.size).toBe(300_000)
    expect(source.ended).toBe(true)
  })

  it('are stopped by a full disk without being read on', async () => {
    const source = pieces(start + 'x'.repeat(2_000_000), 50_000)

    await expect(
      parseForm(multipart(source), { fileMemorySize: 0, temporaryDirectory: '/dev/null/none' }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/ENOTDIR|ENOENT/) })

    expect(source.taken).toBeLessThan(700_000)
    expect(source.ended).toBe(true)
  })
})

describe('bodies cut off anywhere', () => {
  const whole = Buffer.from(field('a', '1') + file('f', 'x.txt', 'data') + end)
  const complete = whole.length - 2 // the last line break is epilogue

  it('are 400 at every byte but the last, and leave nothing behind', async () => {
    for (let length = 0; length < complete; length++) {
      const outcome = parseForm(multipart(whole.subarray(0, length)), {
        fileMemorySize: 0,
        temporaryDirectory,
      })
      await expect(outcome, `cut at ${length}`).rejects.toMatchObject({ status: 400 })
    }

    expect(await readdir(temporaryDirectory)).toEqual([])
  })

  it('are whole at the last byte', async () => {
    const { form, files, close } = await parseForm(multipart(whole.subarray(0, complete)))

    expect([form.get('a'), files.get('f')?.size]).toEqual(['1', 4])
    await close()
  })
})
