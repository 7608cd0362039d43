import { describe, expect, it } from 'vitest'
import { createRecoveryCodes, hashRecoveryCode } from '../src/recovery-codes.ts'

describe('createRecoveryCodes', () => {
  it('makes ten of 80 bits, all different, with hashes that show nothing', () => {
    const { codes, hashes } = createRecoveryCodes()
    expect(codes).toHaveLength(10)
    for (const code of codes) expect(code).toMatch(/^(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
    expect(new Set(codes).size).toBe(10)
    expect(hashes).toEqual(codes.map(hashRecoveryCode))
    expect(hashes.join()).not.toContain(codes[0])
  })

  it('is read however it is typed', () => {
    const [code = ''] = createRecoveryCodes().codes
    const hash = hashRecoveryCode(code)
    for (const typed of [
      code.toLowerCase(),
      ` ${code} `,
      code.replaceAll('-', ''),
      code.replaceAll('-', ' '),
    ])
      expect(hashRecoveryCode(typed)).toBe(hash)
    expect(hashRecoveryCode(`${code}A`)).not.toBe(hash)
  })
})
