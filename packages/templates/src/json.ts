import { isHtmlSource } from '@dewar/markup'
import { TemplateFault } from './errors.ts'
import { isMapping, kindOf, mappingEntries, textOf } from './values.ts'

/**
 * A value as JSON that may stand in a script or a single-quoted attribute: ASCII only, keys sorted, and `< > & '` as
 * `\u003c` and so on.
 *
 * @param value plain data; objects with `toJSON`, dates, `Map` and HTML (as text) too
 * @param indent blanks for each level; nothing for one line
 * @throws {TemplateFault} `ERR_TEMPLATES_TYPE` for what JSON cannot hold
 * @see Jinja: `htmlsafe_json_dumps`
 */
export function scriptJson(value: unknown, indent: unknown): string {
  const width = typeof indent === 'number' ? Math.max(0, Math.min(indent, 16)) : null
  return write(value, width, 0, new Set()).replace(/[<>&'\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function write(value: unknown, indent: number | null, level: number, above: ReadonlySet<unknown>): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      if (Number.isFinite(value)) return String(value)
      throw new TemplateFault('ERR_TEMPLATES_VALUE', `${value} cannot be written as JSON.`)
    case 'object':
      return value === null ? 'null' : writeObject(value, indent, level, above)
    default:
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} cannot be written as JSON.`)
  }
}

function writeObject(
  value: object,
  indent: number | null,
  level: number,
  above: ReadonlySet<unknown>,
): string {
  if (above.has(value))
    throw new TemplateFault('ERR_TEMPLATES_VALUE', 'A value that contains itself has no JSON.')
  const inside = new Set([...above, value])
  const { toJSON } = value as { toJSON?: unknown }
  if (isHtmlSource(value)) return JSON.stringify(value.toHtml())
  if (typeof toJSON === 'function') return write(Reflect.apply(toJSON, value, []), indent, level, inside)
  if (Array.isArray(value) || value instanceof Set) {
    return bracket(
      '[]',
      Array.from(value, (item) => write(item, indent, level + 1, inside)),
      indent,
      level,
    )
  }
  const entries = (isMapping(value) ? mappingEntries(value) : Object.entries(value)) as [unknown, unknown][]
  const pairs = entries
    .filter(([, item]) => item !== undefined && typeof item !== 'function')
    .map(([key, item]): [string, unknown] => [textOf(key), item])
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
  const texts = pairs.map(
    ([key, item]) => `${JSON.stringify(key)}: ${write(item, indent, level + 1, inside)}`,
  )
  return bracket('{}', texts, indent, level)
}

function bracket(pair: string, parts: string[], indent: number | null, level: number): string {
  const [open, close] = [pair.charAt(0), pair.charAt(1)]
  if (parts.length === 0) return pair
  if (indent === null) return open + parts.join(', ') + close
  const inner = `\n${' '.repeat(indent * (level + 1))}`
  return `${open}${inner}${parts.join(`,${inner}`)}\n${' '.repeat(indent * level)}${close}`
}
