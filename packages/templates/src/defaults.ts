import { settings } from '@dewar/base'

/** What `createTemplates` does when nothing is said, and why. */
export const defaults = settings({
  autoReload: {
    value: false,
    key: 'TEMPLATES_AUTO_RELOAD',
    guards: 'a look at the disk for every render; an app turns it on in debug',
    source: 'Flask: TEMPLATES_AUTO_RELOAD',
  },
  strict: {
    value: false,
    guards: 'missing values that print as nothing or pass for false',
    source: 'Jinja: Undefined, StrictUndefined',
  },
  strictNames: {
    value: false,
    guards:
      'typing errors in names: what a template prints or loops over must be given; an app turns it on in debug',
    source: 'Jinja: StrictUndefined, for names and where they are printed only: `if` may still ask',
  },
  chainable: {
    value: false,
    guards: 'members of missing values that pass for empty',
    source: 'Jinja: ChainableUndefined',
  },
  trimBlocks: { value: false, guards: 'pages that differ from Flask', source: 'Jinja: trim_blocks' },
  lstripBlocks: { value: false, guards: 'pages that differ from Flask', source: 'Jinja: lstrip_blocks' },
  keepTrailingNewline: {
    value: false,
    guards: 'pages that differ from Flask',
    source: 'Jinja: keep_trailing_newline',
  },
  automaticNonce: {
    value: true,
    guards: 'scripts and styles that the Content-Security-Policy would block for want of a nonce',
    source: 'CSP 3 §8.1',
  },
  automaticCsrf: {
    value: true,
    guards: 'a form somebody forgot to give its CSRF field',
    source: 'ASVS 5.0 §3.5',
  },
  csrfFieldName: {
    value: 'csrf_token',
    guards: 'a field under a name the check does not look for',
    source: 'Flask-WTF: WTF_CSRF_FIELD_NAME',
  },
  unsafeHtmlEscapingOnly: {
    value: false,
    guards:
      'values that leave an address, a script, a style or an unquoted attribute, where HTML escaping is not enough',
    source: 'OWASP XSS Prevention; Go: html/template',
  },
  urlSchemes: {
    value: ['http', 'https', 'mailto', 'tel'],
    guards: 'javascript: and data: in an address that a value gives',
    source: 'Go: html/template',
  },
  escapedExtensions: {
    value: ['.html', '.htm', '.xml', '.xhtml', '.svg'],
    guards: 'cross-site scripting: values in these files are escaped; literals (renderString) always are',
    source: 'Flask: select_jinja_autoescape',
  },
  autoescape: {
    value: null as boolean | null,
    accepts: 'boolean',
    optional: true,
    guards: 'cross-site scripting; true or false overrules the extensions, null leaves it to them',
    source: 'Jinja: autoescape',
  },
  cachedLiterals: {
    value: 256,
    unit: 'count',
    minimum: 0,
    guards: 'memory that grows with every different text given to renderString',
    source: 'Jinja: cache_size (400)',
  },
  userLength: {
    value: 50_000,
    unit: 'count',
    minimum: 1,
    guards: 'a template of a user that is a burden to compile; characters',
    source: 'own measurement: 50,000 characters compile in 0.1 s',
  },
  userSteps: {
    value: 50_000,
    unit: 'count',
    minimum: 1,
    guards: 'a template of a user that never ends; outputs, rounds of loops and calls',
    source: 'Jinja: MAX_RANGE of the sandbox (100,000)',
  },
  userOutput: {
    value: 1_000_000,
    unit: 'count',
    minimum: 1,
    guards: 'a template of a user that fills the memory; characters it writes',
    source: 'a page of 1 MB',
  },
  userSize: {
    value: 100_000,
    unit: 'count',
    minimum: 1,
    guards:
      'a value in a template of a user that fills the memory; characters, or items with all that is in them',
    source: 'Jinja: MAX_RANGE of the sandbox (100,000)',
  },
  userTime: {
    value: 1,
    unit: 's',
    minimum: 1,
    guards: 'a template of a user that keeps all other requests waiting',
    source: 'the event loop has one thread',
  },
})

/**
 * Bounds that no option moves. `rangeLength` (numbers) guards against a `range()`, `textLength` (characters or items)
 * against a repetition or replacement that fills the memory; `numberLength` is how long a text may be
 * that is read as a number, as in Python (characters); `depth` and `macroDepth` guard against templates and macros that
 * include or call themselves. `userDepth` is
 * that of a user's template, `dataDepth` and `dataSize` bound the data it gets.
 */
export const limits = Object.freeze({
  rangeLength: 100_000,
  textLength: 10_000_000,
  numberLength: 4300,
  depth: 200,
  macroDepth: 500,
  userDepth: 30,
  dataDepth: 100,
  dataSize: 100_000,
})
