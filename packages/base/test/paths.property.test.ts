import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeJoin, secureFilename } from '../src/index.ts'

const hostile = fc
  .array(fc.constantFrom('..', '.', '/', '//', '\\', '\0', 'a', 'con', 'C:', '%2e', ' ', 'ü'), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''))

describe('safeJoin', () => {
  it('never leaves the directory', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), (parts) => {
        const path = safeJoin('/srv/files', ...parts)
        if (path === null) return
        const resolved = posix.resolve(path)
        expect(resolved === '/srv/files' || resolved.startsWith('/srv/files/')).toBe(true)
        expect(path).not.toMatch(/[\0\\]/)
      }),
    )
  })
})

describe('secureFilename', () => {
  it('gives one plain, stable name or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (name) => {
        const safe = secureFilename(name)
        expect(safe).toMatch(/^(_?[A-Za-z0-9-][A-Za-z0-9_.-]*)?$/)
        if (!safe.startsWith('_')) expect(secureFilename(safe)).toBe(safe)
      }),
    )
  })
})
