import { Markup } from '@dewar/markup'
import { TemplateFault } from './errors.ts'
import { isMapping, itemsOf } from './values.ts'

/**
 * `value[start:stop:step]`, with Python's meaning of negative and missing bounds.
 *
 * @param value a text, HTML or something with items
 * @throws {TemplateFault} `ERR_TEMPLATES_VALUE` for a step of zero, `ERR_TEMPLATES_TYPE` for a mapping
 */
export function slice(value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  if (isMapping(value)) throw new TemplateFault('ERR_TEMPLATES_TYPE', 'A mapping cannot be sliced.')
  const items = typeof value === 'string' ? [...value] : itemsOf(value)
  const picked = pick(items, bound(start), bound(stop), bound(step) ?? 1)
  if (typeof value === 'string') return picked.join('')
  return value instanceof Markup ? new Markup(picked.join('')) : picked
}

function bound(value: unknown): number | null {
  return typeof value === 'number' ? Math.trunc(value) : null
}

function pick(items: readonly unknown[], start: number | null, stop: number | null, step: number): unknown[] {
  if (step === 0) throw new TemplateFault('ERR_TEMPLATES_VALUE', 'The step of a slice is zero.')
  const { length } = items
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1]
  const clamp = (value: number): number =>
    Math.min(highest, Math.max(lowest, value < 0 ? value + length : value))
  const from = start === null ? (step > 0 ? lowest : highest) : clamp(start)
  const to = stop === null ? (step > 0 ? highest : lowest) : clamp(stop)
  const out: unknown[] = []
  for (let at = from; step > 0 ? at < to : at > to; at += step) out.push(items[at])
  return out
}
