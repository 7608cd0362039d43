/** Which attributes take an address, several of them, or code. */

/** Attributes that take an address. */
const urlAttributes = new Set([
  'action',
  'archive',
  'background',
  'cite',
  'classid',
  'codebase',
  'data',
  'formaction',
  'href',
  'icon',
  'imagesrcset',
  'longdesc',
  'manifest',
  'ping',
  'poster',
  'profile',
  'src',
  'srcset',
  'usemap',
  'xlink:href',
  'xml:base',
  '?',
])

/** Elements of SVG that give another attribute, `href` too, the values of these. */
const animations = new Set(['animate', 'set', 'animatetransform', 'animatemotion'])
const animated = new Set(['to', 'from', 'by', 'values'])

/**
 * Whether one of the names an attribute may have is an address; `?` stands for a name that nobody knows.
 *
 * @param names the names, with blanks between
 * @param elements the elements it may belong to
 */
export function isUrlAttribute(names: string, elements = ''): boolean {
  return names.split(' ').some((name) => {
    if (urlAttributes.has(name)) return true
    return (
      animated.has(name) && elements.split(' ').some((element) => element === '?' || animations.has(element))
    )
  })
}

/** Whether one of the names an attribute may have is that of an event, whose value is code. */
export function isEventAttribute(names: string): boolean {
  return names.split(' ').some((name) => name.startsWith('on'))
}

/** What stands between the addresses of an attribute that takes several; `null` if it takes one. */
export function listSeparator(elements: string, names: string): RegExp | null {
  const all = names.split(' ')
  if (all.includes('srcset') || all.includes('imagesrcset')) return /[\s,]/
  if (all.includes('ping') || all.includes('archive')) return /\s/
  return all.includes('values') && isUrlAttribute('values', elements) ? /;/ : null
}
