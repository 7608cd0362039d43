/**
 * The regular expressions converters may use: those that can be matched in linear time.
 *
 *   expression = branch *( "|" branch )
 *   branch     = *( atom [ "*" / "+" / "?" / "{" n [ "," [ m ] ] "}" ] [ "?" ] )
 *   atom       = character / "." / class / escape / "(" [ "?:" ] expression ")"
 *   class      = "[" … "]"
 *   escape     = "\" ( "d" / "D" / "w" / "W" / "s" / "S" / "p{…}" / "P{…}" / "n" / "r" / "t" / punctuation )
 *
 * Look-around, back references, anchors and word boundaries are refused: a converter always matches its whole value.
 */
import { DewarError } from '@dewar/base'

/** A set of characters, with the source it was written as. */
export interface CharacterSet {
  readonly source: string
  readonly has: (codePoint: number) => boolean
}

/** The tree of an expression. */
export type Expression =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  | { readonly kind: 'choice'; readonly branches: readonly Expression[] }
  | {
      readonly kind: 'repeat'
      readonly item: Expression
      readonly min: number
      readonly max: number
      readonly lazy: boolean
    }

/** Makes a set from the source of a class, an escape or a character. */
export function characterSet(source: string): CharacterSet {
  const expression = new RegExp(`^${source}$`, 'u')
  const ascii = new Uint8Array(128)
  for (let code = 0; code < 128; code++) ascii[code] = expression.test(String.fromCharCode(code)) ? 1 : 0
  const has = (codePoint: number): boolean =>
    codePoint < 128 ? ascii[codePoint] === 1 : expression.test(String.fromCodePoint(codePoint))
  return { source, has }
}

/** The set of one character. */
export function characterOf(character: string): CharacterSet {
  const only = character.codePointAt(0)
  return { source: character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'), has: (codePoint) => codePoint === only }
}

/** The expression that matches a text as it stands. */
export function textExpression(text: string): Expression {
  return {
    kind: 'sequence',
    items: Array.from(text, (character) => ({ kind: 'set', set: characterOf(character) })),
  }
}

/**
 * Parses the source of a converter's expression.
 *
 * @throws {DewarError} `ERR_ROUTING_EXPRESSION` for syntax that is wrong or cannot be matched in linear time
 */
export function parseExpression(source: string): Expression {
  const reader: Reader = { source, characters: Array.from(source), position: 0 }
  const expression = choice(reader)
  if (reader.position < reader.characters.length) throw refused(reader, "a ')' without a '('")
  return expression
}

interface Reader {
  readonly source: string
  readonly characters: readonly string[]
  position: number
}

function refused(reader: Reader, what: string): DewarError {
  return new DewarError(
    'ERR_ROUTING_EXPRESSION',
    `The converter expression '${reader.source}' has ${what} at character ${reader.position + 1}.`,
    {
      fix: 'Converters match whole values with characters, classes, groups, choices and repetition; check the rest in parse().',
      details: { source: reader.source },
    },
  )
}

function choice(reader: Reader): Expression {
  const branches = [branch(reader)]
  while (reader.characters[reader.position] === '|') {
    reader.position++
    branches.push(branch(reader))
  }
  const [only] = branches
  return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches }
}

function branch(reader: Reader): Expression {
  const items: Expression[] = []
  for (;;) {
    const next = reader.characters[reader.position]
    if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', items }
    items.push(repeated(reader, atom(reader, next)))
  }
}

function atom(reader: Reader, next: string): Expression {
  if (next === '(') return group(reader)
  if (next === '[') return { kind: 'set', set: setOrRefuse(reader, classSource(reader)) }
  if (next === '\\') return { kind: 'set', set: escapedSet(reader) }
  if ('*+?{'.includes(next)) throw refused(reader, `a '${next}' with nothing to repeat`)
  if ('^$'.includes(next)) throw refused(reader, `the anchor '${next}'`)
  reader.position++
  return { kind: 'set', set: next === '.' ? characterSet('[^\\n]') : characterOf(next) }
}

function group(reader: Reader): Expression {
  reader.position++
  if (reader.characters[reader.position] === '?') {
    if (reader.characters[reader.position + 1] !== ':') throw refused(reader, 'a look-around or named group')
    reader.position += 2
  }
  const inside = choice(reader)
  if (reader.characters[reader.position] !== ')') throw refused(reader, "a '(' without a ')'")
  reader.position++
  return inside
}

function classSource(reader: Reader): string {
  const start = reader.position
  for (;;) {
    reader.position++
    const next = reader.characters[reader.position]
    if (next === undefined) throw refused(reader, "a '[' without a ']'")
    if (next === '\\') reader.position++
    else if (next === ']') break
  }
  reader.position++
  return reader.characters.slice(start, reader.position).join('')
}

function setOrRefuse(reader: Reader, source: string): CharacterSet {
  try {
    return characterSet(source)
  } catch (cause) {
    throw Object.assign(refused(reader, `the class '${source}', which is malformed, before`), { cause })
  }
}

function escapedSet(reader: Reader): CharacterSet {
  const next = reader.characters[reader.position + 1]
  if (next === undefined) throw refused(reader, "a '\\' with nothing after it")
  reader.position += 2
  if (next === 'p' || next === 'P') {
    const end = reader.characters.indexOf('}', reader.position)
    const source = `\\${next}${reader.characters.slice(reader.position, end + 1).join('')}`
    reader.position = end + 1
    return setOrRefuse(reader, source)
  }
  if ('dDwWsSnrtfv'.includes(next)) return characterSet(`\\${next}`)
  if (/[\p{L}\p{N}]/u.test(next)) throw refused(reader, `the escape '\\${next}' before`)
  return characterOf(next)
}

function repeated(reader: Reader, item: Expression): Expression {
  const bounds = repetition(reader)
  if (bounds === null) return item
  const lazy = reader.characters[reader.position] === '?'
  if (lazy) reader.position++
  if ('*+?'.includes(reader.characters[reader.position] ?? '|'))
    throw refused(reader, 'a repeated repetition')
  return { kind: 'repeat', item, min: bounds[0], max: bounds[1], lazy }
}

function repetition(reader: Reader): readonly [number, number] | null {
  const next = reader.characters[reader.position]
  if (next === '*' || next === '+' || next === '?') {
    reader.position++
    return [next === '+' ? 1 : 0, next === '?' ? 1 : Number.POSITIVE_INFINITY]
  }
  if (next !== '{') return null
  const bounds = /^\{(\d+)(?:(,)(\d*))?\}/.exec(
    reader.characters.slice(reader.position, reader.position + 20).join(''),
  )
  if (bounds === null) throw refused(reader, "a '{' that is no repetition")
  const min = Number(bounds[1])
  const max = bounds[2] === undefined ? min : bounds[3] === '' ? Number.POSITIVE_INFINITY : Number(bounds[3])
  if (max < min) throw refused(reader, 'a repetition that ends before it starts')
  reader.position += bounds[0].length
  return [min, max]
}

/** Writes an expression for the engine of JavaScript, flag `u`. */
export function nativeSource(expression: Expression): string {
  switch (expression.kind) {
    case 'set':
      return expression.set.source
    case 'sequence':
      return expression.items.map(nativeSource).join('')
    case 'choice':
      return `(?:${expression.branches.map(nativeSource).join('|')})`
    case 'repeat': {
      const { item, min, max, lazy } = expression
      const count = max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`
      return `(?:${nativeSource(item)})${count}${lazy ? '?' : ''}`
    }
  }
}

/** How many choices an engine that backtracks may have open at once: with one at most it runs in linear time. */
export function openChoices(expression: Expression): number {
  switch (expression.kind) {
    case 'set':
      return 0
    case 'sequence':
      return expression.items.reduce((sum, item) => sum + openChoices(item), 0)
    case 'choice':
      return 1 + expression.branches.reduce((most, item) => Math.max(most, openChoices(item)), 0)
    case 'repeat': {
      const inside = openChoices(expression.item)
      if (inside > 0 && expression.max > 1) return Number.POSITIVE_INFINITY
      return inside + (expression.min === expression.max ? 0 : 1)
    }
  }
}

/** A short text the expression matches. */
export function exampleOf(expression: Expression): string {
  switch (expression.kind) {
    case 'set':
      return exampleCharacter(expression.set)
    case 'sequence':
      return expression.items.map(exampleOf).join('')
    case 'choice':
      return expression.branches[0] === undefined ? '' : exampleOf(expression.branches[0])
    case 'repeat':
      return exampleOf(expression.item).repeat(Math.min(Math.max(expression.min, 1), expression.max))
  }
}

function exampleCharacter(set: CharacterSet): string {
  for (const character of 'a1A-_. ') if (set.has(character.charCodeAt(0))) return character
  for (let code = 33; code < 0x3000; code++) if (set.has(code)) return String.fromCodePoint(code)
  return 'a'
}
