/** Media types: what a type's `Content-Type` looks like. */

// Types outside of text/ that are text all the same.
const TEXT_TYPES: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/sql',
  'application/xml',
  'application/xml-dtd',
  'application/xml-external-parsed-entity',
])

/**
 * The `Content-Type` for a media type: text types get `; charset=utf-8`.
 *
 * @param mimetype a media type without parameters
 * @see Werkzeug: `get_content_type`
 */
export function contentTypeFor(mimetype: string): string {
  const isText = mimetype.startsWith('text/') || TEXT_TYPES.has(mimetype) || mimetype.endsWith('+xml')
  return isText ? `${mimetype}; charset=utf-8` : mimetype
}

/**
 * Is this JSON: `application/json`, or a type whose suffix is `+json`?
 *
 * @param mimetype a media type in lower case, without parameters
 * @see RFC 6839 §3.1
 */
export function isJsonMimetype(mimetype: string): boolean {
  return (
    mimetype === 'application/json' || (mimetype.startsWith('application/') && mimetype.endsWith('+json'))
  )
}
