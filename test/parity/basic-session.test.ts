/** Flask's test_basic.py: sessions and flashed messages. Each name begins with that of Flask's test. */
import { flash, getFlashedMessages, Markup, makeResponse, request, session } from 'dewar'
import { describe, expect, it } from 'vitest'
import { makeApp, secretKey } from './setup.ts'

declare module 'dewar' {
  interface SessionData {
    value: string
    t: readonly number[]
    b: Uint8Array
    dt: Date
    u: string
    m: Markup
    list: number[]
  }
}

it('session_accessed: reading, writing and popping', async () => {
  const app = makeApp()
  app.post('/set', async () => {
    session.set('value', (await request.form()).require('value'))
    return 'value set'
  })
  app.get('/get', () => session.get('value') ?? 'None')
  app.get('/pop', () => session.pop('value') ?? 'None')
  const client = app.testClient()
  expect((await client.post('/set', { form: { value: '42' } })).text).toBe('value set')
  expect((await client.get('/get')).text).toBe('42')
  expect((await client.get('/pop')).text).toBe('42')
  expect((await client.get('/get')).text).toBe('None')
})

it.each([
  [
    'session_path: to the path of the setting',
    { APPLICATION_ROOT: '/foo', SESSION_COOKIE_PATH: '/bar' },
    'Path=/bar',
  ],
  // Flask takes APPLICATION_ROOT; a path separates no apps, and would cost the cookie its __Host- prefix.
  ['session_using_application_root: to the whole host', { APPLICATION_ROOT: '/bar' }, 'Path=/'],
])('%s', async (_name, config, path) => {
  const app = makeApp({ config })
  app.get('/', () => {
    session.set('value', '42')
    return 'Hello World'
  })
  const answer = await app.testClient().get('/')
  expect(answer.headers.get('Set-Cookie')).toMatch(new RegExp(`; ${path}(;|$)`))
})

it('session_using_session_settings: every attribute of the cookie is a setting', async () => {
  const app = makeApp({
    config: {
      SERVER_NAME: 'www.example.com:8080',
      APPLICATION_ROOT: '/test',
      SESSION_COOKIE_DOMAIN: '.example.com',
      SESSION_COOKIE_HTTPONLY: false,
      SESSION_COOKIE_SECURE: true,
      SESSION_COOKIE_PARTITIONED: true,
      SESSION_COOKIE_SAMESITE: 'Lax',
      SESSION_COOKIE_PATH: '/',
    },
  })
  app.get('/', () => {
    session.set('value', '42')
    return 'Hello World'
  })
  const client = app.testClient()
  const cookie =
    (await client.get('https://www.example.com:8080/')).headers.get('Set-Cookie')?.toLowerCase() ?? ''
  expect(cookie).toContain('domain=example.com')
  expect(cookie).toContain('path=/')
  expect(cookie).toContain('secure')
  expect(cookie).not.toContain('httponly')
  expect(cookie).toContain('samesite')
  expect(cookie).toContain('partitioned')
})

it.each(['Lax', 'Strict', 'None'] as const)('session_using_samesite_attribute: %s', async (sameSite) => {
  const app = makeApp({ config: { SESSION_COOKIE_SAMESITE: sameSite } })
  app.get('/', () => {
    session.set('value', '42')
    return ''
  })
  expect((await app.testClient().get('/')).headers.get('Set-Cookie')).toContain(`SameSite=${sameSite}`)
})

it('session_using_samesite_attribute: another word is refused when the app is made', () => {
  expect(() => makeApp({ config: { SESSION_COOKIE_SAMESITE: 'invalid' as never } })).toThrow(
    /SESSION_COOKIE_SAMESITE/,
  )
})

it('missing_session: without a key the session is an error that says how to get one', async () => {
  const app = makeApp({ config: { SECRET_KEY: null } })
  app.get('/', () => {
    session.set('value', 'x')
    return ''
  })
  await expect(app.testClient().get('/')).rejects.toThrow(
    expect.objectContaining({ code: 'ERR_DEWAR_NO_SECRET_KEY' }),
  )
})

it('session_secret_key_fallbacks: a cookie of the old key is read while the key is listed', async () => {
  const views = (config: object) => {
    const app = makeApp({ config })
    app.post('/set', { unsafeCsrfExempt: true }, () => {
      session.set('value', 'a')
      return 'set'
    })
    app.get('/get', () => session.get('value') ?? 'None')
    return app
  }
  const [before, next] = [secretKey, 'Wm7Qx2Rk9Tb4Ly6Vn1Zc8Hd3Gf5Sj0Pa']
  const client = views({ SECRET_KEY: before }).testClient()
  await client.post('/set')
  const name = '__Host-session'
  const cookie = client.getCookie(name) ?? ''
  const read = async (config: object) => {
    const other = views(config).testClient()
    other.setCookie(name, cookie)
    return (await other.get('/get')).text
  }
  expect(await read({ SECRET_KEY: before })).toBe('a')
  expect(await read({ SECRET_KEY: next })).toBe('None')
  expect(await read({ SECRET_KEY: next, SECRET_KEY_FALLBACKS: [before] })).toBe('a')
})

it('session_expiration: a permanent session has an end, another goes with the browser', async () => {
  let permanent = true
  const app = makeApp({ config: { PERMANENT_SESSION_LIFETIME: 1000 } })
  app.get('/', () => {
    session.set('value', 'x')
    session.permanent = permanent
    return ''
  })
  app.get('/test', () => String(session.permanent))
  const client = app.testClient()
  expect((await client.get('/')).headers.get('Set-Cookie')).toMatch(/; Max-Age=1000|; Expires=/)
  expect((await client.get('/test')).text).toBe('true')
  permanent = false
  expect((await client.get('/')).headers.get('Set-Cookie')).not.toMatch(/Max-Age|Expires/)
})

it('session_stored_last: what afterRequest puts in is kept', async () => {
  const app = makeApp()
  app.afterRequest((response) => {
    session.set('value', '42')
    return response
  })
  app.get('/', () => session.get('value') ?? 'None')
  const client = app.testClient()
  expect((await client.get('/')).text).toBe('None')
  expect((await client.get('/')).text).toBe('42')
})

it('session_special_types: dates, bytes, Markup and the rest come back as they went in', async () => {
  const dt = new Date(1_700_000_000_000)
  const app = makeApp()
  app.get('/', () => {
    session.set('t', [1, 2, 3])
    session.set('b', new Uint8Array([255]))
    session.set('dt', dt)
    session.set('u', 'b34e7c2e-8f5a-4a6e-9a55-0c3ff1d3f5ad')
    session.set('m', new Markup('<b>'))
    return ''
  })
  const client = app.testClient()
  await client.get('/')
  await client.sessionTransaction((saved) => {
    expect([saved.get('t'), saved.get('b'), saved.get('dt')]).toEqual([[1, 2, 3], new Uint8Array([255]), dt])
    expect(String(saved.get('m'))).toBe('<b>')
    expect(saved.get('m')?.toHtml()).toBe('<b>')
  })
})

it('session_cookie_setting: permanent sessions are sent anew each time only if refreshed', async () => {
  for (const [refreshes, permanent, sent] of [
    [true, true, true],
    [false, true, false],
    [false, false, false],
    // Flask sends it only if it is permanent; here it has an idle timeout to move.
    [true, false, true],
  ] as const) {
    let now = 1_000_000
    const app = makeApp({ config: { SESSION_REFRESH_EACH_REQUEST: refreshes }, now: () => now })
    app.get('/bump', () => {
      session.set('value', 'x')
      session.permanent = permanent
      return ''
    })
    app.get('/read', () => session.get('value') ?? '')
    const client = app.testClient()
    await client.get('/bump')
    now += 1200
    const answer = await client.get('/read')
    expect([answer.text, answer.headers.get('Set-Cookie') !== null]).toEqual(['x', sent])
  }
})

it('session_vary_cookie, session_refresh_vary: whatever looks at the session varies with the cookie', async () => {
  const app = makeApp()
  app.get('/set', () => {
    session.set('value', 'test')
    return ''
  })
  app.get('/get', () => session.get('value') ?? '')
  app.get('/has', () => String(session.has('value')))
  app.get('/no-vary-header', () => '')
  app.get('/vary-cookie-header-set', () => {
    session.get('value')
    return makeResponse('', 200, { Vary: 'Cookie' })
  })
  app.get('/vary-header-set', () => {
    session.get('value')
    return makeResponse('', 200, { Vary: 'Accept-Encoding, Accept-Language' })
  })
  const client = app.testClient()
  const vary = async (path: string) => (await client.get(path)).headers.get('Vary')
  expect(await vary('/no-vary-header')).toBe(null)
  expect(await vary('/set')).toBe('Cookie')
  expect(await vary('/get')).toBe('Cookie')
  expect(await vary('/has')).toBe('Cookie')
  expect(await vary('/vary-cookie-header-set')).toBe('Cookie')
  expect(await vary('/vary-header-set')).toBe('Accept-Encoding, Accept-Language, Cookie')
})

describe('flashes, extended_flashing', () => {
  it('flashes: a message is there once, and marks the session', async () => {
    const app = makeApp()
    app.get('/', () => {
      expect(session.modified).toBe(false)
      flash('Zap')
      flash('Zip')
      expect(session.modified).toBe(true)
      expect(getFlashedMessages()).toEqual(['Zap', 'Zip'])
      return ''
    })
    expect((await app.testClient().get('/')).status).toBe(200)
  })

  it.each([
    ['extended_flashing: all', undefined, ['Hello World', 'Hello World', '<em>Testing</em>']],
    [
      'with_categories: with their categories',
      { withCategories: true },
      [
        ['message', 'Hello World'],
        ['error', 'Hello World'],
        ['warning', '<em>Testing</em>'],
      ],
    ],
    [
      'filter: of one category',
      { categories: ['message'], withCategories: true },
      [['message', 'Hello World']],
    ],
    [
      'filters: of several',
      { categories: ['message', 'warning'], withCategories: true },
      [
        ['message', 'Hello World'],
        ['warning', '<em>Testing</em>'],
      ],
    ],
    [
      'filters2: of several, without categories',
      { categories: ['message', 'warning'] },
      ['Hello World', '<em>Testing</em>'],
    ],
  ] as const)('%s', async (_name, options, wanted) => {
    const app = makeApp()
    app.get('/', () => {
      flash('Hello World')
      flash('Hello World', 'error')
      flash(new Markup('<em>Testing</em>'), 'warning')
      return ''
    })
    app.get('/test', () => {
      const messages = getFlashedMessages(options as never) as readonly unknown[]
      return JSON.stringify(messages.map((item) => (Array.isArray(item) ? item.map(String) : String(item))))
    })
    const client = app.testClient()
    await client.get('/')
    expect((await client.get('/test')).json()).toEqual(wanted)
  })
})

it('max_cookie_size: a session larger than browsers keep is an error, not a warning', async () => {
  const app = makeApp()
  app.get('/', () => {
    session.set('value', 'a'.repeat(5000))
    return ''
  })
  await expect(app.testClient().get('/')).rejects.toThrow(/cookie/)
})
