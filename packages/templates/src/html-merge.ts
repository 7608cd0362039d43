/** Where a template stands after branches: what follows has to mean the same behind each of them. */
import { betweenValues, type HtmlState, rawElements } from './html-state.ts'
import { scriptUnknown } from './js-state.ts'

const urlOrder = [
  'fixed',
  'fragment',
  'query',
  'value',
  'scheme',
  'start',
  'output',
  'ambiguous',
  'script',
] as const

/**
 * The state after branches that end in two states, `null` if what follows would mean different things.
 *
 * Names that differ are joined by a blank, so that an attribute is treated as the most dangerous it may be.
 */
export function merge(left: HtmlState, right: HtmlState): HtmlState | null {
  if (left.place !== right.place) return null
  if (left.place === 'text') {
    // Behind `</` even a tag is text, up to its `>`.
    if (left.less !== right.less && [left, right].some(({ less }) => less === '</')) return null
    return left.less === '' ? right : left
  }
  if (left.place === 'comment') return left.less === '!' ? left : right
  if (left.place === 'raw') return mergeRaw(left, right)
  const areBetween = betweenValues.has(left.part) && betweenValues.has(right.part)
  if (left.part !== right.part && !areBetween) return null
  if (left.element !== right.element && [left, right].some(({ element }) => rawElements.has(element)))
    return null
  const inner = left.inner === null || right.inner === null ? null : merge(left.inner, right.inner)
  if (inner === null && (left.inner ?? right.inner) !== null) return null
  const rank = Math.max(urlOrder.indexOf(left.url), urlOrder.indexOf(right.url))
  return {
    ...left,
    part: left.part === right.part ? left.part : 'attribute',
    element: joined(left.element, right.element),
    attribute: left.part === right.part ? joined(left.attribute, right.attribute) : openNames(left, right),
    url: urlOrder[rank] ?? 'output',
    prefix: mergedPrefix(left, right),
    script: left.script === right.script ? left.script : scriptUnknown,
    inner,
  }
}

function mergeRaw(left: HtmlState, right: HtmlState): HtmlState | null {
  if (left.element !== right.element || left.less !== right.less) return null
  const script = left.script === right.script ? left.script : scriptUnknown
  return { ...left, script, isInert: left.isInert && right.isInert }
}

function joined(left: string, right: string): string {
  return [...new Set([...left.split(' '), ...right.split(' ')].filter((name) => name !== ''))].join(' ')
}

/**
 * The names that two branches have begun; none is one of them where a branch stands between attributes, and `<` where it
 * is still in the name of the tag.
 */
function openNames(left: HtmlState, right: HtmlState): string {
  const names = [left, right].flatMap(({ part, attribute }) =>
    part === 'attribute' ? attribute.split(' ') : [part === 'name' ? '<' : ''],
  )
  return [...new Set(names)].sort((a, b) => Number(a === '') - Number(b === '')).join(' ')
}

/** Of two branches the one whose next sign may do more. */
function mergedPrefix(left: HtmlState, right: HtmlState): string {
  if (left.prefix === right.prefix) return left.prefix
  if (left.url !== 'fixed' || right.url !== 'fixed') return ''
  const prefixes = [left.prefix, right.prefix]
  return ['/', './', ''].find((prefix) => prefixes.includes(prefix)) ?? ''
}
