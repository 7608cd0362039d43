import fc from 'fast-check'
import { describe, it } from 'vitest'
import { isSafeRedirect, safeRedirect } from '../src/index.ts'

const host = 'example.org'
const pieces = fc.constantFrom(
  '/',
  '\\',
  '.',
  '..',
  ':',
  '@',
  '?',
  '#',
  '%2f',
  '%5c',
  '\t',
  '\n',
  ' ',
  'evil.example',
  'example.org',
  'https',
  'javascript',
  'a',
  'ü',
  '\0',
  '[',
  ']',
)
const hostile = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''))

describe('safeRedirect', () => {
  it('never gives a target that a browser reads as another origin, from any page and scheme', () => {
    fc.assert(
      fc.property(
        fc.oneof(hostile, fc.string(), fc.webUrl()),
        fc.constantFrom('http', 'https'),
        (target, scheme) => {
          if (!isSafeRedirect(target, { host })) return true
          const url = new URL(safeRedirect(target, { host }), `${scheme}://${host}/a/b/c?d`)
          return (
            url.host === host &&
            /^https?:$/.test(url.protocol) &&
            url.username === '' &&
            !url.pathname.startsWith('//')
          )
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('always gives text that a header can hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) =>
        /^[\x21-\x7e]*$/.test(safeRedirect(path, { host, fallback: `/${path.slice(0, 5)}` })),
      ),
    )
  })
})
