import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uploadPolicy } from '@dewar/forms'
import { describe, expect, it } from 'vitest'
import { type App, makeResponse, newForm, readForm, renderTemplate, request } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

/** A schema by hand: a title of at least two characters, a number of at least one. */
const schema = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    types: undefined as { input: unknown; output: { title: string; count: number } } | undefined,
    validate(value: unknown) {
      const { title, count } = value as Record<string, unknown>
      const issues: { message: string; path: string[]; kind?: string }[] = []
      if (typeof title !== 'string' || title.length < 2)
        issues.push({ message: 'Too short.', path: ['title'] })
      if (typeof count !== 'number') issues.push({ message: 'No number.', path: ['count'], kind: 'schema' })
      return issues.length > 0 ? { issues } : { value: { title: String(title), count: Number(count) } }
    },
  },
}

const page = `<form method="post">
{{ form.field('title', label='The title', autocomplete='off', required=true, hint='Two letters') }}
{{ form.field('count', type='number') }}{{ form.field('secret', type='password') }}
{{ form.field('body', type='textarea') }}{{ form.field('kind', type='select', options=['a', 'b']) }}
{{ form.field('agree', type='checkbox') }}</form>`

function formApp(): App {
  const root = mkdtempSync(join(tmpdir(), 'dewar-form-'))
  mkdirSync(join(root, 'templates'))
  writeFileSync(join(root, 'templates/page.html'), page)
  const app = makeApp({ root })
  app.get('/', () => renderTemplate('page.html', { form: newForm({ title: 'First' }) }))
  app.post('/', async () => {
    const form = await readForm(schema)
    if (!form.ok) return makeResponse(renderTemplate('page.html', { form }), 422)
    return `${form.data.title}:${form.data.count + 1}`
  })
  app.post('/api', async () => {
    const data = await request.validate(schema)
    return { next: data.count + 1 }
  })
  return app
}

describe('readForm', () => {
  it('gives the data as the schema has it', async () => {
    const response = await testClient(formApp()).post('/', { form: { title: 'Snow', count: '41' } })

    expect([response.status, response.text]).toEqual([200, 'Snow:42'])
  })

  it('shows the page again with what was written, messages at their fields, and no password', async () => {
    const form = {
      title: '"',
      count: 'x',
      secret: 'hunter2',
      body: '\n</textarea><b>',
      kind: 'b',
      agree: 'on',
    }
    const { status, text } = await testClient(formApp()).post('/', { form })

    expect(status).toBe(422)
    expect(text).toContain('value="&#34;"')
    expect(text).toContain('<label for="field-title">The title</label>')
    expect(text).toContain('aria-describedby="field-title-hint field-title-error" aria-invalid="true"')
    expect(text).toContain('<strong id="field-title-error" class="error">Too short.</strong>')
    expect(text).toContain('No number.')
    expect(text).toContain('\n&lt;/textarea&gt;&lt;b&gt;</textarea>')
    expect(text).toContain('<option value="b" selected>')
    expect(text).toMatch(/type="checkbox"[^>]* checked/)
    expect(text).not.toContain('hunter2')
  })

  it.each([
    ['that sent JSON', { json: { title: 'x', count: 1 } }],
    ['that prefers JSON', { form: { title: 'x', count: '1' }, headers: { Accept: 'application/json' } }],
  ])('answers a client %s with a problem document', async (_, options) => {
    const response = await testClient(formApp()).post('/', options)

    expect(response.status).toBe(422)
    expect(response.headers.get('Content-Type')).toContain('application/problem+json')
    expect(JSON.parse(response.text)).toMatchObject({
      errors: [{ field: 'title', messages: ['Too short.'] }],
    })
  })
})

describe('newForm', () => {
  it('shows fields with their first values and no messages', async () => {
    const { text } = await testClient(formApp()).get('/')

    expect(text).toContain('value="First"')
    expect(text).toContain('required')
    expect(text).not.toContain('aria-invalid')
  })

  it('names an option that is misspelt', () => {
    expect(() => newForm().field('a', { lable: 'x' } as never)).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_FORM_FIELD', fix: "Did you mean 'label'?" }),
    )
  })

  it('gives each of several buttons of one name its own label', () => {
    const form = newForm()
    const [walk, swim] = ['walk', 'swim'].map((value) => String(form.field('kind', { type: 'radio', value })))

    expect(walk).toMatch(
      /<input type="radio" value="walk" id="field-kind-walk" name="kind"> <label for="field-kind-walk">/,
    )
    expect(swim).toContain('<label for="field-kind-swim">')
  })

  it('makes a label of a nested name', () => {
    expect(String(newForm().field('address[firstLine]'))).toContain('>Address first line</label>')
  })

  it('escapes names, labels and attributes', () => {
    const markup = String(newForm().field('a" onfocus="x', { label: '<b>', placeholder: '">' }))

    expect(markup).not.toMatch(/<b>|" onfocus="|="">/)
  })
})

describe('request.validate', () => {
  it.each([
    ['JSON', { json: { title: 'Snow', count: 1 } }],
    ['a form', { form: { title: 'Snow', count: '1' } }],
  ])('gives the data of %s', async (_, options) => {
    expect((await testClient(formApp()).post('/api', options)).text).toBe('{"next":2}\n')
  })

  it('is 422 for what the schema refuses, and never turns JSON texts into numbers', async () => {
    const response = await testClient(formApp()).post('/api', { json: { title: 'Snow', count: '1' } })

    expect(response.status).toBe(422)
  })
})

describe('readForm with policies for files', () => {
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
  const anything = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) => ({ value }),
    },
  }

  function albumApp(): App {
    const app = formApp()
    const photos = uploadPolicy({
      types: ['image/gif'],
      maxFiles: 2,
      store: { put: () => Promise.resolve() },
    })
    app.post('/album', async () => {
      const form = await readForm(anything, { uploads: { photos } })
      if (!form.ok) return makeResponse(`${form.field('photos', { type: 'file' })}`, 422)
      return 'taken'
    })
    app.post('/typo', async () => {
      const form = await readForm(anything, { upload: { photos } } as never)
      return String(form.ok)
    })
    return app
  }

  const good = { filename: 'a.gif', content: gif }
  const bad = { filename: '<b>.gif', content: '<script>' }

  it('takes what they allow, and forms without files', async () => {
    const client = testClient(albumApp())

    const two = await client.post('/album', { files: { photos: [good, good] } })
    const none = await client.post('/album', { form: { title: 'x' } })

    expect([two.text, none.text]).toEqual(['taken', 'taken'])
  })

  it.each([
    ['one that is refused', [bad], 'The file is not accepted: its content is not what its extension says.'],
    ['one of several', [good, bad], '&lt;b&gt;.gif: The file is not accepted'],
    ['too many', [good, good, good], 'More than 2 files were sent.'],
  ])('shows messages at the field: %s', async (_, photos, message) => {
    const response = await testClient(albumApp()).post('/album', { files: { photos } })

    expect(response.status).toBe(422)
    expect(response.text).toContain(message)
    expect(response.text).toContain('aria-invalid="true"')
  })

  it('answers JSON clients a problem document', async () => {
    const response = await testClient(albumApp()).post('/album', {
      files: { photos: bad },
      headers: { Accept: 'application/json' },
    })

    expect(response.status).toBe(422)
    expect(JSON.parse(response.text).errors).toEqual([
      { field: 'photos', messages: [expect.stringContaining('not accepted')] },
    ])
  })

  it('refuses options it does not know', async () => {
    const app = albumApp()
    const codes: unknown[] = []
    app.errorHandler(Error, (error) => {
      codes.push((error as { code?: unknown }).code)
      return 'mistake'
    })

    const response = await testClient(app).post('/typo', { form: {} })

    expect([response.text, ...codes]).toEqual(['mistake', 'ERR_DEWAR_FORM_OPTION'])
  })
})
