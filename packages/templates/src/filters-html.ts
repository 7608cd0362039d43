/** Jinja's filters that make or unmake HTML, URLs and JSON. */
import { escape, escapeText, htmlOf, isHtmlSource, Markup } from '@dewar/markup'
import { limits } from './defaults.ts'
import { TemplateFault } from './errors.ts'
import type { BuiltIn } from './filter.ts'
import { needed } from './filters-text.ts'
import { scriptJson } from './json.ts'
import { sanitize } from './sanitize.ts'
import { trusted } from './trusted.ts'
import { linkUrls } from './urlize.ts'
import { isMapping, isTrue, itemsOf, literalText, mappingEntries, textOf } from './values.ts'

function attributes(value: unknown, autospace: boolean): string {
  needed(value, 'xmlattr')
  if (!isMapping(value)) throw new TemplateFault('ERR_TEMPLATES_TYPE', 'xmlattr takes a mapping.')
  const pairs: string[] = []
  for (const [key, item] of mappingEntries(value)) {
    if (item === null || item === undefined) continue
    const name = textOf(key)
    if (name === '' || /[\s/>="'<\0]/.test(name)) {
      throw new TemplateFault('ERR_TEMPLATES_VALUE', `'${name}' cannot be the name of an attribute.`)
    }
    pairs.push(`${escapeText(name)}="${htmlOf(isHtmlSource(item) ? item : textOf(item))}"`)
  }
  const text = pairs.join(' ')
  return autospace && text !== '' ? ` ${text}` : text
}

/** Percent-encoding of UTF-8, as Python's `quote`. */
function quoteUrl(text: string, isQuery: boolean): string {
  const encoded = encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
  return isQuery ? encoded.replaceAll('%20', '+') : encoded.replaceAll('%2F', '/')
}

/** A value with the entries of its mappings in the order of their keys, as `pprint` shows them. */
function inOrder(value: unknown, depth = 0): unknown {
  if (depth > limits.depth) return value
  if (Array.isArray(value)) return value.map((one) => inOrder(one, depth + 1))
  if (!isMapping(value)) return value
  const entries = mappingEntries(value).map(([key, one]) => [key, inOrder(one, depth + 1)] as const)
  return new Map(entries.sort(([a], [b]) => (textOf(a) < textOf(b) ? -1 : 1)))
}

function pairOf(value: unknown): readonly unknown[] {
  const pair = itemsOf(value)
  if (pair.length === 2) return pair
  throw new TemplateFault('ERR_TEMPLATES_VALUE', 'urlencode() takes a text, a mapping, or a list of pairs.')
}

function urlencode(value: unknown): string {
  const isList = Array.isArray(value) || isMapping(value)
  if (!isList) return quoteUrl(textOf(value), false)
  const pairs = isMapping(value) ? mappingEntries(value) : itemsOf(value).map(pairOf)
  return pairs
    .map(([key, item]) => `${quoteUrl(textOf(key), true)}=${quoteUrl(textOf(item), true)}`)
    .join('&')
}

/** Jinja's filters that make or unmake HTML, URLs and JSON. */
export const htmlFilters: Readonly<Record<string, BuiltIn>> = {
  escape: { parameters: [], run: (_, value) => escape(isHtmlSource(value) ? value : textOf(value)) },
  forceescape: {
    parameters: [],
    run: (_, value) => new Markup(escapeText(isHtmlSource(value) ? value.toHtml() : textOf(value))),
  },
  pprint: { parameters: [], run: (_, value) => literalText(inOrder(value)) },
  safe: { parameters: [], run: (_, value) => trusted(isHtmlSource(value) ? value.toHtml() : textOf(value)) },
  sanitize: {
    parameters: [],
    run: (_, value) => sanitize(isHtmlSource(value) ? value.toHtml() : textOf(value)),
  },
  tojson: { parameters: ['indent'], run: (_, value, indent) => trusted(scriptJson(value, indent), 'json') },
  urlencode: { parameters: [], run: (_, value) => urlencode(value) },
  urlize: {
    parameters: ['trim_url_limit', 'nofollow', 'target', 'rel', 'extra_schemes'],
    run: ({ escaped }, value, limit, nofollow, target, rel, schemes) => {
      const words = [...textOf(rel).split(/\s+/), isTrue(nofollow) ? 'nofollow' : '', 'noopener']
      const html = linkUrls(htmlOf(isHtmlSource(value) ? value : textOf(value)), {
        limit: typeof limit === 'number' ? limit : null,
        rel: [...new Set(words.filter((word) => word !== ''))].sort().join(' '),
        target: target === undefined || target === null ? null : textOf(target),
        schemes: schemes === undefined || schemes === null ? [] : itemsOf(schemes).map(textOf),
      })
      return escaped ? new Markup(html) : html
    },
  },
  xmlattr: {
    parameters: ['autospace'],
    run: ({ escaped }, value, autospace = true) => {
      const text = attributes(value, isTrue(autospace))
      return escaped ? new Markup(text) : text
    },
  },
}
