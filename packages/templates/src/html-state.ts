/**
 * Where a template stands in the HTML it writes.
 *
 * A small part of the tokenizer of the standard (WHATWG HTML §13.2.5), run over the text between the tags of the
 * template. What the template outputs is escaped and therefore cannot leave its place, so only text moves the state.
 */

import { unescape } from '@dewar/markup'
import { advanceScript, afterScriptValue, scriptPartStart, scriptStart, scriptUnknown } from './js-state.ts'
import { isEventAttribute, listSeparator } from './url-attributes.ts'
import { nextUrl } from './url-state.ts'

/** Between tags, inside one, in a comment, or in an element whose text is not HTML. */
export type HtmlPlace = 'text' | 'tag' | 'comment' | 'raw'

/** Where in a tag. */
export type TagPart = 'name' | 'space' | 'attribute' | 'after' | 'equals' | 'double' | 'single' | 'unquoted'

/** Where a template stands. It never changes; {@link step} gives the next one. */
export interface HtmlState {
  readonly place: HtmlPlace
  /** The element of a tag, or of raw text; lower-case, with `/` before it in an end tag. */
  readonly element: string
  readonly part: TagPart
  /** The attribute whose name or value this is in; lower-case. */
  readonly attribute: string
  /**
   * In a value, were it an address: whether its scheme is still open, open after an output, or settled, and then whether
   * this is its query, a value in that, or the fragment.
   */
  readonly url:
    | 'start'
    | 'output'
    | 'scheme'
    | 'fixed'
    | 'query'
    | 'value'
    | 'fragment'
    | 'script'
    | 'ambiguous'
  /**
   * In a value: the text of the template so far, while the scheme is open. In the path of an address: what stands right
   * before, `/` for the first sign of all, `./` for a slash further on, `//` for the two before a host.
   */
  readonly prefix: string
  /** In a script: whether its text is no code. */
  readonly isInert: boolean
  /** In a script or the value of an event: where in the code; see js-state.ts. */
  readonly script: string
  /**
   * Between tags: the `<` or `</` that the text ends with, which what follows may make a tag. In a comment: `!` while
   * nothing is in it, so that `>` ends it. In a script: `<!--` and `<script` that hide the end of it.
   */
  readonly less: '' | '<' | '</' | '!' | '<!--' | '<script'
  /**
   * In SVG or MathML, where `<title>` holds HTML, entities count in scripts, and `<script/>` has an end. In `noscript`,
   * which is text up to its end tag if scripts run.
   */
  readonly within: '' | 'foreign' | 'noscript'
  /** In `srcdoc`: where that page stands. */
  readonly inner: HtmlState | null
}

/** Between tags, where templates start. */
export const textState: HtmlState = Object.freeze({
  place: 'text',
  element: '',
  part: 'name',
  attribute: '',
  url: 'start',
  prefix: '',
  isInert: false,
  script: '',
  less: '',
  within: '',
  inner: null,
})

/** Between tags again, behind what a state stands in. */
function textBehind({ within }: HtmlState): HtmlState {
  return within === '' ? textState : { ...textState, within }
}

/** Elements whose text is not HTML. */
export const rawElements = new Set([
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
])

/** A piece of text that is all of one kind, and the state after it. */
export interface HtmlStep {
  /** Where the piece ends in the text. */
  end: number
  state: HtmlState
  /** What the piece does. */
  event: 'none' | 'open' | 'close'
}

/**
 * Reads on to where something changes.
 *
 * @param text the text
 * @param at where to start
 * @param state the state there
 * @returns `open` just before a start tag, `close` at the `>` that ends a tag (`end` is behind it)
 */
export function step(text: string, at: number, state: HtmlState): HtmlStep {
  switch (state.place) {
    case 'text':
      return stepText(text, at, state)
    case 'comment':
      return stepComment(text, at, state)
    case 'raw':
      return stepRaw(text, at, state)
    case 'tag':
      return stepTag(text, at, state)
  }
}

const opening = /<(?:!--|(\/?[a-zA-Z][^\s/>]*)|[!?/])/g

function stepText(text: string, at: number, before: HtmlState): HtmlStep {
  const { less } = before
  if (less !== '') return stepAfterLess(text, at, before)
  opening.lastIndex = at
  const found = opening.exec(text)
  if (found === null) return { end: text.length, state: textEnd(text.slice(at), before), event: 'none' }
  const end = found.index + found[0].length
  if (found[0] === '</' && end === text.length)
    return { end, state: { ...textBehind(before), less: '</' }, event: 'none' }
  const state = openedState(found[0], found[1], end === text.length, before)
  return { end, state, event: /^[a-z]/.test(state.element) ? 'open' : 'none' }
}

/** A tag whose `<` stands before an output or a branch, and its name here. */
function stepAfterLess(text: string, at: number, before: HtmlState): HtmlStep {
  const { less } = before
  const behind = textBehind(before)
  const whole = less + text.slice(at)
  opening.lastIndex = 0
  const found = opening.exec(whole)
  if (found === null || found.index !== 0) {
    if (text.slice(at) === '/') return { end: at + 1, state: { ...behind, less: '</' }, event: 'none' }
    return { end: at, state: behind, event: 'none' }
  }
  const end = at + found[0].length - less.length
  return { end, state: openedState(found[0], found[1], end === text.length, before), event: 'none' }
}

function openedState(start: string, name: string | undefined, isLast: boolean, before: HtmlState): HtmlState {
  const behind = textBehind(before)
  if (start === '<!--') return { ...behind, place: 'comment', less: '!' }
  const element = name === undefined ? '!' : name.toLowerCase()
  return { ...behind, place: 'tag', element, part: isLast && name !== undefined ? 'name' : 'space' }
}

function textEnd(text: string, before: HtmlState): HtmlState {
  const behind = textBehind(before)
  return text.endsWith('<') ? { ...behind, less: '<' } : behind
}

/** A comment ends at `-->` and `--!>`, and at `>` and `->` if nothing is in it. */
function stepComment(text: string, at: number, state: HtmlState): HtmlStep {
  const start = state.less === '!' ? /^-?>/.exec(text.slice(at)) : null
  if (start !== null) return { end: at + start[0].length, state: textBehind(state), event: 'none' }
  const closing = /--!?>/g
  closing.lastIndex = at
  const found = closing.exec(text)
  if (found === null) return { end: text.length, state: { ...state, less: '' }, event: 'none' }
  return { end: found.index + found[0].length, state: textBehind(state), event: 'none' }
}

function stepRaw(text: string, at: number, state: HtmlState): HtmlStep {
  const end = endOfRaw(text, at, state)
  const inside = text.slice(at, end.start)
  if (end.start === end.end) {
    const script = state.script === '' ? '' : scriptOfElement(state, inside)
    return { end: text.length, state: { ...state, script, less: end.less }, event: 'none' }
  }
  const element = `/${state.element}`
  const next: HtmlState = { ...textBehind(state), place: 'tag', element, part: 'space' }
  return { end: end.end, state: next, event: 'none' }
}

/** In SVG an entity in a script may be any sign of its code. */
function scriptOfElement({ script, within }: HtmlState, text: string): string {
  return within === 'foreign' && text.includes('&') ? scriptUnknown : advanceScript(script, text)
}

/** Where the end tag of a raw element starts and ends; both are the end of the text if it is not here. */
function endOfRaw(text: string, at: number, state: HtmlState) {
  let { less } = state
  const signs = new RegExp(`<!--|-->|<script(?=[\\s/>]|$)|</${state.element}(?=[\\s/>]|$)`, 'gi')
  signs.lastIndex = at
  for (let found = signs.exec(text); found !== null; found = signs.exec(text)) {
    const sign = found[0].toLowerCase()
    if (state.element !== 'script' && sign.startsWith('</')) {
      return { start: found.index, end: found.index + sign.length, less }
    }
    if (state.element !== 'script') continue
    if (sign === '<!--' && less === '') less = '<!--'
    else if (sign === '-->') less = ''
    else if (sign === '<script' && less === '<!--') less = '<script'
    else if (sign === '</script' && less === '<script') less = '<!--'
    else if (sign === '</script') return { start: found.index, end: found.index + sign.length, less }
  }
  return { start: text.length, end: text.length, less }
}

function stepTag(text: string, from: number, before: HtmlState): HtmlStep {
  let { element, part, attribute, url, prefix, script, inner: page } = before
  if (element.startsWith('!')) return stepDeclaration(text, from, before)
  let valueStart = from
  const now = (end: number): HtmlState => {
    const value = inValue(part) ? text.slice(valueStart, end) : ''
    const code = inValue(part) ? scriptOfValue(attribute, script, value) : ''
    const inner = inValue(part) && attribute.split(' ').includes('srcdoc') ? innerPage(page, value) : null
    return { ...textBehind(before), place: 'tag', element, part, attribute, url, prefix, script: code, inner }
  }
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at).toLowerCase()
    if (character === '>' && part !== 'double' && part !== 'single') {
      const isClosed = part === 'space' && text.charAt(at - 1) === '/'
      return { end: at + 1, state: afterTag(element, before.within, isClosed), event: 'close' }
    }
    const next = nextPart(part, character)
    if (next === 'name') element = appended(element, character)
    const isGluedToTag = (next === 'equals' && part !== next) || (next === 'attribute' && part === next)
    if (isGluedToTag && isTagOpen(attribute)) {
      part = next
      url = 'ambiguous'
      return { end: at + 1, state: now(at + 1), event: 'none' }
    }
    // A name that the author starts with `<` is the name of nothing; here that sign means that the tag's own is open.
    const start = character === '<' ? '_' : character
    if (next === 'attribute') attribute = part === 'attribute' ? appended(attribute, character) : start
    if (part === 'equals' && next !== 'equals') {
      url = 'start'
      prefix = ''
      page = null
      script = isEventAttribute(attribute) ? scriptStart : ''
      valueStart = next === 'unquoted' ? at : at + 1
    }
    if (next === 'unquoted' || (next === part && (next === 'double' || next === 'single'))) {
      const value = nextUrl({ url, prefix }, character, listSeparator(element, attribute))
      url = value.url
      prefix = value.prefix
    }
    part = next
    if (url === 'ambiguous' && before.url !== 'ambiguous') {
      return { end: at + 1, state: now(at + 1), event: 'none' }
    }
  }
  return { end: text.length, state: now(text.length), event: 'none' }
}

/** Whether what looks like the name of an attribute may go on with that of the tag, because a branch before it is empty. */
export function isTagOpen(attribute: string): boolean {
  return attribute.split(' ').some((name) => name.startsWith('<'))
}

function inValue(part: TagPart): boolean {
  return part === 'double' || part === 'single' || part === 'unquoted'
}

/** Entities may be any sign of the code: nobody reads on behind one. */
function scriptOfValue(attribute: string, script: string, text: string): string {
  if (!isEventAttribute(attribute)) return ''
  return text.includes('&') ? scriptUnknown : advanceScript(script === '' ? scriptStart : script, text)
}

/** `<!doctype …>` and the like end at the first `>`; quotes mean nothing in them. */
function stepDeclaration(text: string, from: number, state: HtmlState): HtmlStep {
  const end = text.indexOf('>', from)
  if (end === -1) return { end: text.length, state, event: 'none' }
  return { end: end + 1, state: textBehind(state), event: 'close' }
}

/** Where the page in a `srcdoc` stands after more of it. */
function innerPage(before: HtmlState | null, text: string): HtmlState {
  return advance(unescape(text), before ?? textState)
}

function nextPart(part: TagPart, character: string): TagPart {
  const isSpace = /[\t\n\f\r ]/.test(character)
  switch (part) {
    case 'double':
      return character === '"' ? 'space' : part
    case 'single':
      return character === "'" ? 'space' : part
    case 'unquoted':
      return isSpace ? 'space' : part
    case 'name':
      return isSpace || character === '/' ? 'space' : part
    case 'space':
      return isSpace || character === '/' ? part : 'attribute'
    case 'equals':
      if (isSpace) return part
      return character === '"' ? 'double' : character === "'" ? 'single' : 'unquoted'
    default:
      if (isSpace) return 'after'
      if (character === '/') return 'space'
      if (character === '=') return 'equals'
      return part === 'attribute' ? part : 'attribute'
  }
}

function afterTag(element: string, before: HtmlState['within'], isClosed: boolean): HtmlState {
  const names = element.split(' ')
  const raw = names.find(
    (name) => rawElements.has(name) && !(before === 'foreign' && (isClosed || name === 'title')),
  )
  const behind = { ...textState, within: withinAfter(element, before, isClosed) }
  if (raw === undefined) return textBehind(behind)
  const script = names.length > 1 ? scriptUnknown : scriptStart
  return { ...behind, place: 'raw', element: raw, script: raw === 'script' ? script : '' }
}

function withinAfter(element: string, before: HtmlState['within'], isClosed: boolean): HtmlState['within'] {
  if (element === 'noscript') return before === '' ? 'noscript' : before
  if (element === '/noscript') return before === 'noscript' ? '' : before
  if (before === 'noscript') return before
  if (/^(?:svg|math|\/foreignobject)$/.test(element)) return isClosed ? before : 'foreign'
  return /^(?:\/svg|\/math|foreignobject)$/.test(element) && !isClosed ? '' : before
}

/** The state after a text that was escaped. */
export function advance(text: string, state: HtmlState): HtmlState {
  let now = state
  for (let at = 0; at < text.length; ) {
    const next = step(text, at, now)
    now = next.state
    at = next.end
  }
  return now
}

/** The state after an output: in a tag it starts or goes on with what stands there. */
export function afterOutput(before: HtmlState): HtmlState {
  const state = before.script === '' ? before : { ...before, script: afterScriptValue(before.script) }
  if (state.place !== 'tag') return state
  const { part } = state
  if (part === 'equals') {
    const script = isEventAttribute(state.attribute) ? scriptUnknown : ''
    return { ...state, part: 'unquoted', url: 'output', prefix: '', script }
  }
  // What follows may go on with the name that the value makes, or start one if the value is empty.
  if (part === 'space' || part === 'after') return { ...state, part: 'attribute', attribute: '? ' }
  if (part === 'attribute') {
    return /^(?:data|aria)-/.test(state.attribute) ? state : { ...state, attribute: `${state.attribute} ?` }
  }
  // A digit, or nothing.
  if (part === 'name') return { ...state, element: `${state.element} ${appended(state.element, '0')}` }
  return state.url === 'start' ? { ...state, url: 'output' } : state
}

/** The state that a part starts in which is compiled apart, such as a block: what stands before it is not known there. */
export function partStart(state: HtmlState): HtmlState {
  return state.script === '' ? state : { ...state, script: scriptPartStart(state.script) }
}

/** The state after a part that others write, such as a block: nobody knows where in the code that ends. */
export function afterPart(state: HtmlState): HtmlState {
  const next = afterOutput(state)
  return next.script === '' ? next : { ...next, script: scriptUnknown }
}

/** The state of a branch before the text that follows all of them: a blank or `>` ends a value without quotes. */
export function beforeText(state: HtmlState, text: string): HtmlState {
  const isEnded = state.place === 'tag' && state.part === 'unquoted' && /^[\t\n\f\r >]/.test(text)
  return isEnded ? { ...textBehind(state), place: 'tag', element: state.element, part: 'space' } : state
}

/** Parts of a tag that are outside of values: what follows is read the same. */
export const betweenValues = new Set<TagPart>(['name', 'space', 'attribute', 'after'])
/** A character goes on with each of the names that an attribute may have so far. */
function appended(names: string, character: string): string {
  if (!names.includes(' ')) return names + character
  return names
    .split(' ')
    .map((name) => name + character)
    .join(' ')
}

/** A text that is the same for two states only if they are the same. */
export function placeKey(state: HtmlState): string {
  if (state === textState) return 'text'
  const { place, element, part, attribute, url, prefix, isInert, script, less, within, inner } = state
  if (place === 'text' && less === '') return 'text'
  return JSON.stringify([place, element, part, attribute, url, prefix, isInert, script, less, within, inner])
}

/** What a state is called in a message. */
export function describeState({ place, part, element, attribute }: HtmlState): string {
  if (place === 'text') return 'between tags'
  if (place === 'comment') return 'in a comment'
  if (place === 'raw') return `in <${element}>`
  return betweenValues.has(part) || part === 'equals'
    ? `in the tag <${element}>`
    : `in the attribute '${attribute}'`
}
