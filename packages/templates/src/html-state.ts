/**
 * Where a template stands in the HTML it writes.
 *
 * A small part of the tokenizer of the standard (WHATWG HTML §13.2.5), run over the text between the tags of the
 * template. What the template outputs is escaped and therefore cannot leave its place, so only text moves the state.
 */

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
}

/** Between tags, where templates start. */
export const textState: HtmlState = Object.freeze({ place: 'text', element: '', part: 'name', attribute: '' })

/** Elements whose text is not HTML. */
const rawElements = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes'])

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
      return stepText(text, at)
    case 'comment':
      return stepComment(text, at, state)
    case 'raw':
      return stepRaw(text, at, state)
    case 'tag':
      return stepTag(text, at, state)
  }
}

const opening = /<(?:!--|(\/?[a-zA-Z][^\s/>]*)|[!?/])/g

function stepText(text: string, at: number): HtmlStep {
  opening.lastIndex = at
  const found = opening.exec(text)
  if (found === null) return { end: text.length, state: textState, event: 'none' }
  const [start, name] = found
  const end = found.index + start.length
  if (start === '<!--') return { end, state: { ...textState, place: 'comment' }, event: 'none' }
  const element = name === undefined ? '!' : name.toLowerCase()
  const part = end === text.length && name !== undefined ? 'name' : 'space'
  const state: HtmlState = { place: 'tag', element, part, attribute: '' }
  return { end, state, event: /^[a-z]/.test(element) ? 'open' : 'none' }
}

function stepComment(text: string, at: number, state: HtmlState): HtmlStep {
  const end = text.indexOf('-->', at)
  return end === -1
    ? { end: text.length, state, event: 'none' }
    : { end: end + 3, state: textState, event: 'none' }
}

function stepRaw(text: string, at: number, state: HtmlState): HtmlStep {
  const closing = new RegExp(`</${state.element}(?=[\\s/>]|$)`, 'gi')
  closing.lastIndex = at
  const found = closing.exec(text)
  if (found === null) return { end: text.length, state, event: 'none' }
  const next: HtmlState = { place: 'tag', element: `/${state.element}`, part: 'space', attribute: '' }
  return { end: found.index + found[0].length, state: next, event: 'none' }
}

function stepTag(text: string, from: number, before: HtmlState): HtmlStep {
  let { element, part, attribute } = before
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at).toLowerCase()
    if (character === '>' && part !== 'double' && part !== 'single') {
      return { end: at + 1, state: afterTag(element), event: 'close' }
    }
    const next = nextPart(part, character)
    if (next === 'name') element += character
    if (next === 'attribute') attribute = part === 'attribute' ? attribute + character : character
    part = next
  }
  return { end: text.length, state: { place: 'tag', element, part, attribute }, event: 'none' }
}

function nextPart(part: TagPart, character: string): TagPart {
  const isSpace = /\s/.test(character)
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

function afterTag(element: string): HtmlState {
  if (!rawElements.has(element)) return textState
  return { place: 'raw', element, part: 'name', attribute: '' }
}

/** The state after an output: one that starts a value makes it an unquoted one. */
export function afterOutput(state: HtmlState): HtmlState {
  if (state.place !== 'tag' || state.part !== 'equals') return state
  return { ...state, part: 'unquoted' }
}

/** The state after branches: theirs if they agree, else that of the last. */
export function merge(left: HtmlState, right: HtmlState): HtmlState {
  return isSame(left, right) ? left : right
}

/** Whether two states are the same place. */
export function isSame(left: HtmlState, right: HtmlState): boolean {
  if (left.place !== right.place) return false
  if (left.place === 'raw') return left.element === right.element
  return left.place !== 'tag' || (left.element === right.element && left.part === right.part)
}
