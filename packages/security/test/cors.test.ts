import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { type CorsOptions, createCors } from '../src/index.ts'

const app = 'https://app.example'

function answer(options: CorsOptions, origin: string | null) {
  const { allowed, fields } = createCors(options).answer(
    new Headers(origin === null ? {} : { Origin: origin }),
  )
  return { allowed, ...Object.fromEntries(fields) }
}

function preflight(options: CorsOptions, headers: Record<string, string>, method = 'OPTIONS') {
  return createCors(options).preflight(
    method,
    new Headers({ Origin: app, 'Access-Control-Request-Method': 'POST', ...headers }),
  )
}

describe('createCors', () => {
  it('allows nobody by itself', () => {
    expect(answer({}, app)).toEqual({ allowed: false, Vary: 'Origin' })
    expect(preflight({}, {})).toEqual({ allowed: false, fields: [['Vary', 'Origin']] })
  })

  it('repeats a listed origin and says that the answer depends on it', () => {
    expect(answer({ origins: ['https://App.example:443'] }, app)).toEqual({
      allowed: true,
      Vary: 'Origin',
      'Access-Control-Allow-Origin': app,
    })
    expect(answer({ origins: [app] }, null)).toEqual({ allowed: false, Vary: 'Origin' })
  })

  it('allows cookies and headers only where asked', () => {
    expect(
      answer({ origins: [app], credentials: true, exposeHeaders: ['ETag', 'X-Total'] }, app),
    ).toMatchObject({
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Expose-Headers': 'ETag, X-Total',
    })
  })

  it('answers a preflight with just what it asked for', () => {
    const options = { origins: [app], methods: ['PUT'], headers: ['Content-Type', 'X-Tag'] }
    const asked = {
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'content-type,x-tag',
    }
    expect(preflight(options, asked)).toEqual({
      allowed: true,
      fields: [
        ['Vary', 'Origin'],
        ['Access-Control-Allow-Origin', app],
        ['Vary', 'Access-Control-Request-Method, Access-Control-Request-Headers'],
        ['Access-Control-Allow-Methods', 'PUT'],
        ['Access-Control-Max-Age', '600'],
        ['Access-Control-Allow-Headers', 'content-type, x-tag'],
      ],
    })
  })

  it('leaves requests alone that are no preflight', () => {
    expect(preflight({ origins: [app] }, {}, 'POST')).toBe(null)
    expect(createCors().preflight('OPTIONS', new Headers({ Origin: app }))).toBe(null)
    expect(createCors().preflight('OPTIONS', new Headers({ 'Access-Control-Request-Method': 'POST' }))).toBe(
      null,
    )
  })

  it('opens public data to everyone under its unsafe name, without cookies', () => {
    expect(answer({ unsafeAnyOrigin: true }, 'https://anyone.example')).toEqual({
      allowed: true,
      'Access-Control-Allow-Origin': '*',
    })
    expect(() => createCors({ unsafeAnyOrigin: true, credentials: true })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_CORS_CREDENTIALS' }),
    )
  })

  it.each([
    '*',
    'null',
    'app.example',
    'https://*.app.example',
    'https://app.example/',
    'https://app.example/x',
    '',
  ])('refuses the origin %j at setup', (origin) => {
    expect(() => createCors({ origins: [origin] })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_CORS_ORIGIN' }),
    )
  })

  it.each([{ methods: ['*'] }, { headers: ['*'] }, { exposeHeaders: ['X: y'] }, { methods: ['GET, PUT'] }])(
    'refuses the names of %j at setup',
    (options) => {
      expect(() => createCors(options)).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CORS_NAME' }))
    },
  )
})

describe('origins that are not on the list', () => {
  it.each([
    'null',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil.example',
    'https://evilapp.example',
    'https://sub.app.example',
    'https://APP.example',
    'https://app.example/',
    'https://app.example@evil.example',
    '*',
    '',
  ])('get no permission: %j', (origin) => {
    const result = answer({ origins: [app], credentials: true }, origin)
    expect(result).toEqual({ allowed: false, Vary: 'Origin' })
  })

  it.each([
    ['a method that is not listed', { 'Access-Control-Request-Method': 'DELETE' }],
    ['a method in another case', { 'Access-Control-Request-Method': 'post' }],
    ['a header that is not listed', { 'Access-Control-Request-Headers': 'content-type, x-secret' }],
    ['an asterisk', { 'Access-Control-Request-Headers': '*' }],
  ])('do not help a preflight with %s', (_, headers) => {
    expect(preflight({ origins: [app] }, headers)).toEqual({
      allowed: false,
      fields: [['Vary', 'Origin']],
    })
  })
})
