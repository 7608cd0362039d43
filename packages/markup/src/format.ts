/**
 * Python's `str.format`, as a function of a template and a way to write each value.
 *
 *     template = *( text / "{{" / "}}" / field )
 *     field    = "{" [name *( "[" key "]" / "." key )] ["!" ("r" / "s" / "a")] [":" spec] "}"
 *
 * A spec may hold fields of its own (`{:>{width}}`), one level deep. Keys reach own properties and `Map` entries only,
 * so that a format string cannot climb to a constructor or a prototype.
 *
 * @see Python: Format String Syntax
 */
import { MarkupError } from './errors.ts'
import { reprText } from './repr.ts'

/** The values for a format string: by position and by name. */
export interface FormatArguments {
  positional: readonly unknown[]
  named: Readonly<Record<string, unknown>>
}

/** Writes one value; `spec` is what stands after the colon. */
export type WriteField = (value: unknown, spec: string) => string

const field = /^([^!:[.{}]*)((?:\.[^.[!:{}]+|\[[^\]{}]+\])*)(?:!([a-z]))?(?::(.*))?$/s

/**
 * Fills the fields of a format string.
 *
 * @param template the format string
 * @param values what it may name
 * @param write writes one value
 * @throws {MarkupError} `ERR_MARKUP_FORMAT_SYNTAX` for a malformed string, `…_INDEX` and `…_KEY` for a missing value
 */
export function formatBraces(template: string, values: FormatArguments, write: WriteField): string {
  return new Formatting(values, write).fill(template, 2)
}

class Formatting {
  readonly #values: FormatArguments
  readonly #write: WriteField
  #next = 0
  #numbered = false

  constructor(values: FormatArguments, write: WriteField) {
    this.#values = values
    this.#write = write
  }

  fill(template: string, depth: number): string {
    if (depth === 0) throw malformed(template, 'Fields are nested too deeply.')
    let out = ''
    let at = 0
    while (at < template.length) {
      const brace = template.slice(at).search(/[{}]/)
      if (brace === -1) return out + template.slice(at)
      out += template.slice(at, at + brace)
      at += brace
      const character = template.charAt(at)
      if (template.charAt(at + 1) === character) {
        out += character
        at += 2
      } else if (character === '}') {
        throw malformed(template, "A '}' stands alone.")
      } else {
        const end = closing(template, at)
        out += this.#field(template.slice(at + 1, end), depth)
        at = end + 1
      }
    }
    return out
  }

  #field(text: string, depth: number): string {
    const parts = field.exec(text)
    if (parts === null) throw malformed(text, 'The field is malformed.')
    const [, name = '', path = '', conversion, spec = ''] = parts
    let value = this.#named(name)
    for (const step of path.match(/\.[^.[]+|\[[^\]]+\]/g) ?? []) value = member(value, step)
    if (conversion === 'r' || conversion === 'a') value = reprText(value)
    else if (conversion === 's') value = String(value)
    else if (conversion !== undefined) throw malformed(text, `'!${conversion}' is no conversion.`)
    return this.#write(value, spec.includes('{') ? this.fill(spec, depth - 1) : spec)
  }

  #named(name: string): unknown {
    if (name !== '' && !/^\d+$/.test(name)) {
      if (Object.hasOwn(this.#values.named, name)) return this.#values.named[name]
      throw new MarkupError('ERR_MARKUP_FORMAT_KEY', `No value is named '${name}'.`, 'Hand it to format().')
    }
    if (name === '' ? this.#numbered : this.#next > 0) {
      throw malformed(name, 'Numbered and unnumbered fields are mixed.')
    }
    if (name !== '') this.#numbered = true
    const index = name === '' ? this.#next++ : Number(name)
    if (index < this.#values.positional.length) return this.#values.positional[index]
    throw new MarkupError('ERR_MARKUP_FORMAT_INDEX', `There is no value ${index}.`, 'Hand it to format().')
  }
}

function closing(template: string, start: number): number {
  let depth = 0
  for (let at = start; at < template.length; at++) {
    const character = template.charAt(at)
    if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at
  }
  throw malformed(template, "A '{' is never closed.")
}

function member(value: unknown, step: string): unknown {
  const key = step.startsWith('[') ? step.slice(1, -1) : step.slice(1)
  if (value instanceof Map && value.has(key)) return value.get(key)
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, key)) {
    return (value as Record<string, unknown>)[key]
  }
  throw new MarkupError('ERR_MARKUP_FORMAT_KEY', `A value has no own member '${key}'.`, 'Check the field.')
}

function malformed(template: string, message: string): MarkupError {
  return new MarkupError(
    'ERR_MARKUP_FORMAT_SYNTAX',
    `${message} (in '${template}')`,
    "Write '{{' and '}}' for braces that are text.",
  )
}
