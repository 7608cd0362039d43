/**
 * The limits of this package. They are data, not options: markup has no configuration.
 *
 * `paddedLength` (characters): the longest text a width in a format or a padding method may ask for. It guards
 * against a format string that turns one character into gigabytes.
 *
 * `urlSchemes`: what an address in an `html` literal may begin with, as in templates. Others, `javascript:` and `data:` among
 * them, run code in the page.
 */
export const defaults = Object.freeze({
  paddedLength: 1_000_000,
  urlSchemes: Object.freeze(['http', 'https', 'mailto', 'tel']),
})
