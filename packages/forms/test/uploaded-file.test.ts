import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ParsedForm, parseForm, type UploadedFile } from '../src/index.ts'
import { end, field, file, multipart, pieces } from './bodies.ts'

let directory: string
let temporaryDirectory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dewar-saved-'))
  temporaryDirectory = await mkdtemp(join(tmpdir(), 'dewar-temporary-'))
})
afterAll(async () => {
  await rm(directory, { recursive: true })
  await rm(temporaryDirectory, { recursive: true })
})

const places = [
  ['in memory', 1_000_000],
  ['on disk', 0],
] as const

async function upload(content: string, fileMemorySize: number): Promise<ParsedForm & { file: UploadedFile }> {
  const body = file('f', '../ö.TXT', content, 'Text/Plain; charset=utf-8') + end
  const parsed = await parseForm(multipart(pieces(body, 700)), { fileMemorySize, temporaryDirectory })
  const [first] = parsed.files.values()
  if (first === undefined) throw new Error('no file')
  return Object.assign(parsed, { file: first })
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const piece of stream) text += Buffer.from(piece).toString('latin1')
  return text
}

describe.each(places)('a file %s', (_, fileMemorySize) => {
  const content = 'abc'.repeat(2000)

  it('is read whole, as text, or piece by piece, as often as wanted', async () => {
    const { file, close } = await upload(content, fileMemorySize)

    expect(await file.text()).toBe(content)
    expect(Buffer.from(await file.bytes()).toString()).toBe(content)
    expect(await collect(file.stream())).toBe(content)
    expect(await collect(file.stream())).toBe(content)
    await close()
  })

  it('tells what the client says of it, untouched', async () => {
    const { file, close } = await upload(content, fileMemorySize)

    expect(file).toMatchObject({ name: 'f', filename: '../ö.TXT', size: 6000 })
    expect(file.contentType).toBe('Text/Plain; charset=utf-8')
    expect(file.mimetype).toBe('text/plain')
    expect(file.mimetypeParams.get('charset')).toBe('utf-8')
    await close()
  })

  it.each([
    ['%PDF-1.7 and more', 'application/pdf'],
    ['GIF89a and more', 'image/gif'],
    ['only words', null],
    ['', null],
  ])('%j is detected as %s, whatever the client says', async (content, type) => {
    const { file: uploaded, close } = await upload(content, fileMemorySize)

    expect(await uploaded.detectedType()).toBe(type)
    await close()
  })

  it('is saved under a generated name that has nothing of the client’s, for its owner alone', async () => {
    const { file, close } = await upload(content, fileMemorySize)

    const path = await file.save(directory)
    await close()

    expect(path).toMatch(/\/[\da-f-]{36}$/)
    expect(await readFile(path, 'utf8')).toBe(content)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is saved under a name of one’s own, never over another file', async () => {
    const name = `own-${fileMemorySize}.txt`
    await writeFile(join(directory, `taken-${fileMemorySize}.txt`), 'mine')
    const { file, close } = await upload(content, fileMemorySize)

    await file.save(directory, name)
    const again = file.save(directory, `taken-${fileMemorySize}.txt`)

    await expect(again).rejects.toMatchObject({ code: 'ERR_FORMS_SAVE_EXISTS' })
    expect(await readFile(join(directory, name), 'utf8')).toBe(content)
    expect(await readFile(join(directory, `taken-${fileMemorySize}.txt`), 'utf8')).toBe('mine')
    await close()
  })

  it.each(['', '..', '../x', '/x', 'a/b', 'a\\b', 'a\0b', '.hidden', 'NUL', 'ü.txt', 'a b', 'x.', 'CON.txt'])(
    'is never saved under %j',
    async (name) => {
      const { file, close } = await upload(content, fileMemorySize)

      await expect(file.save(directory, name)).rejects.toMatchObject({ code: 'ERR_FORMS_SAVE_NAME' })
      await close()
    },
  )

  it('is not held open by a stream that nobody reads', async () => {
    const { file, close } = await upload(content, fileMemorySize)

    file.stream()
    await new Promise((resolve) => setTimeout(resolve, 20))

    const open = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
    expect((await Promise.all(open)).filter((path) => path.startsWith(temporaryDirectory))).toEqual([])
    await close()
  })

  it('is gone after the form was closed, with a word of why', async () => {
    const { file, close } = await upload(content, fileMemorySize)
    const early = file.stream()

    await close()
    await close()

    await expect(file.bytes()).rejects.toMatchObject({ code: 'ERR_FORMS_CLOSED' })
    await expect(file.text()).rejects.toMatchObject({ code: 'ERR_FORMS_CLOSED' })
    await expect(file.save(directory)).rejects.toMatchObject({ code: 'ERR_FORMS_CLOSED' })
    expect(() => file.stream()).toThrow(expect.objectContaining({ code: 'ERR_FORMS_CLOSED' }))
    await expect(early[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ERR_FORMS_CLOSED' })
    expect(await readdir(temporaryDirectory)).toEqual([])
  })
})

describe('the temporary directory', () => {
  it('is not touched while the files together stay within the budget', async () => {
    const body = file('f', 'a', 'x'.repeat(400)) + file('f', 'b', 'x'.repeat(600)) + end

    const { close } = await parseForm(multipart(body), { fileMemorySize: 1000, temporaryDirectory })

    expect(await readdir(temporaryDirectory)).toEqual([])
    await close()
  })

  it('holds files beyond the budget, private and under random names, until the form is closed', async () => {
    const body = file('f', 'a', 'x'.repeat(400)) + file('f', 'b', 'y'.repeat(601)) + file('f', 'c', 'z') + end

    const { files, close } = await parseForm(multipart(pieces(body, 100)), {
      fileMemorySize: 1000,
      temporaryDirectory,
    })
    const names = await readdir(temporaryDirectory)
    const { mode } = await stat(join(temporaryDirectory, names[0] ?? ''))
    const texts = await Promise.all(Array.from(files.values(), (upload) => upload.text()))
    await close()

    expect(names).toEqual([expect.stringMatching(/^dewar-upload-[\da-f-]{36}$/)])
    expect(mode & 0o777).toBe(0o600)
    expect(texts).toEqual(['x'.repeat(400), 'y'.repeat(601), 'z'])
    expect(await readdir(temporaryDirectory)).toEqual([])
  })

  it('holds the uploads of a request in one file, each in its place', async () => {
    const contents = ['a'.repeat(300), '', 'b'.repeat(5000), 'c'.repeat(900), 'd', 'e'.repeat(300_000)]
    const body = contents.map((content, index) => file('f', `${index}`, content)).join('') + end

    const { files, close } = await parseForm(multipart(pieces(body, 777)), {
      fileMemorySize: 1000,
      temporaryDirectory,
    })
    const list = files.getAll('f')
    const names = await readdir(temporaryDirectory)
    const texts = await Promise.all(list.map((upload) => upload.text()))
    const streamed = await Promise.all(list.map((upload) => collect(upload.stream())))
    const paths = await Promise.all(list.map((upload) => upload.save(directory)))
    const saved = await Promise.all(paths.map((path) => readFile(path, 'latin1')))
    const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o777))
    await close()

    expect(names).toHaveLength(1)
    expect(texts).toEqual(contents)
    expect(streamed).toEqual(contents)
    expect(saved).toEqual(contents)
    expect(new Set(modes)).toEqual(new Set([0o600]))
  })

  it('is empty again after a form that failed, and no file stays open', async () => {
    const open = async (): Promise<number> => (await readdir('/proc/self/fd')).length
    const before = await open()
    const body = file('f', 'a', 'x'.repeat(5000)) + file('g', 'b', 'x'.repeat(5000))

    await expect(
      parseForm(multipart(pieces(body, 100)), { fileMemorySize: 0, temporaryDirectory }),
    ).rejects.toMatchObject({ status: 400 })

    expect(await readdir(temporaryDirectory)).toEqual([])
    expect(await open()).toBe(before)
  })

  it('is cleaned by await using', async () => {
    {
      await using parsed = await parseForm(multipart(file('f', 'a', 'x') + field('a', '1') + end), {
        fileMemorySize: 0,
        temporaryDirectory,
      })
      expect(parsed.files.size).toBe(1)
      expect(await readdir(temporaryDirectory)).toHaveLength(1)
    }

    expect(await readdir(temporaryDirectory)).toEqual([])
  })

  it('that does not exist gives the file system’s own error', async () => {
    const options = { fileMemorySize: 0, temporaryDirectory: join(directory, 'missing') }

    await expect(parseForm(multipart(file('f', 'a', 'x') + end), options)).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })
})
