import { inspect } from 'node:util'
import { generateKey, KeyRing } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { Session, signedCookieSessions } from '../src/index.ts'

const sessions = signedCookieSessions({ keys: new KeyRing(generateKey()) })
const fresh = () => sessions.open(undefined)
/** The session of the next request, and whether a cookie was sent for it. */
function next(session: Session): Session {
  const setCookie = sessions.save(session) ?? ''
  return sessions.open(setCookie.split(';')[0])
}

describe('Session', () => {
  it('is a map', () => {
    const session = fresh().set('a', 1).set('b', null).set('__proto__', 'x').set('constructor', 'y')
    expect([...session]).toEqual([
      ['a', 1],
      ['b', null],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect([...session.keys()]).toEqual(['a', 'b', '__proto__', 'constructor'])
    expect([session.size, session.has('b'), session.has('c'), session.get('toString')]).toEqual([
      4,
      true,
      false,
      undefined,
    ])
    expect([session.delete('a'), session.delete('a'), session.pop('b'), session.size]).toEqual([
      true,
      false,
      null,
      2,
    ])
  })

  it.each([
    ['text', 'é☃🎉\0'],
    ['numbers', [0, -1.5, 1e300, Number.MAX_SAFE_INTEGER]],
    ['true, false and null', [true, false, null]],
    ['nested data', { a: [{ b: { c: [] } }], '1': 2, '': 3 }],
    ['a Date', new Date(1_750_000_000_123)],
    ['a bigint', 123_456_789_012_345_678_901_234_567_890n],
    ['bytes', Uint8Array.of(0, 127, 255)],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ key: 1 }, new Date(5)],
        [7, [1, [2]]],
      ]),
    ],
    ['a Set', new Set<unknown>([1, 'a', [2]])],
    ['objects that look tagged', [{ $date: 5 }, { $: { $: 1 } }, { $set: [1] }, { $date: 1, b: 2 }]],
    ['keys of Object.prototype', { constructor: 1, toString: 2 }],
  ])('gives back %s in the next request', (_, value) => {
    const session = next(fresh().set('value', value))
    expect(session.get('value')).toEqual(value)
    expect(session.modified).toBe(false)
  })

  it('gives back trusted HTML as such', () => {
    const session = next(fresh().set('html', { toHtml: () => '<b>hi</b>' }))
    const html = session.get('html') as { toHtml(): string }
    expect([html.toHtml(), `${html}`]).toEqual(['<b>hi</b>', '<b>hi</b>'])
    expect(next(session.set('more', 1)).get('html')).toMatchObject({ toHtml: expect.any(Function) })
  })

  it.each([
    ['undefined', undefined, 'v'],
    ['a function', { f: () => 1 }, 'v.f'],
    ['a symbol', [Symbol('x')], 'v[0]'],
    ['NaN', { a: [1, Number.NaN] }, 'v.a[1]'],
    ['Infinity', Number.POSITIVE_INFINITY, 'v'],
    ['an invalid Date', new Date(Number.NaN), 'v'],
    ['an object of a class', { deep: [new URL('https://x.example')] }, 'v.deep[0]'],
    ['a promise', Promise.resolve(1), 'v'],
    ['undefined in a list', [undefined], 'v[0]'],
    ['own __proto__', JSON.parse('{"a":{"__proto__":1}}'), 'v.a.__proto__'],
  ])('refuses %s at set, naming where it stands', (_, value, path) => {
    expect(() => fresh().set('v', value)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSIONS_VALUE', details: { path } }),
    )
  })

  it('refuses data that contains itself', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(() => fresh().set('loop', loop)).toThrow(expect.objectContaining({ code: 'ERR_SESSIONS_VALUE' }))
  })

  it('names what became unfit after set when it is saved', () => {
    const list: unknown[] = []
    const session = fresh().set('list', list)
    list.push(() => 1)
    expect(() => sessions.save(session)).toThrow(expect.objectContaining({ details: { path: 'list[0]' } }))
  })

  it('knows whether it was looked at', () => {
    const looks: ((session: Session) => unknown)[] = [
      (s) => s.get('a'),
      (s) => s.has('a'),
      (s) => s.size,
      (s) => [...s.keys()],
      (s) => s.takeFlashes(),
      (s) => s.permanent,
      (s) => s.id,
      (s) => s.hasCsrfSecret,
    ]
    for (const look of looks) {
      const session = fresh()
      expect(session.accessed).toBe(false)
      look(session)
      expect(session.accessed).toBe(true)
    }
    const session = fresh()
    expect([session.isNew, session.modified, session.isEmpty, session.refused]).toEqual([
      true,
      false,
      true,
      undefined,
    ])
    sessions.save(session)
    expect(session.accessed).toBe(false)
  })

  it('keeps its id until it is renewed', () => {
    const session = fresh().set('a', 1)
    expect(session.id).toMatch(/^[\w-]{43}$/)
    expect(next(session).id).toBe(session.id)
    expect(fresh().id).not.toBe(session.id)
  })

  it('is new once', () => {
    const session = fresh().set('a', 1)
    expect([session.isNew, next(session).isNew]).toEqual([true, false])
  })
})

describe('regenerate', () => {
  it('gives a new id and a new CSRF secret, keeps the data, and names the id that has ended', () => {
    const session = next(fresh().set('cart', [1]))
    const { id } = session
    const secret = session.csrfSecret
    session.regenerate()
    expect(session.id).not.toBe(id)
    expect(session.csrfSecret).not.toBe(secret)
    expect(session.get('cart')).toEqual([1])
    expect(session.endedIds).toEqual([id])
    expect(session.modified).toBe(true)
    expect(next(session).id).toBe(session.id)
  })

  it('of a new session ends no id that anybody has seen', () => {
    const session = fresh().set('a', 1)
    session.regenerate()
    expect(session.endedIds).toEqual([])
  })
})

describe('clear', () => {
  it('leaves nothing, and what is set afterwards has another id', () => {
    const session = next(fresh().set('user', 7))
    session.flash('hello')
    const { id, csrfSecret } = session
    session.clear()
    expect([session.size, session.takeFlashes(), session.isEmpty, session.permanent]).toEqual([
      0,
      [],
      true,
      false,
    ])
    session.set('theme', 'dark')
    const after = next(session)
    expect(after.id).not.toBe(id)
    expect(after.csrfSecret).not.toBe(csrfSecret)
    expect([...after.keys()]).toEqual(['theme'])
    expect(session.endedIds).toEqual([id])
  })
})

describe('csrfSecret', () => {
  it('is made on first use, kept, and no key of the map', () => {
    const session = fresh()
    expect(session.hasCsrfSecret).toBe(false)
    const secret = session.csrfSecret
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(session.size).toBe(0)
    const after = next(session)
    expect([after.hasCsrfSecret, after.csrfSecret, after.modified]).toEqual([true, secret, false])
  })
})

describe('flashes', () => {
  it('come once, oldest first, with their categories', () => {
    const session = fresh()
    session.flash('Saved.')
    session.flash('No.', 'error')
    const after = next(session)
    expect(after.takeFlashes()).toEqual([
      { category: 'message', message: 'Saved.' },
      { category: 'error', message: 'No.' },
    ])
    expect(after.takeFlashes()).toEqual([])
    expect(after.modified).toBe(true)
    expect(after.isEmpty).toBe(true)
  })

  it('do not change the session when there are none', () => {
    const session = next(fresh().set('a', 1))
    expect([session.takeFlashes(), session.accessed, session.modified]).toEqual([[], true, false])
  })

  it('carry trusted HTML', () => {
    const session = fresh()
    session.flash({ toHtml: () => '<b>x</b>' })
    expect(next(session).takeFlashes()[0]?.message).toMatchObject({ toHtml: expect.any(Function) })
  })
})

describe('permanent', () => {
  it('is kept, and alone does not make a session worth a cookie', () => {
    const session = fresh()
    session.permanent = true
    expect(sessions.save(session)).toBeNull()
    expect(next(session.set('a', 1)).permanent).toBe(true)
  })
})

describe('what a session shows of itself', () => {
  it('is neither id nor secret nor value', () => {
    const session = next(fresh().set('password', 'hunter2'))
    const shown = inspect(session, { depth: 9 }) + JSON.stringify({ session }) + inspect({ session })
    for (const secret of [session.id, session.csrfSecret, 'hunter2']) expect(shown).not.toContain(secret)
  })
})

describe('abandon', () => {
  it('leaves nothing of the session, ends nothing, and lets something new begin', () => {
    const record = {
      id: 'a',
      createdAt: 1,
      permanent: false,
      csrfSecret: 's',
      flashes: [],
      data: ['user', 7],
    }
    const session = new Session<{ user: number }>({ record, now: 2 })
    session.abandon()
    expect([session.isAbandoned, session.isEmpty, session.isNew, session.endedIds]).toEqual([
      true,
      true,
      true,
      [],
    ])
    session.set('user', 8)
    expect(session.id).not.toBe('a')
    expect(session.isEmpty).toBe(false)
  })
})
