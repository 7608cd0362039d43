/** Which escaper an output gets: by where it stands. */
import type { Node } from './ast.ts'
import { quote } from './code-expressions.ts'
import type { HtmlState } from './html-state.ts'
import { isUrlAttribute } from './url-attributes.ts'
import { textOf } from './values.ts'

function isEvent(names: string): boolean {
  return names.split(' ').some((name) => name.startsWith('on'))
}

/** The texts a value may be, if the template's author wrote them all; else `null`. */
export function authorTexts(node: Node): string[] | null {
  if (node.typename === 'Literal') return [textOf(node.value)]
  if (node.typename !== 'InlineIf') return null
  const yes = authorTexts(node.body)
  const no = node.else_ === null ? [''] : authorTexts(node.else_)
  return yes === null || no === null ? null : [...yes, ...no]
}

/**
 * Whether all that a body writes is its author's: text, literals, and what `|tojson` and `|safe` give. Such HTML may stand
 * in a script; what values went into as HTML may not.
 */
export function isAuthors(body: Node): boolean {
  switch (body.typename) {
    case 'NodeList':
    case 'Output':
      return body.children.every(isAuthors)
    case 'If':
    case 'For':
      return isAuthors(body.body) && (body.else_ === null || isAuthors(body.else_))
    case 'With':
    case 'Autoescape':
      return isAuthors(body.body)
    case 'TemplateData':
    case 'Set':
    case 'Do':
    case 'Macro':
    case 'Import':
    case 'FromImport':
    case 'Break':
    case 'Continue':
      return true
    case 'Filter':
      return body.name.value === 'tojson' || body.name.value === 'safe'
    default:
      return authorTexts(body) !== null
  }
}

/**
 * The call that escapes a value for a place.
 *
 * @param state the place
 * @param value the JavaScript of the value
 * @param next the text of the template that follows at once
 */
export function escapeFor(state: HtmlState, value: string, next: string): string {
  switch (state.place) {
    case 'text':
      return state.less === '' ? `rt.html(${value})` : `rt.afterLess(${value})`
    case 'raw':
      if (state.element === 'script' && !state.isInert) return `rt.script(${value})`
      return state.element === 'style' ? `rt.style(${value})` : `rt.html(${value})`
    case 'tag':
      return inTag(state, value, next)
    default:
      return `rt.html(${value})`
  }
}

/** Whether the start of a name may become that of an element that is known. */
function isElement(names: string): boolean {
  return names.split(' ').some((name) => /^\/?[?a-z0-9-]*$/.test(name))
}

function inTag(state: HtmlState, value: string, next: string): string {
  const { part, attribute } = state
  if (part === 'name') return `rt.tagName(${value},${isElement(state.element)})`
  if (part === 'space' || part === 'after') return `rt.attributeNames(${value},'')`
  if (part === 'attribute') return `rt.attributeNames(${value},${quote(attribute)})`
  const end = quote(part)
  if (isEvent(attribute) || state.url === 'script') return `rt.handler(${value},${end})`
  if (attribute.split(' ').includes('style')) return `rt.styleAttribute(${value},${end})`
  if (attribute.split(' ').includes('srcdoc')) return `rt.srcdoc(${value},${end})`
  if (!isUrlAttribute(attribute) || state.url === 'fixed') return `rt.attribute(${value},${end})`
  const rest = state.url === 'start' ? /^([a-z0-9+.-]*):/i.exec(next)?.[1] : undefined
  if (rest !== undefined && state.prefix === '') return `rt.scheme(${value},${end},${quote(rest)})`
  return `rt.url(${value},${end})`
}
