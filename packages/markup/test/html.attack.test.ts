import { describe, expect, it } from 'vitest'
import { html, Markup } from '../src/index.ts'

const evil = 'x onmouseover=alert(1)'

describe('a value that escaping does not keep in its place', () => {
  it.each([
    ['an attribute without quotes', () => html`<a title=${evil}>`],
    ['the rest of one', () => html`<a href=/posts/${evil}>`],
    ['one that follows a quoted attribute', () => html`<a class="b" title= ${evil}>`],
    ['a text that is empty, without quotes', () => html`<a title=${''} onclick=x>`],
    ['an attribute of its own', () => html`<p ${evil}>`],
    ['an attribute behind a value in quotes', () => html`<p class="${'a'}" ${evil}>`],
    ['the name of an attribute', () => html`<p on${evil}="x">`],
    ['the name of an element', () => html`<${evil}>`],
    ['the name of a closing element', () => html`</${evil}>`],
    ['a comment', () => html`<!-- ${'--!><script>'} -->`],
    ['a script', () => html`<script nonce="n">let name = '${"'-alert(1)-'"}'</script>`],
    ['a script that a value in quotes opened', () => html`<SCRIPT nonce="${'n'}">${'alert(1)'}</SCRIPT>`],
    ['a style sheet', () => html`<style>p { color: ${'red} * { display: none'} }</style>`],
    ['an event', () => html`<p onclick="f('${"');alert(1)//"}')">`],
    ['an event in single quotes', () => html`<p ONCLICK='f("${'x'}")'>`],
    ['a page in an attribute', () => html`<iframe srcdoc="${'<script>'}"></iframe>`],
    ['code in an address', () => html`<a href="javascript:f('${'x'}')">`],
    ['an item of a list', () => html`<p ${['a', 'b']}>`],
  ])('is refused: %s', (_, attempt) => {
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'ERR_MARKUP_PLACE', fix: expect.stringMatching(/\w/) }),
    )
  })

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    '\x01javascript:x',
    'data:text/html,x',
    'vbscript:x',
  ])('is refused where an address begins: %j', (url) => {
    expect(String(html`<a class="b" href="${url}">x</a>`)).toBe('<a class="b" href="#unsafe-url">x</a>')
    expect(String(html`<form action='${url}'>`)).toBe("<form action='#unsafe-url'>")
  })
})

it('is refused as the scheme of an address, or a part of it', () => {
  expect(String(html`<a href="${'javascript'}://x/${'%0aalert(1)'}">`)).toBe(
    '<a href="#unsafe-url://x/%0aalert(1)">',
  )
  expect(String(html`<a href="${'javascript'}${':alert(1)'}">`)).toBe('<a href="javascript#unsafe-url">')
  expect(String(html`<a href="${'https'}://x/">a: b</a>`)).toBe('<a href="https://x/">a: b</a>')
  expect(String(html`<a href="${'about'}">a: b</a>`)).toBe('<a href="about">a: b</a>')
})

describe('what is good where it stands', () => {
  it.each([
    [
      html`<a title="${'a b'}" href="/posts/${7}?q=${'a:b'}">${evil}</a>`,
      `<a title="a b" href="/posts/7?q=a:b">${evil}</a>`,
    ],
    [html`<a href="${'https://a.example/?b=c'}">`, '<a href="https://a.example/?b=c">'],
    [html`<a href=" ${'/a:b'}">`, '<a href=" /a:b">'],
    [html`<a href="${new Markup('javascript:f()')}">`, '<a href="javascript:f()">'],
    [html`<td colspan=${2}>${1}</td>`, '<td colspan=2>1</td>'],
    [html`<input ${html`checked`}${''} ${null}>`, '<input checked >'],
    [html`<p class="a" ${html`id="b"`}>${'<'}</p>`, '<p class="a" id="b">&lt;</p>'],
    [html`<textarea name="a">\n${'<b>'}</textarea>${'x'}`, '<textarea name="a">\n&lt;b&gt;</textarea>x'],
    [html`<title>a < b <b ${'c'}</title><p title="${'d'}">`, '<title>a < b <b c</title><p title="d">'],
    [html`<!-- a > ' --><p>${'b'}</p>`, "<!-- a > ' --><p>b</p>"],
    [html`<!doctype html>${'b'}`, '<!doctype html>b'],
    [html`<script>let a = "<p ' \""</script>${'b'}`, '<script>let a = "<p \' ""</script>b'],
    [html`<script>${new Markup('f()')}</script>`, '<script>f()</script>'],
    [html`<p title="a > b">${'c'}</p>`, '<p title="a > b">c</p>'],
    [html`1 < ${2}`, '1 < 2'],
    [html` class="${'a b'}"`, ' class="a b"'],
  ])('stays: %s', (markup, text) => {
    expect(String(markup)).toBe(text)
  })
})
