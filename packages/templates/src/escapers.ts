/**
 * Escapers for the places of a page that HTML escaping alone does not make safe.
 *
 * Threat: a value that leaves its place: quotes in an attribute, `javascript:` in an address, code in a script or style.
 * Construction: each escaper is safe whatever stands around it in its place, so that no JavaScript or CSS has to be parsed:
 * in scripts all but letters, digits and `_` become `\uXXXX`, which is the same text in a string and never an operator; in
 * styles they become `\XX `. What `|tojson` and `|safe` give is the author's, and stays as it is; see trusted.ts.
 */
import { escapeText, type HtmlSource, isHtmlSource, unescape } from '@dewar/markup'
import { TemplateFault } from './errors.ts'
import type { StringKind } from './js-state.ts'
import { scriptJson } from './json.ts'
import { isJson, isTrusted } from './trusted.ts'
import { isEventAttribute, isUrlAttribute } from './url-attributes.ts'
import { htmlText, numberText, textOf } from './values.ts'

/** What an attribute is enclosed by; `equals` stands before a value without quotes, `added` if the value is all of it. */
export type Quote = 'double' | 'single' | 'unquoted' | 'equals' | 'added'

/** What stands in place of an address that is refused. */
export const unsafeUrl = '#unsafe-url'

/** A value in an attribute. HTML keeps its entities; only what would end the attribute is escaped in it. */
export function attributeText(value: unknown, quote: Quote): string {
  if (typeof value === 'string' && (quote === 'double' || quote === 'single')) return escapeText(value)
  if (typeof value === 'number') return numberText(value)
  return enclosed(htmlText(value), quote)
}

/** HTML that cannot end a `<noscript>` around it: if scripts run, that is text up to its end tag, attributes and all. */
function keptInNoscript(html: string): string {
  return html.replace(/<(?=\/noscript)/gi, '&lt;')
}

/** HTML text that cannot end an attribute; an unquoted one that would be empty gets quotes. */
function enclosed(text: string, quote: Quote): string {
  const html = text.includes('<') ? keptInNoscript(text) : text
  if (quote === 'double') return html.replaceAll('"', '&#34;')
  if (quote === 'single') return html.replaceAll("'", '&#39;')
  if (quote === 'added') return /^[\w.-]+$/.test(html) ? html : `"${html.replaceAll('"', '&#34;')}"`
  if (html === '') return quote === 'equals' ? '""' : ''
  return html.replace(/[\s"'`=<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A value as plain text: HTML without its entities. */
function plainText(value: unknown): string {
  if (isHtmlSource(value)) return unescape(value.toHtml())
  return textOf(value)
}

/** The scheme an address starts with, as browsers read it; `null` if it has none. */
function schemeOf(url: string): string | null {
  const text = url.replace(/[\t\n\r]/g, '').replace(/^[\0-\x20]+/, '')
  return /^([^/?#\\]*?):/.exec(text)?.[1]?.toLowerCase() ?? null
}

/** A value that starts, or goes on with, an address: schemes that are not allowed are refused. */
export function urlText(value: unknown, quote: Quote, schemes: readonly string[]): string {
  const scheme = schemeOf(plainText(value))
  return scheme === null || schemes.includes(scheme) ? attributeText(value, quote) : unsafeUrl
}

/**
 * A value in the address of `<base>`, which all the page's scripts and forms start from: it names no host. HTML that the
 * author vouches for may.
 *
 * @param value the value
 * @param quote what the attribute is enclosed by
 * @param before the text before the value, as far as it counts: a slash if an output stands there, which may be one
 * @param after the slash that the template goes on with, or nothing
 */
export function baseText(value: unknown, quote: Quote, before: string, after: string): string {
  if (isTrusted(value, 'any')) return attributeText(value, quote)
  const text = (
    before +
    plainText(value)
      .replace(/[\t\n\r]/g, '')
      .replace(/^[\0-\x20]+/, '') +
    after
  ).replaceAll('\\', '/')
  return schemeOf(text.slice(before.length)) === null && !text.startsWith('//')
    ? attributeText(value, quote)
    : unsafeUrl
}

/** A value followed by `:` in an address: the scheme itself. */
export function schemeText(value: unknown, quote: Quote, schemes: readonly string[], rest: string): string {
  const scheme = (plainText(value) + rest).toLowerCase()
  return schemes.includes(scheme) ? attributeText(value, quote) : `${unsafeUrl}/`
}

/** Characters that would leave a value in the query of an address, mean something else there, or be dropped by browsers. */
const leavesQueryValue = /[%&#+\t\n\r]/g

/** A value in the query of an address: one value stays one. HTML is taken as encoded already. */
export function urlValueText(value: unknown, quote: Quote): string {
  if (isHtmlSource(value)) return attributeText(value, quote)
  return attributeText(textOf(value).replace(leavesQueryValue, encodeURIComponent), quote)
}

/**
 * A value in the path of an address: it starts no query and no fragment, and after the first `/` no host. HTML is taken as
 * encoded already, and so is a value that goes on with a path, a query or a fragment of its own.
 *
 * @param value the value
 * @param quote what the attribute is enclosed by
 * @param before what stands right before it: `/` for the first sign of all, `./` for another slash, '' for anything else
 */
export function urlPathText(value: unknown, quote: Quote, before: string): string {
  if (typeof value === 'number') return numberText(value)
  if (isHtmlSource(value)) return attributeText(value, quote)
  const text = textOf(value)
  if (before === '' && /^[/?#]/.test(text)) return attributeText(text, quote)
  const path = text.replace(/[?#]/g, encodeURIComponent)
  return attributeText(before === '/' ? path.replace(/^[\t\n\r]*[/\\]/, encodeURIComponent) : path, quote)
}

/** Where a value stands in a list of addresses: whether it may give one a scheme, and whether it may be several. */
export interface UrlListPlace {
  isOpen: boolean
  isWhole: boolean
}

/** A value in a list of addresses (`srcset`, `ping`): each of its addresses is looked at; one address stays one. */
export function urlsText(
  value: unknown,
  quote: Quote,
  { isOpen, isWhole }: UrlListPlace,
  schemes: readonly string[],
): string {
  const isSafe = (url: string): boolean => {
    const scheme = schemeOf(url)
    return scheme === null || schemes.includes(scheme)
  }
  const text = plainText(value)
  if (!isWhole) {
    if (isOpen && !isSafe(text)) return unsafeUrl
    return attributeText(text.replace(/[\s,]/g, encodeURIComponent), quote)
  }
  const parts = text.split(/([\s,;]+)/)
  return attributeText(parts.map((part) => (isSafe(part) ? part : unsafeUrl)).join(''), quote)
}

/** A value in the content of a `meta` element, which may be an address to go to. */
export function metaText(value: unknown, quote: Quote): string {
  const text = plainText(value).replace(/[\0-\x20]/g, '')
  const isScript = /^[\d.]*[;,]?(?:url=)?['"]?(?:javascript|vbscript|data):/i.test(text)
  return isScript ? unsafeUrl : attributeText(value, quote)
}

const anywhere = /[^\p{L}\p{N}_]/gu

/** In a string no sign of these ends it, and if it were code, none of them calls or assigns. */
const insideString = /[^\p{L}\p{N}_ /\-.:,#@?%]/gu

/**
 * A value in a script.
 *
 * @param value the value
 * @param around the string that certainly stands around it; without it is made safe wherever it stands. What `|tojson`
 * gives has double quotes, and would end a string in them, or be code in a template literal
 */
export function scriptText(value: unknown, around: StringKind | '' = ''): string {
  if (typeof value === 'number') return numberText(value)
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  const isRaw = isTrusted(value, 'script') && !(isJson(value) && around !== '' && around !== 'single')
  if (isRaw && isHtmlSource(value)) return value.toHtml()
  return plainText(value).replace(around !== '' ? insideString : anywhere, (character) => {
    const units = character.length === 1 ? [character] : [character.charAt(0), character.charAt(1)]
    return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  })
}

/**
 * A value where a script takes a literal: its JSON.
 *
 * @param value the value
 * @param isLowered whether this is what `|lower` gave, which templates write for truth values
 */
export function literalScriptText(value: unknown, isLowered: boolean): string {
  if (isTrusted(value, 'script') && isHtmlSource(value)) return value.toHtml()
  if (value === undefined) return 'null'
  if (isLowered && (value === 'true' || value === 'false')) return value
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return isHtmlSource(value) ? scriptJson(plainText(value), null) : scriptJson(value, null)
}

/** Colours that are written as functions of numbers, which load and run nothing; else whatever might mean something. */
const colourOrSign =
  /(?<![\p{L}\p{N}_-])(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\((?:[\d.,%+\-/ ]|deg|grad|rad|turn|none)*\)|[^\p{L}\p{N}_\-#%.,+ ]/giu

/** A value in a style: words, numbers and colours as they are. */
export function styleText(value: unknown): string {
  if (isTrusted(value, 'style') && isHtmlSource(value)) return value.toHtml()
  return plainText(value).replace(colourOrSign, (found) => {
    const code = found.codePointAt(0) || 0xfffd
    return found.endsWith(')') && found.length > 1 ? found : `\\${code.toString(16)} `
  })
}

/** A value in an attribute whose content is a script, such as `onclick`. */
export function handlerText(value: unknown, quote: Quote, around: StringKind | '' = ''): string {
  const text = scriptText(value, around)
  return enclosed(isTrusted(value, 'script') ? text : escapeText(text), quote)
}

/** A value in such an attribute where it takes a literal. */
export function handlerLiteralText(value: unknown, quote: Quote, isLowered: boolean): string {
  const text = literalScriptText(value, isLowered)
  return enclosed(isTrusted(value, 'script') ? text : escapeText(text), quote)
}

/** A value in an attribute whose name a value has begun: an address, a script or a style, nobody knows. */
export function unknownAttributeText(value: unknown, quote: Quote, schemes: readonly string[]): string {
  const text = urlText(value, quote, schemes)
  if (text === unsafeUrl || /^[\p{L}\p{N}\s_.,:/#?%-]*$/u.test(plainText(value))) return text
  const message = `'${plainText(value)}' cannot be the value of an attribute whose name another value has begun.`
  throw refused(message, 'Put a blank between the value and the name.')
}

/** A value in a `style` attribute. */
export function styleAttributeText(value: unknown, quote: Quote): string {
  return enclosed(isTrusted(value, 'style') ? styleText(value) : escapeText(styleText(value)), quote)
}

/** A value in `srcdoc`, which is a page of its own. */
export function srcdocText(value: unknown, quote: Quote): string {
  return enclosed(escapeText(htmlText(value)), quote)
}

/** Where a comment may end, also if a part of the sign stands around the value. */
const commentEnd = /^[-!]*>|--!?>/g

/** A value in a comment: HTML that is safe between tags may hold what ends one. */
export function commentText(value: unknown): string {
  const html = htmlText(value)
  if (!isHtmlSource(value)) return html
  return keptInNoscript(html.replace(commentEnd, (end) => end.replace('>', '&gt;')))
}

/** A value in `<!doctype …>`, `<?…>` or `<![CDATA[…]]>`, which the first `>` ends. */
export function declarationText(value: unknown): string {
  return keptInNoscript(htmlText(value)).replaceAll('>', '&gt;')
}

/**
 * A value in an element whose text is no HTML: what is safe between tags may hold the end of it, in an attribute.
 *
 * @param value the value
 * @param elements the element, and what it stands in if that ends as early; `|` between them
 * @param isAfterLess whether a bare `<` stands before the value
 */
export function rawText(value: unknown, elements: string, isAfterLess = false): string {
  const html = isAfterLess ? afterLess(value) : htmlText(value)
  return isHtmlSource(value)
    ? html.replace(new RegExp(`<(?=/(?:${elements})|/?[a-z]*$)`, 'gi'), '&lt;')
    : html
}

const quotedValue = /[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*')/g
const executable = /^(?:on|style$|srcdoc$|nonce$|xmlns|formaction$|action$|href$|src$)/i

/**
 * A value where attributes stand: HTML (`|xmlattr`) as it is; of text only names of attributes that hold no code.
 *
 * @param value the value
 * @param prefix what the template wrote of the name
 * @param schemes the schemes that addresses in such HTML may have
 */
export function attributeNames(value: unknown, prefix: string, schemes: readonly string[]): string {
  if (isHtmlSource(value)) {
    const isGlued = prefix !== '' && /^\S+\s/.test(value.toHtml()) && !isTrusted(value, 'tag')
    if (isGlued) throw refused('HTML that goes on with a name holds several.', 'Put a blank before it.')
    return attributesHtml(value, schemes)
  }
  const text = textOf(value)
  if (text === '') return ''
  const names = (prefix + text).trim().split(/\s+/)
  const isSafe = names.every(
    (name) => name === '' || (/^[a-z][\w.:-]*$/i.test(name) && !executable.test(name)),
  )
  if (isSafe && (prefix === '' || !/\s/.test(text))) return text
  throw refused(`'${text}' cannot stand between the attributes of a tag.`, 'Use |xmlattr with a mapping.')
}

/** HTML where attributes stand; a name at its end that holds code must not get its value from outside. */
function attributesHtml(value: HtmlSource, schemes: readonly string[]): string {
  const html = value.toHtml()
  const bare = html
    .replace(quotedValue, '')
    .trim()
    .split(/[\s/]+/)
  if (bare.some((name) => !name.endsWith('=') && executable.test(name))) {
    throw refused(
      `HTML between the attributes of a tag names '${bare.at(-1)}' without its value.`,
      'Write both.',
    )
  }
  return isTrusted(value, 'tag') ? html : checkedAttributes(html, schemes)
}

/** Attributes written as HTML: addresses in them are refused as {@link urlText} refuses them. */
function checkedAttributes(html: string, schemes: readonly string[]): string {
  const names = html.replace(quotedValue, '')
  if (names.includes('=')) {
    throw refused('HTML between the attributes of a tag has a value without quotes.', 'Quote it.')
  }
  if (/[^\p{L}\p{N}_\s.:@-]/u.test(names)) {
    throw refused(
      'HTML between the attributes of a tag holds more than attributes.',
      'Output it between tags.',
    )
  }
  return keptInNoscript(html).replace(
    /([^\s=]+)=(?:"([^"]*)"|'([^']*)')/g,
    (whole, name: string, double?: string, single?: string) => {
      const text = unescape(double ?? single ?? '')
      if (isCode(name.toLowerCase(), text)) {
        const message = `HTML between the attributes of a tag gives '${name}' a value, which is code.`
        throw refused(message, 'Write the attribute in the template, or use |safe for HTML that is your own.')
      }
      if (!isUrlAttribute(name.toLowerCase(), '?')) return whole
      const scheme = schemeOf(text)
      return scheme === null || schemes.includes(scheme) ? whole : `${name}="${unsafeUrl}"`
    },
  )
}

/** Whether an attribute runs what it says; harmless declarations of style are let through. */
function isCode(name: string, text: string): boolean {
  if (name === 'style') return !/^[\w\s\-:;#%.,!+'"()]*$/.test(text) || /url\s*\(|expression/i.test(text)
  return isEventAttribute(name) || name === 'srcdoc'
}

/**
 * A value inside the name of a tag: digits, as in `h{{ level }}`, or what makes it the name of no element.
 *
 * @param value the value
 * @param mayBeElement whether what the template wrote of the name may become that of an element
 * @param schemes the schemes that addresses in HTML may have, which `|xmlattr` puts there
 */
export function tagName(value: unknown, mayBeElement: boolean, schemes: readonly string[]): string {
  const html = htmlText(value)
  if (!mayBeElement && /^[^\s/=<>"'`]+$/.test(html)) return html
  if (isHtmlSource(value) && (!mayBeElement || isTrusted(value, 'any') || /^(?:\s|$|[^\s/]+=)/.test(html)))
    return attributesHtml(value, schemes)
  if (/^\d*$/.test(html)) return html
  if (!/[\s/=]/.test(html) && !(mayBeElement && /^[\w:-]+$/.test(html))) return html
  throw refused(`'${textOf(value)}' cannot be part of the name of a tag.`, 'Write the name in the template.')
}

/** A value after a bare `<`: it must not make it a tag. */
export function afterLess(value: unknown): string {
  const html = htmlText(value)
  if (isTrusted(value, 'any') || !/^[a-z/!?]/i.test(html)) return html
  throw refused(
    'A value cannot be the name of a tag.',
    "Write the name in the template, or '&lt;' for the sign.",
  )
}

function refused(message: string, fix: string): TemplateFault {
  return new TemplateFault('ERR_TEMPLATES_CONTEXT', message, fix)
}
