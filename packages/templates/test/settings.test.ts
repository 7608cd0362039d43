import { describe, expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

describe('configure', () => {
  it('changes how templates that are compiled already are read', () => {
    const templates = createTemplates({ sources: { 'a.html': '{% if x %}\nyes\n{% endif %}\n' } })
    expect(templates.render('a.html', { x: 1 })).toBe('\nyes\n')
    templates.configure({ trimBlocks: true })
    expect(templates.render('a.html', { x: 1 })).toBe('yes\n')
  })

  it('keeps the options that it does not name', () => {
    const templates = createTemplates({ autoescape: false })
    templates.configure({ urlSchemes: ['https'] })
    expect(templates.renderString('{{ x }}', { x: '<' })).toBe('<')
  })

  it('changes which schemes an address may have', () => {
    const templates = createTemplates()
    const link = () => templates.renderString('<a href="{{ u }}">', { u: 'ftp://a.example' })
    expect(link()).toBe('<a href="#unsafe-url">')
    templates.configure({ urlSchemes: ['https', 'ftp'] })
    expect(link()).toBe('<a href="ftp://a.example">')
  })

  it.each([
    { what: 'an unknown setting', changes: { trimBlock: true } },
    { what: 'an ill-typed one', changes: { trimBlocks: 'yes' } },
  ])('refuses $what and changes nothing', ({ changes }) => {
    const templates = createTemplates()
    expect(() => templates.configure(changes as object)).toThrow(
      expect.objectContaining({ code: 'ERR_TEMPLATES_OPTION' }),
    )
    expect(templates.renderString('a\n')).toBe('a')
  })
})

describe('strictNames', () => {
  const templates = createTemplates({ strictNames: true, globals: { site: 'S' } })

  it.each([
    '{{ titel }}',
    '<p title="{{ titel }}">',
    '<script>{{ titel }}</script>',
    '{% for x in titel %}{% endfor %}',
  ])('refuses a name that nobody gave: %s', (source) => {
    expect(() => templates.renderString(source, { title: 'a' })).toThrow(
      expect.objectContaining({
        code: 'ERR_TEMPLATES_UNDEFINED',
        line: 1,
        message: expect.stringContaining("'titel' is undefined."),
      }),
    )
  })

  it.each([
    ['{% if error %}x{% endif %}', ''],
    ["{{ error|default('none') }}", 'none'],
    ['{{ "x" if error }}', ''],
    ['{{ note }}', ''],
    ['{{ post.subtitle }}', ''],
    ['{{ site }}', 'S'],
    ['{% set a %}b{% endset %}{{ a }}', 'b'],
    ['{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m() }}', '[]'],
  ])('lets a template ask, and print what was given without a value: %s', (source, out) => {
    expect(templates.renderString(source, { note: undefined, post: {} })).toBe(out)
  })
})

it('says why templates of Flask find no config', () => {
  expect(() => createTemplates().renderString('{{ config.SITE_NAME }}')).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_UNDEFINED', fix: expect.stringContaining('holds keys') }),
  )
})
