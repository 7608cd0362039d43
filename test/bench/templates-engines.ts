/** The engines that write the table, each with escaping on. */
import { createRequire } from 'node:module'
import { escapeText } from '@dewar/markup'
import { createTemplates } from '@dewar/templates'
import { Eta } from 'eta'

/** A row of the table. */
export interface Row {
  readonly id: number
  readonly name: string
  readonly mail: string
  readonly ok: boolean
}

/** A compiled template. */
export type Render = (rows: readonly Row[]) => string

/** The part of nunjucks that is used. */
interface Nunjucks {
  Environment: new (loaders: [], options: { autoescape: boolean }) => object
  compile(source: string, environment: object): { render(context: object): string }
}

/** The part of ejs that is used. */
interface Ejs {
  compile(source: string, options: object): (names: object) => string
}

const require = createRequire(import.meta.url)
const nunjucks = require('nunjucks') as Nunjucks
const ejs = require('ejs') as Ejs

/** The table in Jinja. */
export const source =
  '<table>{% for r in rows %}<tr class="n{{ loop.index }}"><td>{{ r.id }}</td><td><a href="/u/{{ r.id }}">{{ r.name }}</a></td>' +
  '<td>{{ r.mail }}</td>{% if r.ok %}<td>ok</td>{% endif %}</tr>{% endfor %}</table>'

const javascript = (open: string, close: string, each: string): string =>
  `<table>${open}rows.forEach((r, i) => {${close}<tr class="n${each}i + 1${close}"><td>${each}r.id${close}</td>` +
  `<td><a href="/u/${each}r.id${close}">${each}r.name${close}</a></td><td>${each}r.mail${close}</td>` +
  `${open}if (r.ok) {${close}<td>ok</td>${open}}${close}</tr>${open}})${close}</table>`

/** Each engine; a call compiles anew. */
export const engines: Readonly<Record<string, () => Render>> = {
  dewar: () => {
    const templates = createTemplates({ sources: { 't.html': source } })
    return (rows) => templates.render('t.html', { rows })
  },
  nunjucks: () => {
    const template = nunjucks.compile(source, new nunjucks.Environment([], { autoescape: true }))
    return (rows) => template.render({ rows })
  },
  ejs: () => {
    const render = ejs.compile(javascript('<% ', ' %>', '<%= '), {
      localsName: 'it',
      _with: false,
      destructuredLocals: ['rows'],
    })
    return (rows) => render({ rows })
  },
  eta: () => {
    const eta = new Eta({ autoEscape: true, autoTrim: false, useWith: false })
    const render = eta.compile(javascript('<% ', ' %>', '<%= ').replace('rows.', 'it.rows.')).bind(eta)
    return (rows) => render({ rows })
  },
  'by hand': () => (rows) => {
    let out = '<table>'
    let index = 0
    for (const { id, name, mail, ok } of rows) {
      index++
      out += `<tr class="n${index}"><td>${id}</td><td><a href="/u/${id}">${escapeText(name)}</a></td><td>${escapeText(mail)}</td>`
      out += ok ? '<td>ok</td></tr>' : '</tr>'
    }
    return `${out}</table>`
  },
}
