/**
 * The path a search walks along: decoded, with `/` between its parts only. A slash that was encoded stands as U+FFFF,
 * which is no character and is refused where it was sent as such.
 */
import { decodePart } from './encoding.ts'

const heldSlash = '\uffff'

/** Whether a path is longer, or has more parts, than is searched for. */
export function isTooLong(path: string, maxLength: number, maxParts: number): boolean {
  return path.length > maxParts && (path.length > maxLength || partCount(path) > maxParts)
}

/** Decodes a path; `null` if an escape is malformed or not UTF-8. */
export function decodePath(path: string): string | null {
  const parts: string[] = []
  for (const part of path.split('/')) {
    const decoded = decodePart(part)
    if (decoded === null || decoded.includes(heldSlash)) return null
    parts.push(decoded.replaceAll('/', heldSlash))
  }
  return parts.join('/')
}

function partCount(path: string): number {
  let count = 0
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) count++
  return count
}

/** A value with its encoded slashes as slashes. */
export function withSlashes(text: string): string {
  return text.includes(heldSlash) ? text.replaceAll(heldSlash, '/') : text
}
