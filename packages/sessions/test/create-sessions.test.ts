import { generateKey, KeyRing } from '@dewar/signing'
import { MemoryStore } from '@dewar/stores'
import { describe, expect, it } from 'vitest'
import { createSessions, type SessionKind } from '../src/index.ts'

const keys = new KeyRing(generateKey())
const store = new MemoryStore()

describe('createSessions', () => {
  it.each([
    ['signed', 3],
    ['sealed', 5],
    ['stored', 1],
  ] as const)('keeps %s sessions', async (kind, parts) => {
    const sessions = createSessions({ kind, keys, store })
    const setCookie = await sessions.save((await sessions.open(undefined)).set('user', 7))
    const cookie = setCookie?.split(';')[0] ?? ''
    expect(cookie.split('.')).toHaveLength(parts)
    expect((await sessions.open(cookie)).get('user')).toBe(7)
  })

  it('signs unless it is told otherwise', () => {
    expect(createSessions({ keys }).save).toBeTypeOf('function')
  })

  it.each([
    ['signed without keys', { kind: 'signed' }],
    ['sealed without keys', { kind: 'sealed', store }],
    ['stored without a store', { kind: 'stored', keys }],
    ['a kind that is not', { kind: 'pickled', keys }],
    ['a misspelt option', { keys, lifeTime: 7 }],
  ])('refuses %s', (_, options) => {
    const make = () => createSessions(options as { kind: SessionKind })
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_SESSIONS_OPTION' }))
  })
})
