import { describe, expectTypeOf, it } from 'vitest'
import {
  createCors,
  type OriginVerdict,
  type Rate,
  type SecurityHeaders,
  securityHeaders,
} from '../src/index.ts'

describe('the options of securityHeaders', () => {
  it('take the values that browsers know', () => {
    expectTypeOf(securityHeaders).toBeCallableWith({
      frameOptions: 'SAMEORIGIN',
      crossOriginEmbedderPolicy: null,
    })
    expectTypeOf(
      securityHeaders({}).with({ contentSecurityPolicy: { 'img-src': null } }),
    ).toEqualTypeOf<SecurityHeaders>()
  })

  it('refuse others when compiled', () => {
    const wrong = () => {
      // @ts-expect-error no such value
      securityHeaders({ frameOptions: 'ALLOW-FROM' })
      // @ts-expect-error no such option
      securityHeaders({ frameOption: 'DENY' })
      // @ts-expect-error a number of seconds
      securityHeaders({ hstsMaxAge: '1 year' })
      // @ts-expect-error a list
      createCors({ origins: 'https://app.example' })
    }
    expectTypeOf(wrong).toBeFunction()
  })

  it('name what comes out', () => {
    expectTypeOf<OriginVerdict>().toEqualTypeOf<'safe' | 'same' | 'trusted' | 'unknown'>()
    expectTypeOf<Rate>().toEqualTypeOf<{ readonly count: number; readonly seconds: number }>()
  })
})
