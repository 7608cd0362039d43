/** Which escaper an output gets: by where it stands. */
import type { Node } from './ast.ts'
import { quote } from './code-expressions.ts'
import type { HtmlState } from './html-state.ts'
import { stringAround, takesLiteral } from './js-state.ts'
import { isEventAttribute, isUrlAttribute, listSeparator } from './url-attributes.ts'
import { textOf } from './values.ts'

/** The texts a value may be, if the template's author wrote them all; else `null`. */
export function authorTexts(node: Node): string[] | null {
  if (node.typename === 'Literal') return [textOf(node.value)]
  if (node.typename !== 'InlineIf') return null
  const yes = authorTexts(node.body)
  const no = node.else_ === null ? [''] : authorTexts(node.else_)
  return yes === null || no === null ? null : [...yes, ...no]
}

/** Text of the template, and a literal that its author calls HTML, which is the same: `{{ '<br>'|safe }}`. */
export function authorHtml(node: Node): Node<'TemplateData'> | null {
  if (node.typename === 'TemplateData') return node
  if (node.typename !== 'Filter' || node.name.value !== 'safe' || node.target?.typename !== 'Literal')
    return null
  const { target, lineno, colno } = node
  return { typename: 'TemplateData', value: textOf(target.value), lineno, colno }
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

/** A place that macros are compiled for apart: among attributes, in a script, in a style. */
export type MacroPlace = 'tag' | 'script' | 'style'

/** Which of the bodies of a macro is called in a place; `null` for the one that stands between tags. */
export function macroPlace(state: HtmlState): MacroPlace | null {
  const { place, part, element, attribute } = state
  if (place === 'raw' && element === 'script') return state.isInert ? null : 'script'
  if (place === 'raw') return element === 'style' ? 'style' : null
  if (place !== 'tag') return null
  if (part === 'space' || part === 'after') return 'tag'
  if (part === 'name' || part === 'attribute') return null
  if (isEventAttribute(attribute)) return 'script'
  return attribute === 'style' ? 'style' : null
}

/** An output: the JavaScript of its value, what the template writes, and the text that follows at once. */
export interface OutputCode {
  value: string
  node: Node | null
  next: string
  /** The text that follows, also behind the branch that this is the end of. */
  after: string
}

/**
 * The call that escapes a value for a place.
 *
 * @param state the place
 * @param output the value
 */
export function escapeFor(state: HtmlState, output: OutputCode): string {
  const { value } = output
  switch (state.place) {
    case 'text':
      if (state.within === 'noscript') return `rt.rawText(${value},'noscript',${state.less !== ''})`
      return state.less === '' ? `rt.html(${value})` : `rt.afterLess(${value})`
    case 'raw':
      if (state.element === 'script' && !state.isInert) return inScript(state, output)
      if (state.element === 'style') return `rt.style(${value})`
      return `rt.rawText(${value},${quote(state.within === 'noscript' ? `${state.element}|noscript` : state.element)})`
    case 'tag':
      return inTag(state, output)
    case 'comment':
      return `rt.comment(${value})`
  }
}

function inScript(state: HtmlState, { value, node, next }: OutputCode): string {
  if (!takesLiteral(state.script, next)) return `rt.script(${value},${quote(stringAround(state.script))})`
  return `rt.literal(${value},${isFilter(node, 'lower')})`
}

function isFilter(node: Node | null, ...names: string[]): boolean {
  return node?.typename === 'Filter' && names.includes(node.name.value)
}

/** Whether a value is what `super()` gives. */
export function isSuper(node: Node): boolean {
  if (node.typename !== 'FunCall') return false
  let { name } = node
  while (name.typename === 'LookupVal') name = name.target
  return name.typename === 'Symbol' && name.value === 'super'
}

/** Whether the start of a name may become that of an element that is known. */
function isElement(names: string): boolean {
  return names.split(' ').some((name) => /^\/?[?a-z0-9-]*$/.test(name))
}

function inTag(state: HtmlState, output: OutputCode): string {
  const { part, attribute, element } = state
  const { value, node } = output
  // `<!doctype …>` and `<?xml …>` end at the first `>`, and have no attributes.
  if (element.startsWith('!')) return `rt.declaration(${value})`
  if (part === 'name')
    return `rt.tagName(${value},${isElement(element) && !(node !== null && isSuper(node))})`
  if (part === 'space' || part === 'after') return `rt.attributeNames(${value},'')`
  if (part === 'attribute') return `rt.attributeNames(${value},${quote(attribute)})`
  const isAll = part === 'equals' && /^[\t\n\f\r >]/.test(output.after)
  const end = quote(isAll ? 'added' : part)
  const names = attribute.split(' ')
  if (isEventAttribute(attribute)) return inHandler(state, output, end)
  if (state.url === 'script') return `rt.handler(${value},${end})`
  if (names.some((name) => name.length > 1 && name.startsWith('?')))
    return `rt.unknownAttribute(${value},${end})`
  if (names.includes('style')) return `rt.styleAttribute(${value},${end})`
  if (names.includes('srcdoc')) return `rt.srcdoc(${value},${end})`
  if (names.includes('content') && element.split(' ').includes('meta')) return inMeta(state, value, end)
  if (isUrlAttribute(attribute, element)) return inUrl(state, output, end)
  return `rt.attribute(${value},${end})`
}

function inHandler(state: HtmlState, { value, node, next }: OutputCode, end: string): string {
  const isLiteral = state.part !== 'equals' && takesLiteral(state.script, next.replace(/^["']/, ''))
  return isLiteral
    ? `rt.handlerLiteral(${value},${end},${isFilter(node, 'lower')})`
    : `rt.handler(${value},${end},${quote(state.part === 'equals' ? '' : stringAround(state.script))})`
}

/** `<meta http-equiv="refresh" content="0; url=…">` */
function inMeta({ url, prefix }: HtmlState, value: string, end: string): string {
  const isAddress = url === 'start' && /url=['"]?$/i.test(prefix)
  return isAddress ? `rt.url(${value},${end})` : `rt.metaContent(${value},${end})`
}

/** Whether the author starts the query or the fragment in an output: `/list{{ '?page=' ~ page }}`. */
function startsQuery(node: Node | null): boolean {
  switch (node?.typename) {
    case 'Literal':
      return /^[?#]/.test(textOf(node.value))
    case 'Add':
    case 'Concat':
    case 'Mod':
      return startsQuery(node.left)
    case 'InlineIf':
      return startsQuery(node.body) || startsQuery(node.else_)
    case 'Filter':
      return startsQuery(node.target)
    default:
      return false
  }
}

function inUrl(state: HtmlState, { value, node, next }: OutputCode, end: string): string {
  const { attribute, element, url, prefix } = state
  const isOpen = url === 'start' || url === 'output'
  if (isOpen && element.split(' ').includes('base')) {
    const before = url === 'output' || prefix === '/' ? '/' : ''
    return `rt.base(${value},${end},${quote(before)},${quote(/^[/\\]/.test(next) ? '/' : '')})`
  }
  if (listSeparator(element, attribute) !== null) {
    const isWhole = url === 'start' && prefix === '' && /^\s*(?:["',]|$)/.test(next)
    return `rt.urls(${value},${end},{isOpen:${isOpen},isWhole:${isWhole}})`
  }
  if (url === 'value') {
    const isEncoded = isFilter(node, 'urlencode', 'safe', 'tojson')
    return isEncoded ? `rt.attribute(${value},${end})` : `rt.urlValue(${value},${end})`
  }
  if (
    url === 'fixed' &&
    prefix !== '//' &&
    !isFilter(node, 'urlencode', 'safe', 'tojson') &&
    !startsQuery(node)
  )
    return `rt.urlPath(${value},${end},${quote(prefix)})`
  if (!isOpen && url !== 'scheme') return `rt.attribute(${value},${end})`
  const rest = url === 'start' ? /^([a-z0-9+.-]*):/i.exec(next)?.[1] : undefined
  if (rest !== undefined && prefix === '') return `rt.scheme(${value},${end},${quote(rest)})`
  return `rt.url(${value},${end})`
}
