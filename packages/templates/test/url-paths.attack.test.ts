/** A value in the path of an address stays in the path. */
import { html } from '@dewar/markup'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const templates = createTemplates()

/** The address that a browser reads. */
function address(source: string, x: unknown): URL {
  const [, quoted, bare = ''] =
    /href=(?:"([^"]*)"|([^\s>]*))/.exec(templates.renderString(source, { x })) ?? []
  const text = quoted ?? bare
  const decoded = text
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('&amp;', '&')
  return new URL(decoded.replaceAll('&lt;', '<').replaceAll('&gt;', '>'), 'https://shop.example/base')
}

describe('a value in a path', () => {
  it.each([
    '<a href="/u/{{ x }}">',
    '<a href="/u/{{ x }}/edit?tab=1#top">',
    '<a href="/u-{{ x }}/edit?tab=1#top">',
    '<a href=/u/{{ x }}>',
    '<a href="{% if x %}/u/{% else %}/v/{% endif %}{{ x }}">',
    '<a href="https://shop.example/u/{{ x }}">',
  ])('starts no query and no fragment: %s', (source) => {
    const { search, hash } = address(source, 'a?x=1&tab=2#b')
    expect([search, hash]).toEqual(source.includes('?') ? ['?tab=1', '#top'] : ['', ''])
  })

  it.each(['/evil.example', '\\evil.example', '\t/evil.example', '//evil.example', '/\\evil.example'])(
    'names no other host behind the first slash: %j',
    (x) => {
      for (const source of ['<a href="/{{ x }}">', '<a href=/{{ x }}>', '<a href="/{{ y }}{{ x }}">']) {
        expect(address(source, x).host).toBe('shop.example')
      }
    },
  )

  it('never leaves the site, the query and the fragment the template wrote', () => {
    const text = fc.string({
      unit: fc.constantFrom('/', '\\', '?', '#', '&', '%', ':', '.', 'a', ' ', '\t', '\n', '@'),
    })
    fc.assert(
      fc.property(text, (x) => {
        const { host, search, hash } = address('<a href="/{{ x }}?q=1#f">', x)
        expect([host, search, hash]).toEqual(['shop.example', '?q=1', '#f'])
      }),
    )
  })
})

describe('an address stays as it is', () => {
  it.each([
    ['the whole of it', '<a href="{{ x }}">', '/notes/1?x=1&y=2#top'],
    ['the whole of it, with a host', '<a href="{{ x }}">', 'https://example.org/?a=1#b'],
    ['a path behind a host', '<a href="https://shop.example{{ x }}">', '/notes/1?x=1#b'],
    ['a host', '<a href="https://{{ x }}">', 'example.org/a?b=1'],
    ['a query behind a path', '<a href="/list{{ x }}">', '?page=2'],
    ['a query that the author starts', '<a href="/list/{{ \'?page=\' ~ x if x }}">', '2'],
    ['parts of a path', '<a href="/static/{{ x }}">', 'css/a b.css'],
    ['what is encoded already', '<a href="/u/{{ x|urlencode }}">', 'a%20b'],
  ])('where a value is %s', (_, source, x) => {
    const out = templates.renderString(source, { x: source.includes('urlencode') ? 'a b' : x })
    expect(out).toContain(x.replaceAll('&', '&amp;'))
    expect(out).not.toContain('%3')
  })

  it('and HTML is taken as encoded', () => {
    expect(templates.renderString('<a href="/u/{{ x }}">', { x: html`a?b` })).toBe('<a href="/u/a?b">')
  })
})

describe('the base of a page', () => {
  const hosts = [
    '//evil.example/',
    'https://evil.example/',
    '\\\\evil.example',
    '\t/\n/evil.example',
    'https:evil',
  ]

  it.each(hosts)('is no other host: %j', (x) => {
    for (const source of [
      '<base href="{{ x }}">',
      '<base href={{ x }}>',
      '<base target=_top href="{{ y }}{{ x }}">',
    ]) {
      expect(address(source, x).host).toBe('shop.example')
    }
  })

  it('is no other host by parts either', () => {
    const href = (source: string, context = {}) => templates.renderString(source, context)
    expect(href('<base href="{{ x }}{{ y }}">', { x: '/', y: '/evil.example' })).toBe(
      '<base href="/#unsafe-url">',
    )
    expect(href('<base href="{{ x }}/{{ y }}">', { x: '/', y: 'evil.example' })).toContain('"#unsafe-url/')
    expect(href('<base href="/{{ x }}">', { x: '/evil.example' })).toBe('<base href="/%2Fevil.example">')
  })

  it.each(['/', '/app/', 'app/', '', '?a=1', './'])('is a path: %j', (x) => {
    expect(templates.renderString('<base href="{{ x }}">', { x })).toBe(`<base href="${x}">`)
  })

  it('is a host where the author says so', () => {
    const x = 'https://shop.example/'
    expect(templates.renderString('<base href="{{ x|safe }}">', { x })).toBe(`<base href="${x}">`)
    expect(templates.renderString('<base href="https://{{ x }}/">', { x: 'a.example' })).toContain(
      'https://a.example/',
    )
  })
})
