import { describe, expectTypeOf, it } from 'vitest'
import { Accept, type Authorization, abort, MultiDict, Request, Response } from '../src/index.ts'

const args = new MultiDict([['page', '2']])

describe('types', () => {
  it('follow from the type that get is asked for', () => {
    expectTypeOf(args.get('page')).toEqualTypeOf<string | undefined>()
    expectTypeOf(args.get('page', { type: 'int' })).toEqualTypeOf<number | undefined>()
    expectTypeOf(args.get('page', { type: 'int', default: 1 })).toEqualTypeOf<number>()
    expectTypeOf(args.get('page', { type: 'boolean', default: null })).toEqualTypeOf<boolean | null>()
    expectTypeOf(args.get('page', { type: (text) => new Date(text) })).toEqualTypeOf<Date | undefined>()
    expectTypeOf(args.require('page')).toEqualTypeOf<string>()
    expectTypeOf(args.require('page', { type: 'int' })).toEqualTypeOf<number>()
    // @ts-expect-error there is no such type
    args.get('page', { type: 'itn' })
  })

  it('keep the offers of a negotiation', () => {
    expectTypeOf(Accept.mime(null).bestMatch(['text/html', 'text/plain'])).toEqualTypeOf<
      'text/html' | 'text/plain' | null
    >()
    expectTypeOf(Accept.mime(null).bestMatch(['text/html'], 'none' as const)).toEqualTypeOf<
      'text/html' | 'none'
    >()
  })

  it('tell credentials apart by their fields', () => {
    const authorization = { type: 'basic', username: 'a', password: 'b' } as Authorization
    if ('username' in authorization) expectTypeOf(authorization.password).toEqualTypeOf<string>()
  })

  it('know that abort never returns', () => {
    expectTypeOf(abort).returns.toEqualTypeOf<never>()
  })

  it('let a class extend Request and make its own kind', () => {
    class AppRequest extends Request {}
    expectTypeOf(AppRequest.fromWeb(new globalThis.Request('http://a.example/'))).toEqualTypeOf<AppRequest>()
  })

  it('refuse misspelt options', () => {
    // @ts-expect-error it is called status
    expectTypeOf(Response).toBeConstructibleWith('', { statuss: 200 })
    // @ts-expect-error it is called httpOnly
    expectTypeOf(new Response().setCookie).toBeCallableWith('a', 'b', { httponly: true })
  })
})
