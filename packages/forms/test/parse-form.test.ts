import { describe, expect, it } from 'vitest'
import { parseForm } from '../src/index.ts'
import { end, field, file, multipart, part, pieces, post } from './bodies.ts'

const urlencoded = 'application/x-www-form-urlencoded'

describe('urlencoded forms', () => {
  it('keep order, repeats, blank values and blank names', async () => {
    const { form } = await parseForm(post(urlencoded, 'a=1&a=2&b&c=%FF&=e'))

    expect([...form.lists()]).toEqual([
      ['a', ['1', '2']],
      ['b', ['']],
      ['c', ['%FF']],
      ['', ['e']],
    ])
  })

  it('are UTF-8 whatever their type says', async () => {
    const { form } = await parseForm(post(`${urlencoded}; charset=iso-8859-1`, 'a=%C3%BC'))

    expect(form.get('a')).toBe('ü')
  })

  it('give a required field, or 400 without it', async () => {
    const { form } = await parseForm(post(urlencoded, 'title=Hello'))

    expect(form.require('title')).toBe('Hello')
    expect(() => form.require('body')).toThrow(expect.objectContaining({ status: 400 }))
  })

  it('are 400 if they are not UTF-8', async () => {
    const request = post(urlencoded, new Uint8Array([0x61, 0x3d, 0xff]))

    await expect(parseForm(request)).rejects.toMatchObject({ status: 400, code: 'ERR_FORMS_ENCODING' })
  })
})

describe('multipart forms', () => {
  it('tell fields from files by the file name', async () => {
    const body = field('a', '1') + file('f', 'x.txt', 'data') + field('a', '2') + end

    const { form, files } = await parseForm(multipart(body))

    expect(form.getAll('a')).toEqual(['1', '2'])
    expect(files.get('f')).toMatchObject({ name: 'f', filename: 'x.txt', contentType: 'text/plain', size: 4 })
    expect(await files.get('f')?.text()).toBe('data')
  })

  it.each([
    ['the boundary inside of a line', 'x--b'],
    ['the boundary after a bare line feed', 'x\n--b\n'],
    ['line breaks at both ends', '\r\n\r\nx\r\n\r\n'],
    ['only a line break', '\r\n'],
    ['nothing', ''],
    ['a carriage return at the end', 'x\r'],
    ['dashes', '--'],
    ['a byte order mark', '\ufeffx'],
    ['NUL', '\0'],
  ])('keep content with %s', async (_, content) => {
    const { form, files } = await parseForm(multipart(field('a', content) + file('f', 'x', content) + end))

    expect(form.get('a')).toBe(content)
    expect(await files.get('f')?.text()).toBe(content)
  })

  it('may have preamble and epilogue', async () => {
    const body = `pre\r\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\nepilogue`

    const { form } = await parseForm(multipart(body))

    expect([...form]).toEqual([['a', '1']])
  })

  it('may have no parts', async () => {
    const { form, files } = await parseForm(multipart(end))

    expect([form.size, files.size]).toEqual([0, 0])
  })

  it('drop a file input that was left empty, and keep a file without a name', async () => {
    const body = file('left', '', '') + file('unnamed', '', 'x') + file('empty', 'e.txt', '') + end

    const { files } = await parseForm(multipart(body))

    expect([...files.keys()]).toEqual(['unnamed', 'empty'])
  })

  it.each([
    ['UTF-8', 'utf-8', Buffer.from('ü'), 'ü'],
    ['Latin 1', 'ISO-8859-1', Buffer.from([0xfc]), 'ü'],
    ['ASCII', 'us-ascii', Buffer.from([0x61, 0xfc]), 'a\ufffd'],
    ['a set never decoded', 'utf-7', Buffer.from('+AGEAYg-'), '+AGEAYg-'],
    ['another set never decoded', 'utf-16', Buffer.from('ab'), 'ab'],
  ])('read a part in %s', async (_, charset, bytes, text) => {
    const head = `--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n`
    const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n${end}`)])

    const { form } = await parseForm(multipart(body))

    expect(form.get('a')).toBe(text)
  })

  it.each([
    ['quotes', 'filename="a\\"b.txt"', 'a"b.txt'],
    ['a quote as browsers escape it', 'filename="a%22b.txt"', 'a"b.txt'],
    ['a semicolon', 'filename="a;b.txt"', 'a;b.txt'],
    ['an extended value', "filename*=UTF-8''%C3%BC.txt", 'ü.txt'],
    ['raw UTF-8', 'filename="ü.txt"', 'ü.txt'],
    ['a line separator of Unicode', 'filename="a\u2028b"', 'a\u2028b'],
    ['a path, kept as data', 'filename="../../etc/passwd"', '../../etc/passwd'],
  ])('read a file name with %s', async (_, parameter, filename) => {
    const body = `${part(`Content-Disposition: form-data; name="f"; ${parameter}`, 'x')}${end}`

    const { files } = await parseForm(multipart(body))

    expect(files.get('f')?.filename).toBe(filename)
  })

  it('join folded header lines and keep the part’s own headers', async () => {
    const body = `--b\r\nContent-Disposition: form-data;\r\n name="f"; filename="x"\r\nX-Own: 1\r\n\r\nx\r\n${end}`

    const { files } = await parseForm(multipart(body))

    expect(files.get('f')?.headers.get('X-Own')).toBe('1')
  })

  it.each([
    ['no boundary', 'multipart/form-data', end],
    ['an empty boundary', 'multipart/form-data; boundary=""', end],
    ['a boundary with a line break', 'multipart/form-data; boundary="a\\\tb"', end],
    ['a boundary too long', `multipart/form-data; boundary=${'b'.repeat(201)}`, end],
    ['another boundary', 'multipart/form-data; boundary=c', field('a', '1') + end],
    ['nothing at all', 'multipart/form-data; boundary=b', ''],
    ['no last delimiter', 'multipart/form-data; boundary=b', field('a', '1')],
    ['line feeds alone', 'multipart/form-data; boundary=b', (field('a', '1') + end).replaceAll('\r\n', '\n')],
    ['no Content-Disposition', 'multipart/form-data; boundary=b', part('X: y', '1') + end],
    [
      'two of them',
      'multipart/form-data; boundary=b',
      part('Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b', '1') + end,
    ],
    ['no name', 'multipart/form-data; boundary=b', part('Content-Disposition: form-data', '1') + end],
    [
      'an attachment',
      'multipart/form-data; boundary=b',
      part('Content-Disposition: attachment; name=a', '1') + end,
    ],
    [
      'a header line without a colon',
      'multipart/form-data; boundary=b',
      part('Content-Disposition: form-data; name=a\r\nbogus', '1') + end,
    ],
    [
      'a NUL in its head',
      'multipart/form-data; boundary=b',
      part('Content-Disposition: form-data; name="a\0"', '1') + end,
    ],
    [
      'a bare line feed in its head',
      'multipart/form-data; boundary=b',
      part('Content-Disposition: form-data; name="a\nb"', '1') + end,
    ],
  ])('are 400 with %s', async (_, type, body) => {
    await expect(parseForm(post(type, body))).rejects.toMatchObject({
      status: 400,
      code: 'ERR_FORMS_MALFORMED',
    })
  })

  it('are 400 with a head that is not UTF-8', async () => {
    const body = Buffer.from(part('Content-Disposition: form-data; name="\xff"', '1') + end, 'latin1')

    await expect(parseForm(multipart(body))).rejects.toMatchObject({
      status: 400,
      code: 'ERR_FORMS_ENCODING',
    })
  })
})

it('are 400 with a boundary that is not ASCII', async () => {
  await expect(parseForm(post('multipart/form-data; boundary="\u00fc"', end))).rejects.toMatchObject({
    status: 400,
    code: 'ERR_FORMS_ENCODING',
  })
})

describe('bodies that parsers read in more than one way are 400', () => {
  const disposition = 'Content-Disposition: form-data; name="a"'
  it.each([
    ['content that begins like the boundary', field('a', '--bx')],
    ['a line of content that begins like the boundary', file('f', 'x', 'x\r\n--bx\r\ny')],
    ['a line of the preamble that begins like the boundary', `--bx\r\n${field('a', '1')}`],
    ['an empty part that shares its line break', `--b\r\n${disposition}\r\n\r\n`],
    ['blanks behind the boundary', `--b \t\r\n${disposition}\r\n\r\n1\r\n`],
    ['one dash behind the boundary', `--b-\r\n${disposition}\r\n\r\n1\r\n`],
    ['a header line that begins like the boundary', part(`${disposition}\r\n--b: x`, '1')],
    ['a head that begins like the boundary', part(`--b: x\r\n${disposition}`, '1')],
    ['a preamble that names the boundary', `x--b\r\n${disposition}\r\n\r\n1\r\n`],
    ['a preamble with the boundary behind a bare line feed', `\n--b\r\n${disposition}\r\n\r\n1\r\n`],
    ['two types', part(`${disposition}\r\nContent-Type: text/plain\r\nContent-Type: text/html`, '1')],
    ['a nested body', part(`${disposition}\r\nContent-Type: multipart/mixed; boundary=c`, '1')],
    ['two names', part(`${disposition}; name="b"`, '1')],
    ['two file names', part(`${disposition}; filename*=UTF-8''%C3%BC.txt; filename="u.txt"`, '1')],
    ['a file name in pieces', part(`${disposition}; filename*0="x"; filename*1=".txt"`, '1')],
    ['a file name in a character set few know', part(`${disposition}; filename*=koi8-r''%C1`, '1')],
    ['a name that is extended', part(`Content-Disposition: form-data; name*=UTF-8''%C3%BC`, '1')],
    ['a bare name with an umlaut', part('Content-Disposition: form-data; name=\u00fc', '1')],
    ['a parameter without a value', part(`${disposition}; x`, '1')],
  ])('%s', async (_, body) => {
    await expect(parseForm(multipart(body + end))).rejects.toMatchObject({
      status: 400,
      code: 'ERR_FORMS_MALFORMED',
    })
  })

  it.each([
    ['two boundaries', 'multipart/form-data; boundary=b; boundary=c'],
    ['an extended boundary', "multipart/form-data; boundary*=UTF-8''b"],
    ['a boundary in pieces', 'multipart/form-data; boundary*0=b; boundary*1=""'],
    ['a boundary and one in pieces', 'multipart/form-data; boundary*0=c; boundary=b'],
    ['a boundary that may end at a comma', 'multipart/form-data; boundary=b,c'],
    ['two types joined', 'multipart/form-data; boundary=b, text/plain'],
  ])('%s', async (_, type) => {
    await expect(parseForm(post(type, field('a', '1') + end))).rejects.toMatchObject({
      code: 'ERR_FORMS_MALFORMED',
    })
  })

  it('but a boundary in quotes may have commas, and a preamble anything but the boundary', async () => {
    const body = `x-- -b \r\n--\r\n${field('a', '1')}${end}`.replaceAll('--b', '--b,c')

    const { form } = await parseForm(post('multipart/form-data; boundary="b,c"', pieces(body, 1)))

    expect(form.get('a')).toBe('1')
  })

  it('a preamble that names the boundary, in pieces', async () => {
    const body = `hello--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n${end}`

    await expect(parseForm(multipart(pieces(body, 1)))).rejects.toMatchObject({ code: 'ERR_FORMS_MALFORMED' })
  })

  it.each([
    ['a line that holds the boundary further on', 'x --b'],
    ['a boundary after a bare line feed', 'x\n--b\n'],
    ['its beginning', '\r\n--'],
  ])('but content may have %s', async (_, content) => {
    const { form } = await parseForm(multipart(field('a', content) + end))

    expect(form.get('a')).toBe(content)
  })
})

describe('parts that busboy calls otherwise', () => {
  it('a field of arbitrary bytes is a field', async () => {
    const head = 'Content-Disposition: form-data; name="a"\r\nContent-Type: application/octet-stream'

    const { form, files } = await parseForm(
      multipart(field('z', '0') + part(head, '\u00fc') + field('a', '2') + end),
    )

    expect([...form]).toEqual([
      ['z', '0'],
      ['a', '\u00fc'],
      ['a', '2'],
    ])
    expect(files.size).toBe(0)
  })

  it.each(['', 'text/plain', 'text/plain; charset=utf-16', 'application/octet-stream'])(
    'a file with an empty name and the type "%s" is a file',
    async (type) => {
      const bytes = Buffer.from([0xff, 0, 0xfe, 0x80])
      const head = `--b\r\nContent-Disposition: form-data; name="f"; filename=""\r\nContent-Type: ${type}\r\n\r\n`
      const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n${end}`)])

      const { files } = await parseForm(multipart(body))

      expect(Buffer.from((await files.get('f')?.bytes()) ?? [])).toEqual(bytes)
    },
  )

  it('a file with an empty name counts as a file does', async () => {
    const body = file('f', '', 'x'.repeat(101)) + end

    const taken = await parseForm(multipart(body), { maxFormMemorySize: 100, maxFileSize: 101 })
    const outcome = parseForm(multipart(body), { maxFileSize: 100 })

    expect(taken.files.get('f')?.size).toBe(101)
    await expect(outcome).rejects.toMatchObject({ status: 413, details: { limit: 'MAX_FILE_SIZE' } })
  })
})

describe('other bodies', () => {
  it.each([['application/json'], ['text/plain'], ['multipart/mixed; boundary=b']])(
    '%s gives an empty form and leaves the body unread',
    async (type) => {
      const source = pieces('{"a":1}')
      const request = post(type, source)

      const { form, files } = await parseForm(request)

      expect([form.size, files.size, source.taken]).toEqual([0, 0, 0])
      expect(await request.text()).toBe('{"a":1}')
    },
  )
})

it('refuses options it does not know', async () => {
  await expect(parseForm(post(urlencoded, ''), { maxFile: 1 } as never)).rejects.toMatchObject({
    code: 'ERR_FORMS_OPTION',
    fix: "Did you mean 'maxFiles'?",
  })
})
