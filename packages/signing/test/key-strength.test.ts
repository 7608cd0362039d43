import { randomBytes } from 'node:crypto'
import { Secret } from '@dewar/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkKey, generateKey, WeakKey } from '../src/index.ts'

describe('generateKey', () => {
  it('gives 32 bytes as base64url, another each time', () => {
    const keys = Array.from({ length: 100 }, () => generateKey())
    expect(new Set(keys).size).toBe(100)
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/)
  })

  it('takes its randomness from where it is told', () => {
    expect(generateKey({ random: (bytes) => new Uint8Array(bytes) })).toBe('A'.repeat(43))
  })
})

describe('checkKey', () => {
  it.each([
    ['dev', 'dev'],
    ['secret', 'secret'],
    ['changeme', 'changeme'],
    ['one character', 'a'.repeat(64)],
    ['31 random bytes', randomBytes(16).toString('hex').slice(0, 31)],
    ["Flask's documented key", '192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf'],
    ["jwt.io's key", 'a-string-secret-at-least-256-bits-long'],
    ['a placeholder', 'please-change-this-secret-key-in-production'],
    ['a placeholder in capitals', 'CHANGE_ME_TO_A_LONG_RANDOM_STRING_PLEASE'],
    ['a repeated word', 'hunter2!hunter2!hunter2!hunter2!hunter2!'],
    ['a repeated word, cut short', 'correct-horse-correct-horse-correct-h'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'],
    ['digits', '12345678901234567890123456789012345'],
    ['two characters', '01'.repeat(16) + '0011'.repeat(8)],
    ['the digest of nothing', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['an empty text', ''],
  ])('refuses %s', (_, key) => {
    expect(() => checkKey(key)).toThrow(WeakKey)
  })

  it('never shows the key it refuses', () => {
    try {
      checkKey(new Secret('hunter2hunter2'))
      expect.unreachable()
    } catch (error) {
      expect(`${error} ${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain('hunter2')
    }
  })

  it.each([
    ['generateKey', generateKey],
    ['secrets.token_hex(16) of Python', () => randomBytes(16).toString('hex')],
    ['secrets.token_urlsafe(32) of Python', () => randomBytes(32).toString('base64url')],
    ['openssl rand -base64 32', () => randomBytes(32).toString('base64')],
    ['uuidgen without hyphens twice', () => randomBytes(32).toString('hex')],
  ])('accepts what %s makes, a thousand times', (_, make) => {
    for (let i = 0; i < 1000; i++) expect(() => checkKey(make())).not.toThrow()
  })

  it('accepts a long sentence of your own', () => {
    expect(() => checkKey('seven purple otters juggle warm bagels on Thursday')).not.toThrow()
  })

  it('answers with WeakKey or nothing for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        try {
          checkKey(text)
        } catch (error) {
          return error instanceof WeakKey
        }
        return Buffer.byteLength(text) >= 32
      }),
    )
  })
})
