import { generateKey, KeyRing } from '@dewar/signing'
import { describe, expectTypeOf, it } from 'vitest'
import { type Session, type Sessions, signedCookieSessions } from '../src/index.ts'

interface Data {
  user: number
  cart: string[]
}

const sessions = signedCookieSessions<Data>({ keys: new KeyRing(generateKey()) })

describe('the types of a session', () => {
  it('are those of its data', () => {
    expectTypeOf(sessions).toEqualTypeOf<Sessions<Data>>()
    const session = sessions.open(null)
    expectTypeOf(session).toEqualTypeOf<Session<Data>>()
    expectTypeOf(session.get('user')).toEqualTypeOf<number | undefined>()
    expectTypeOf(session.pop('cart')).toEqualTypeOf<string[] | undefined>()
    expectTypeOf(session.keys()).toEqualTypeOf<IterableIterator<'user' | 'cart'>>()
    // @ts-expect-error: no such key
    session.get('nobody')
    // @ts-expect-error: not a number
    session.set('user', 'seven')
  })

  it('are unknown where nothing was declared', () => {
    const session = signedCookieSessions({ keys: new KeyRing(generateKey()) }).open(null)
    expectTypeOf(session.get('anything')).toEqualTypeOf<unknown>()
  })
})
