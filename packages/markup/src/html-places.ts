/**
 * Where the values of an `html` literal stand.
 *
 * Threat: a value that leaves its place although it is escaped: a blank in an attribute without quotes, `javascript:` as an
 * address, code in a script or an event attribute.
 * Construction: the literal's own text is read once, by the states of a browser's tokenizer that matter here. Escaping is right in
 * text and in quotes; a value that is an address, or the beginning of one, is looked at; everywhere else only HTML of the app's own fits.
 * Not read: values that are HTML already. A literal that goes on where such a value left a tag open is the author's.
 */

/** `text`: escaping is right. `url`: an address begins here. Else why only HTML fits. */
export type Place = 'text' | 'url' | 'no-quotes' | 'tag' | 'comment' | 'script' | 'event'

/** Elements whose text is no HTML: escapes in it are no escapes. */
const rawElements: ReadonlySet<string> = new Set([
  'script',
  'style',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
])

/** Elements whose text holds no tags, where escapes are escapes. */
const textElements: ReadonlySet<string> = new Set(['textarea', 'title'])

const urlAttributes: ReadonlySet<string> = new Set([
  'action',
  'background',
  'cite',
  'data',
  'formaction',
  'href',
  'longdesc',
  'manifest',
  'ping',
  'poster',
  'src',
  'xlink:href',
])

/** What a literal is in the middle of. */
interface State {
  readonly in: 'text' | 'tag' | 'comment'
  /** The element whose text ends with its own end tag alone. */
  readonly raw: string
  /** The tag and its attributes so far, from its `<`. */
  readonly tag: string
}

const start: State = { in: 'text', raw: '', tag: '' }

/** An opening or closing tag: its name, attributes with or without quotes, its end. */
const wholeTag = /^<\/?[a-z][^\s/>]*(?:"[^"]*"|'[^']*'|[^'">])*>/i
const lastAttribute = /([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)|'([^']*))$/
const unquoted = /=\s*[^\s"'>]*$/

/**
 * @param strings the text around the values
 * @returns the place of each value
 */
export function placesOf(strings: readonly string[]): readonly Place[] {
  let state = start
  return strings.slice(0, -1).map((text) => {
    state = read(state, text)
    return placeIn(state)
  })
}

function placeIn(state: State): Place {
  if (state.in === 'comment') return 'comment'
  if (state.in === 'text') return rawElements.has(state.raw) ? 'script' : 'text'
  // Quoted values that are over say nothing of this place.
  const tag = state.tag.replace(/=\s*(?:"[^"]*"|'[^']*')/g, '')
  const [, name, double, single] = lastAttribute.exec(tag) ?? []
  if (name === undefined) return unquoted.test(tag) ? 'no-quotes' : 'tag'
  return placeInAttribute(name.toLowerCase(), double ?? single ?? '')
}

function placeInAttribute(name: string, before: string): Place {
  if (name.startsWith('on') || name === 'srcdoc') return 'event'
  if (!urlAttributes.has(name)) return 'text'
  if (/^\s*javascript:/i.test(before)) return 'event'
  return before.trim() === '' ? 'url' : 'text'
}

/** Goes on through a piece of the literal. */
function read(from: State, text: string): State {
  let state = from
  let rest = text
  while (rest !== '') [state, rest] = step(state, rest)
  return state
}

function step(state: State, rest: string): [State, string] {
  if (state.in === 'comment') {
    const end = rest.indexOf('-->')
    return end < 0 ? [state, ''] : [start, rest.slice(end + 3)]
  }
  if (state.in === 'tag') return stepInTag(state, rest)
  return stepInText(state, rest)
}

function stepInText(state: State, rest: string): [State, string] {
  const next = state.raw === '' ? /<(?:!--|\/?[a-z]|\/?$)/i : new RegExp(`</${state.raw}(?=[\\s/>]|$)`, 'i')
  const found = next.exec(rest)
  if (found === null) return [state, '']
  const from = rest.slice(found.index)
  if (from.startsWith('<!--')) return [{ in: 'comment', raw: '', tag: '' }, from.slice(4)]
  return [{ in: 'tag', raw: '', tag: '' }, from]
}

function stepInTag(state: State, rest: string): [State, string] {
  const tag = state.tag + rest
  const whole = wholeTag.exec(tag)?.[0]
  if (whole === undefined) return [{ ...state, tag }, '']
  const name = /^<([a-z][^\s/>]*)/i.exec(whole)?.[1]?.toLowerCase() ?? ''
  const raw = rawElements.has(name) || textElements.has(name) ? name : ''
  return [{ in: 'text', raw, tag: '' }, tag.slice(whole.length)]
}
