/** Headers for files that users uploaded: nothing in them runs, whatever they are. */
import { encodeExtended, Headers, serializeOptionsHeader } from '@dewar/http'
import { uploadHeaderDefaults } from './defaults.ts'

/**
 * The headers to serve an upload with: it is saved, not shown, its type is not guessed at, and should a browser show it
 * after all, it is alone in a sandbox.
 *
 * @param originalName the name for the user's disk; any text
 * @returns headers to add to the response
 * @see RFC 6266; CSP Level 3 §6.3.2
 */
export function uploadHeaders(originalName: string): Headers {
  const name = originalName
    .toWellFormed()
    .replace(/[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/g, '_')
  const ascii = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '')
  const disposition = serializeOptionsHeader('attachment', [
    ['filename', ascii],
    ['filename*', ascii === name ? null : encodeExtended(name)],
  ])
  return new Headers([
    ['Content-Disposition', disposition],
    ['X-Content-Type-Options', 'nosniff'],
    ['Content-Security-Policy', uploadHeaderDefaults.contentSecurityPolicy.value],
    ['Cross-Origin-Resource-Policy', uploadHeaderDefaults.crossOriginResourcePolicy.value],
  ])
}
