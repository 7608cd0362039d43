/** Paths that cannot climb and names that are safe to store under. */
import { posix } from 'node:path'
import { defaults } from './defaults.ts'

/** Names Windows gives to devices, whatever their extension: opening `NUL.txt` opens the device. */
const windowsDevices = new Set([
  'CON',
  'PRN',
  'AUX',
  'NUL',
  'CONIN$',
  'CONOUT$',
  ...Array.from('0123456789¹²³', (digit) => `COM${digit}`),
  ...Array.from('0123456789¹²³', (digit) => `LPT${digit}`),
])

/**
 * Joins untrusted parts below a trusted directory.
 *
 * Beyond Werkzeug's function it refuses NUL, backslashes and Windows device names on every system, so that a tree
 * checked here may be served there.
 *
 * @param directory the trusted base; an empty string stands for the working directory
 * @param parts untrusted path parts, with `/` between segments; empty parts add nothing, final slashes go
 * @returns the joined path, or `null` if a part is absolute, climbs out of `directory`, is no safe name or
 *   longer than 4096 characters
 * @see Werkzeug: `werkzeug.security.safe_join`
 */
export function safeJoin(directory: string, ...parts: readonly string[]): string | null {
  const joined = [directory === '' ? '.' : directory]
  for (const part of parts) {
    if (part === '') continue
    if (part.length > defaults.pathMaxLength.value) return null
    const normal = posix.normalize(part).replace(/(?<=.)\/$/s, '')
    if (!isSafePart(normal)) return null
    joined.push(normal)
  }
  return joinPlain(joined)
}

function isSafePart(part: string): boolean {
  if (part.includes('\0') || part.includes('\\')) return false
  if (part.startsWith('/') || part === '..' || part.startsWith('../')) return false
  return part.split('/').every((segment) => !isDevice(segment) && !/^[a-z]:/i.test(segment))
}

function isDevice(segment: string): boolean {
  const stem = segment.split(/[.:]/, 1)[0] ?? ''
  return windowsDevices.has(stem.trim().toUpperCase())
}

/** As Python's `posixpath.join`: one slash between parts, nothing else touched. */
function joinPlain(parts: readonly string[]): string {
  let path = ''
  for (const part of parts) path += path === '' || path.endsWith('/') ? part : `/${part}`
  return path
}

/**
 * Turns a file name sent by a client into one that is safe to store under: ASCII letters, digits, `_`, `.`, `-`, no
 * separators, no leading or trailing dots and underscores, no device names.
 *
 * @param name the name as sent, in any form
 * @returns the safe name; it may be empty (for `..`, or a name with no ASCII letter), then generate one
 * @see Werkzeug: `werkzeug.utils.secure_filename`
 */
export function secureFilename(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replace(/[^\x00-\x7f]/g, '')
    .replaceAll('/', ' ')
  const words = ascii.split(/[\s\x1c-\x1f]+/).filter((word) => word !== '')
  const safe = words
    .join('_')
    .replace(/[^A-Za-z0-9_.-]/g, '')
    .replace(/^[._]+/, '')
  const trimmed = trimEnd(safe)
  return trimmed !== '' && isDevice(trimmed) ? `_${trimmed}` : trimmed
}

/** Drops dots and underscores at the end; a loop, since `/[._]+$/` is quadratic on hostile names. */
function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === '.' || text[end - 1] === '_')) end--
  return text.slice(0, end)
}
