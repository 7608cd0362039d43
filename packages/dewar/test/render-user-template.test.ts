import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { renderTemplateString, renderUserTemplate, request, streamTemplate } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function appOf(view: () => unknown) {
  const app = makeApp()
  app.get('/', view as () => string)
  app.post('/', view as () => string)
  return testClient(app)
}

describe('renderUserTemplate', () => {
  it('renders with plain data and registered functions', async () => {
    const client = appOf(() =>
      renderUserTemplate(
        'Dear {{ name }}, {{ price(3) }}',
        { name: '<Ann>' },
        { functions: { price: (n: number) => n * 2 } },
      ),
    )
    expect((await client.get('/')).text).toBe('Dear &lt;Ann&gt;, 6')
  })

  it.each([
    ['a mistake', 'a\n{{ x', 2, 1],
    [
      'an endless loop',
      '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
      1,
      30,
    ],
    ['a call of the app', "{{ url_for('x') }}", 1, 1],
  ])('answers 422 with line and column for %s', async (_, source, line, column) => {
    const client = appOf(() => {
      try {
        return renderUserTemplate(source)
      } catch (error) {
        expect(error).toMatchObject({ status: 422, line, column })
        throw error
      }
    })
    expect((await client.get('/')).status).toBe(422)
  })
})

describe('renderTemplateString', () => {
  it('renders literals, with text of the request as a value', async () => {
    const client = appOf(() => renderTemplateString('<p>{{ q }}</p>', { q: request.args.get('q') }))
    expect((await client.get('/?q={{7*7}}')).text).toBe('<p>{{7*7}}</p>')
  })

  it.each(['{{', '{{ q }}', '{{ q }}</p>', '<p>{{ q }}</p>'])(
    'takes a literal in the view that a visitor sends a part of: %s',
    async (q) => {
      const client = appOf(() => renderTemplateString('<p>{{ q }}</p>', { q: request.args.get('q') }))
      const response = await client.get('/', { query: { q } })
      expect(response.text).toBe(`<p>${q.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>`)
    },
  )

  it('takes a literal that stands elsewhere once it was rendered without the text', async () => {
    const page = '<i>{{ q }}</i>'
    const client = appOf(() => renderTemplateString(page as '', { q: request.args.get('q') }))
    await client.get('/?q=a')
    expect((await client.get('/', { query: { q: '{{ q }}' } })).text).toBe('<i>{{ q }}</i>')
  })

  it('refuses text of the request in a view that holds the rest of the template', async () => {
    const client = appOf(() => {
      const q = request.args.get('q')
      expect(() => renderTemplateString(`<p>{{ q }} ${q}</p>` as '', { q })).toThrow(
        expect.objectContaining({ code: 'ERR_DEWAR_TEMPLATE_SOURCE' }),
      )
      return 'ok'
    })
    expect((await client.get('/', { query: { q: '{{ q }}' } })).text).toBe('ok')
    expect((await client.get('/', { query: { q: '{{ 7*7 }}' } })).text).toBe('ok')
  })

  it.each(['/?q={{7*7}}', '/?q=a{%25set x=1%25}', '/?{{q}}=1'])(
    'refuses the template text of %s',
    async (url) => {
      const client = appOf(() => {
        const text = `<p>${request.args.get('q')}${[...request.args.keys()].join('')}</p>`
        expect(() => renderTemplateString(text as '<p></p>')).toThrow(
          expect.objectContaining({ code: 'ERR_DEWAR_TEMPLATE_SOURCE' }),
        )
        return renderTemplateString(text, {}, { unsafeSource: true })
      })
      expect((await client.get(url)).status).toBe(200)
    },
  )

  it('refuses a whole source from a form', async () => {
    const client = appOf(async () => {
      const form = await request.form()
      expect(() => renderTemplateString(form.require('t') as 'x')).toThrow(
        expect.objectContaining({ code: 'ERR_DEWAR_TEMPLATE_SOURCE' }),
      )
      return 'ok'
    })
    expect((await client.post('/', { form: { t: 'hello' } })).text).toBe('ok')
  })

  it('takes no computed text', () => {
    const computed: string = 'x'
    // @ts-expect-error a template is a literal
    const call = (): string => renderTemplateString(computed)
    expectTypeOf(call).toBeFunction()
  })
})

describe('streamTemplate', () => {
  it('streams a page whose nonce is in the head', async () => {
    const root = mkdtempSync(join(tmpdir(), 'dewar-stream-'))
    mkdirSync(join(root, 'templates'))
    writeFileSync(
      join(root, 'templates', 'a.html'),
      '<script>1</script>{% for x in xs %}<p>{{ later(x) }}{{ request.path }}</p>{% endfor %}',
    )
    const app = makeApp({ root })
    app.get('/', () => streamTemplate('a.html', { xs: [1, 2], later: async (x: number) => x * 2 }))
    const response = await testClient(app).get('/')
    const nonce = /nonce="([^"]+)"/.exec(response.text)?.[1]
    expect(response.headers.get('Content-Security-Policy')).toContain(`'nonce-${nonce}'`)
    expect(response.text).toContain('<p>2/</p><p>4/</p>')
  })
})
