/** The limits and flags of requests, responses and cookies. */
import { settings } from '@dewar/base'

/** Settings of `@dewar/http`; each says what it guards against. */
export const defaults = settings({
  maxContentLength: {
    value: 16_777_216 as number | null,
    accepts: 'integer',
    unit: 'bytes',
    key: 'MAX_CONTENT_LENGTH',
    optional: true,
    minimum: 0,
    guards: 'a body that fills the memory; null lets any body in',
    source: 'CWE-400; Flask: MAX_CONTENT_LENGTH',
  },
  maxQueryFields: {
    value: 1000,
    unit: 'count',
    key: 'MAX_QUERY_FIELDS',
    minimum: 1,
    guards: 'a query string of countless fields',
    source: 'CWE-770',
  },
  maxCookies: {
    value: 256,
    unit: 'count',
    key: 'MAX_COOKIES',
    minimum: 1,
    guards: 'a Cookie header of countless pairs; browsers keep about 180 for a site',
    source: 'RFC 6265bis §6.1',
  },
  maxCookieSize: {
    value: 4093,
    unit: 'bytes',
    minimum: 0,
    guards: 'a cookie that browsers drop without a word; 0 switches the check off',
    source: 'RFC 6265bis §5.5; Flask: MAX_COOKIE_SIZE',
  },
  maxJsonDepth: {
    value: 256,
    unit: 'count',
    key: 'MAX_JSON_DEPTH',
    minimum: 1,
    guards: 'nesting that exhausts the stack of whatever walks the value',
    source: 'CWE-674',
  },
  maxJsonParts: {
    value: 500_000,
    unit: 'count',
    key: 'MAX_JSON_PARTS',
    minimum: 1,
    guards: 'millions of keys, lists and objects that take seconds to parse, while others wait',
    source: 'CWE-770; own measurement: half a second',
  },
  cookieSecure: {
    value: true,
    guards: 'a cookie that travels in clear text',
    source: 'RFC 6265 §4.1.2.5',
  },
  cookieHttpOnly: {
    value: true,
    guards: 'a cookie that an injected script can read',
    source: 'RFC 6265 §4.1.2.6',
  },
  cookieSameSite: {
    value: 'Lax' as 'Strict' | 'Lax' | 'None' | null,
    accepts: 'string',
    choices: ['Strict', 'Lax', 'None'],
    optional: true,
    guards: "a cookie that rides along with another site's requests",
    source: 'RFC 6265bis §5.6.7',
  },
  cookiePath: {
    value: '/' as string | null,
    accepts: 'string',
    optional: true,
    guards: 'a cookie bound to whichever page happened to set it',
    source: 'Flask: set_cookie',
  },
})
