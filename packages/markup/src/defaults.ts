/**
 * The limits of this package. They are data, not options: markup has no configuration. It imports nothing, so the table has the
 * form of the other packages' without being checked by `settings`.
 */
export const defaults = Object.freeze({
  paddedLength: Object.freeze({
    value: 1_000_000,
    unit: 'count',
    guards: 'a width in a format string or a padding method that turns one character into gigabytes',
    source: 'own: far above any page',
  }),
  urlSchemes: Object.freeze({
    value: Object.freeze(['http', 'https', 'mailto', 'tel']),
    guards: 'addresses in an html literal that run code: javascript:, data: and what is yet to come',
    source: 'as in templates; OWASP XSS Prevention Cheat Sheet',
  }),
})
