/** Where a template stands in an address: whether its scheme is settled, and in which part of it what follows stands. */
import { unescape } from '@dewar/markup'
import type { HtmlState } from './html-state.ts'

/**
 * A character of an attribute's value, were it an address: `/ ? #` and the first `:` settle the scheme. In a list of
 * addresses each starts anew.
 */
export function nextUrl(
  { url, prefix }: Pick<HtmlState, 'url' | 'prefix'>,
  character: string,
  separator: RegExp | null,
): Pick<HtmlState, 'url' | 'prefix'> {
  if (separator?.test(character) === true) return { url: 'start', prefix: '' }
  switch (url) {
    case 'script':
    case 'ambiguous':
    case 'fragment':
      return { url, prefix }
    case 'fixed':
    case 'query':
    case 'value':
      return { url: nextUrlPart(url, character), prefix: url === 'fixed' ? slashes(prefix, character) : '' }
  }
  const entity = /[#;]/.test(character) ? /&(?:#?\w+)?$/.exec(prefix)?.[0] : undefined
  if (entity !== undefined) return nextUrlEntity({ url, prefix }, entity, character)
  if (/[/?#\\]/.test(character)) {
    const isFirst = url === 'start' && prefix === '' && character === '/'
    return { url: nextUrlPart('fixed', character), prefix: isFirst ? '/' : slashes('', character) }
  }
  if (character !== ':') return { url, prefix: /[\0-\x20]/.test(character) ? prefix : prefix + character }
  if (url === 'output') return { url: 'ambiguous', prefix: '' }
  if (url === 'scheme') return { url: 'fixed', prefix: '' }
  const scheme = unescape(prefix)
    .replace(/[\0-\x20]/g, '')
    .toLowerCase()
  return { url: scheme === 'javascript' ? 'script' : 'fixed', prefix: '' }
}

/** The `#` or `;` of an entity, such as `&#10;`: what counts is the sign it stands for. */
function nextUrlEntity(
  { url, prefix }: Pick<HtmlState, 'url' | 'prefix'>,
  entity: string,
  character: string,
): Pick<HtmlState, 'url' | 'prefix'> {
  // The names of these two have capitals, which are gone here.
  const sign = /^&(?:tab|newline)$/.test(entity) ? '\n' : unescape(entity + character)
  if (character === '#' || sign === entity + character) return { url, prefix: prefix + character }
  const before = { url, prefix: prefix.slice(0, -entity.length) }
  return sign === '&'
    ? { url, prefix: `${before.prefix}&` }
    : [...sign].reduce((now, one) => nextUrl(now, one, null), before)
}

/** What stands right before the next sign of a path. */
function slashes(before: string, character: string): string {
  if (character !== '/') return ''
  return before === '/' || before === './' ? '//' : './'
}

function nextUrlPart(url: 'fixed' | 'query' | 'value', character: string): HtmlState['url'] {
  if (character === '#') return 'fragment'
  if (url === 'fixed') return character === '?' ? 'query' : 'fixed'
  if (character === '&') return 'query'
  return character === '=' ? 'value' : url
}
