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
  'longdesc',
  'manifest',
  'ping',
  'poster',
  'profile',
  'src',
  'usemap',
  'xlink:href',
  'xml:base',
  '?',
])

/** Whether one of the names an attribute may have is an address; `?` stands for a name that nobody knows. */
export function isUrlAttribute(names: string): boolean {
  return names.split(' ').some((name) => urlAttributes.has(name))
}
