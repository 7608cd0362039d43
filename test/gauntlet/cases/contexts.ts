/** D1, F2: one value in every place of a page; parse5 says where it ended up. */
import assert from 'node:assert/strict'
import vm from 'node:vm'
import { each, fine, leadsTo, type Sites, type Subject } from '../suite/case.ts'
import {
  attribute,
  type Document,
  elementById,
  elements,
  elementsByClass,
  parsePage,
  textOf,
} from '../suite/page.ts'
import { Visitor } from '../suite/visitor.ts'

const hostile: Record<string, string> = {
  'a tag': '<script>alert(1)</script>',
  'a tag out of a double-quoted attribute': '"><script>alert(1)</script>',
  'a tag out of a single-quoted attribute': "'><script>alert(1)</script>",
  'an attribute out of double quotes': '" onmouseover="alert(1)',
  'an attribute out of single quotes': "' onmouseover='alert(1)",
  'an attribute behind a blank': 'x onmouseover=alert(1)',
  'an attribute behind a tab': 'x\tonmouseover=alert(1)',
  'an attribute behind a line feed': 'x\nonmouseover=alert(1)',
  'an attribute behind a form feed': 'x\fonmouseover=alert(1)',
  'an attribute behind a slash': 'x/onmouseover=alert(1)',
  'a grave accent': '`onmouseover=alert(1)',
  'a tag with a slash': '<svg/onload=alert(1)>',
  'a tag that is not ended': '<img src=x onerror=alert(1) ',
  'the end of the title': '</title><script>alert(1)</script>',
  'the end of the text area': '</textarea><script>alert(1)</script>',
  'the end of the style': '</style><script>alert(1)</script>',
  'the end of the script': '</script><script>alert(1)</script>',
  'the end of the script in capitals': '</SCRIPT ><script>alert(1)</script>',
  'a script within a comment within a script': '<!--<script>',
  'the end of the comment': '--><script>alert(1)</script>',
  'another end of the comment': '--!><script>alert(1)</script>',
  'a comment at once ended': '><script>alert(1)</script>',
  'the end of CDATA': ']]><script>alert(1)</script>',
  'a script as address': 'javascript:alert(1)',
  'a script in mixed case': 'JaVaScRiPt:alert(1)',
  'a script with a tab': 'java\tscript:alert(1)',
  'a script with a line feed': 'java\nscript:alert(1)',
  'a script behind a control character': '\x01javascript:alert(1)',
  'a script behind blanks': '   javascript:alert(1)',
  'a script with an entity': 'javascript&colon;alert(1)',
  'a script with a number': '&#106;avascript:alert(1)',
  'a script, percent-encoded': 'javascript%3Aalert(1)',
  'a page as address': 'data:text/html,<script>alert(1)</script>',
  'a page as address, in Base64': 'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  'an old script as address': 'vbscript:msgbox(1)',
  'the end of a text in double quotes': '";alert(1)//',
  'the end of a text in single quotes': "';alert(1)//",
  'a backslash before the quote': '\\";alert(1)//',
  'a backslash at the end': 'x\\',
  'a template literal': '${alert(1)}',
  'a line separator': 'x\u2028alert(1)',
  'a paragraph separator': 'x\u2029alert(1)',
  'an expression': "'-alert(1)-'",
  'another rule of the style': 'red; } body { background: url(//evil.example/) ',
  'another property': 'red; background: url(//evil.example/)',
  'an address in a style': 'url(javascript:alert(1))',
  'an expression of old browsers': 'expression(alert(1))',
  'an import': 'red; @import "//evil.example/"',
  'a style with escapes': 'red\\3b background: url(x)',
  'a second parameter': 'x&sort=price',
  'a fragment': 'x#y',
  entities: '&lt;script&gt;alert(1)&lt;/script&gt;',
  'a page in a page': '&lt;/iframe&gt;<img src=x onerror=alert(1)>',
  'a NUL': '<\0script>alert(1)</script>',
  'half a surrogate, as browsers send it': '%EF%BF%BD<script>',
  'a template': '{{ 7*7 }}{% for x in y %}',
}

const harmless: Record<string, string> = {
  'a word': 'red',
  nothing: '',
  'a name with signs': "O'Brien & Söhne",
  'a heart': '<3',
  braces: '{{ braces }}',
  'an emoji': '🍵 tea',
  'a comparison': 'a < b && c > d',
  quotes: 'she said "no"',
  'per cent': '100% wool',
  plus: 'a+b=c',
  'an entity meant as text': '&amp;',
  'three lines': 'one\ntwo\nthree',
  'a backslash': 'C:\\temp',
  Arabic: 'سلام',
}

const addresses: Record<string, string> = {
  'a path with a query': '/notes/1?x=1&y=2',
  'another site': 'https://example.org/',
  'a path with a fragment': '/search?q=a#hits',
  'a mail address': 'mailto:ada@example.org',
  'a relative path': 'notes/1',
}

/** The tree of the page for a value that does nothing. */
const skeletonOf = (page: Document): string =>
  elements(page)
    .map(({ tagName, attrs }) => {
      const names = attrs.map(({ prefix, name }) => (prefix ? `${prefix}:${name}` : name))
      return `${tagName}[${names.filter((name) => name !== 'nonce').sort()}]`
    })
    .join(' ')

async function pageOf({ direct }: Sites, value: string): Promise<Document> {
  const answer = await direct.send(`/contexts?name=${encodeURIComponent(value)}`)
  fine(answer)
  assert.equal(answer.get('content-type'), 'text/html; charset=utf-8')
  return parsePage(answer.text)
}

const urlPlaces = [
  ['href', 'href'],
  ['barehref', 'href'],
  ['src', 'src'],
  ['action', 'action'],
  ['xlink', 'xlink:href'],
] as const

/** HTML cannot tell CRLF and CR from LF, and holds no NUL. */
const asHtml = (text: string) => text.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '\ufffd')

const inPage = (page: Document, id: string, name: string) => attribute(elementById(page, id), name) ?? ''

/** Nothing in the page runs, styles or leads elsewhere. */
function assertContained(page: Document, plain: Document, value: string): void {
  assert.equal(skeletonOf(page), skeletonOf(plain), 'The value has changed the tree of the page.')
  for (const [id, name] of urlPlaces) {
    const address = inPage(page, id, name).replaceAll(/[\0-\x20]/g, '')
    assert.doesNotMatch(address, /^(?:javascript|data|vbscript|file|blob):/i, `#${id}`)
  }
  for (const style of [textOf(elementById(page, 'css')), inPage(page, 'styled', 'style')]) {
    const rest = style.replace(/^#box \{ /, '').replace(/; \}$/, '')
    assert.doesNotMatch(rest.replaceAll(/\\[0-9a-f]{1,6} ?/gi, '_'), /[;{}@]|url\(|expression\(/i, style)
  }
  const query = new URL(inPage(page, 'query', 'href'), 'https://gauntlet.example')
  assert.equal(query.searchParams.get('sort'), 'name')
  assert.equal(query.pathname, '/search')
  assert.equal(query.searchParams.getAll('q').length, 1)
  const frame = parsePage(inPage(page, 'srcdoc', 'srcdoc'))
  assert.equal(elements(frame).length, 3, 'The value is a tag in the frame.')
  assertText(page, value)
}

/** In the places of plain text the value is what it was. */
function assertText(page: Document, value: string): void {
  const html = asHtml(value)
  const places: Record<string, string> = {
    title: textOf(elements(page, 'title')[0]).replace(/^Hello /, ''),
    text: textOf(elementById(page, 'text')),
    double: inPage(page, 'double', 'title'),
    single: inPage(page, 'single', 'title'),
    bare: inPage(page, 'bare', 'title'),
    area: textOf(elementById(page, 'area')),
    input: inPage(page, 'input', 'value'),
  }
  for (const [place, found] of Object.entries(places)) {
    // A browser drops blanks around a title only when it shows it; NUL is dropped in text and replaced in attributes.
    assert.equal(found.replaceAll('\ufffd', ''), html.replaceAll('\ufffd', ''), place)
  }
  const found = { inline: runScript(`${textOf(elementById(page, 'inline'))}; visitor`) }
  assert.equal(found.inline, value)
  assert.equal(
    runScript(`let heard; const greet = (x) => { heard = x }; ${inPage(page, 'handler', 'onclick')}; heard`),
    value,
  )
  assert.deepEqual(JSON.parse(textOf(elementById(page, 'data'))), { name: value })
}

/** Runs a script of the page in an empty room where `alert` is a tripwire. */
function runScript(code: string): unknown {
  const alert = () => {
    throw new Error('The value runs as a program.')
  }
  return vm.runInNewContext(code, { alert }, { timeout: 1000 })
}

export const contexts: Subject = {
  name: 'values in pages',
  attacks: [
    ...each('F2', 'stays a value in every place', hostile, async (value, sites) => {
      const [page, plain] = await Promise.all([pageOf(sites, value), pageOf(sites, 'red')])
      assertContained(page, plain, value)
    }),
    ...each(
      'D1',
      'a comment with',
      {
        'a script as website': ['x', 'javascript:alert(1)', 'x'],
        'tags everywhere': ['<b>x', '"><img src=x onerror=alert(1)>', '</p></li><script>alert(1)</script>'],
        'a template': ['{{ config }}', '{{ 7*7 }}', '{% for x in range(9) %}'],
      },
      async ([author = '', website = '', body = ''], { proxied }) => {
        const visitor = new Visitor(proxied)
        leadsTo(await visitor.submit('/comments', 'comment', { author, website, body }), '/comments')
        const page = parsePage((await visitor.get('/comments')).text)
        assert.equal(elements(page, 'script').length + elements(page, 'img').length, 0)
        const comment = elementsByClass(page, 'comment').find((item) => textOf(item).includes(body))
        assert(comment !== undefined)
        const [link] = elementsByClass(comment, 'author')
        assert.equal(textOf(link), author)
        assert.doesNotMatch(attribute(link, 'href') ?? '', /^javascript:/)
        assert.equal(textOf(elementsByClass(comment, 'body')[0]), body)
      },
    ),
    {
      row: 'D1',
      what: 'an address that does not exist is not shown as HTML',
      async run({ direct }) {
        const answer = await direct.send('/%3Cscript%3Ealert(1)%3C/script%3E')
        fine(answer, 404)
        assert(!answer.text.includes('<script>'))
      },
    },
    {
      row: 'D1',
      what: 'JSON is not a page, whatever it holds',
      async run({ direct }) {
        const answer = await direct.send('/args?q=%3Cscript%3Ealert(1)%3C/script%3E')
        assert.match(answer.get('content-type') ?? '', /^application\/json/)
        assert.equal(answer.get('x-content-type-options'), 'nosniff')
      },
    },
    {
      row: 'D1',
      what: 'the policy lets no script run that the page did not write',
      async run({ direct }) {
        const answer = await direct.send('/contexts?name=x')
        const policy = answer.get('content-security-policy') ?? ''
        const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
        assert.match(scripts, /'nonce-[\w+/=-]{16,}'/)
        assert.doesNotMatch(scripts, /'unsafe-inline'|'unsafe-eval'|\*|https?:/)
        assert.match(policy, /object-src 'none'/)
        assert.match(policy, /base-uri 'none'/)
        const nonces = new Set([
          policy,
          (await direct.send('/contexts?name=x')).get('content-security-policy'),
        ])
        assert.equal(nonces.size, 2)
      },
    },
  ],
  honest: [
    ...each('F2', 'text arrives unchanged', harmless, async (value, sites) => {
      const page = await pageOf(sites, value)
      assertText(page, value)
      assert.equal(textOf(parsePage(inPage(page, 'srcdoc', 'srcdoc'))), value)
      const query = new URL(inPage(page, 'query', 'href'), 'https://gauntlet.example')
      assert.equal(query.searchParams.get('q'), value)
    }),
    ...each('F2', 'an address arrives unchanged', addresses, async (value, sites) => {
      const page = await pageOf(sites, value)
      for (const [id, name] of urlPlaces) assert.equal(inPage(page, id, name), value, id)
    }),
    {
      row: 'F2',
      what: 'a colour arrives in styles unchanged',
      async run(sites) {
        const page = await pageOf(sites, 'red')
        assert.equal(textOf(elementById(page, 'css')), '#box { color: red; }')
        assert.equal(inPage(page, 'styled', 'style'), 'color: red')
      },
    },
    {
      row: 'F2',
      what: 'a hexadecimal colour means the same in styles',
      async run(sites) {
        const page = await pageOf(sites, '#ff0000')
        const style = inPage(page, 'styled', 'style').replaceAll(/\\([0-9a-f]{1,6}) ?/gi, (_, hex) =>
          String.fromCodePoint(Number.parseInt(hex, 16)),
        )
        assert.equal(style, 'color: #ff0000')
      },
    },
  ],
}
