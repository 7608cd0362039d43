import { describe, expect, it } from 'vitest'
import { BadRequest, MissingKeyError, MultiDict } from '../src/index.ts'

const make = () =>
  new MultiDict([
    ['tag', 'a'],
    ['page', '2'],
    ['tag', 'b'],
    ['empty', ''],
  ])

describe('MultiDict', () => {
  it('gives the first value of a key, or all of them', () => {
    expect(make().get('tag')).toBe('a')
    expect(make().getAll('tag')).toEqual(['a', 'b'])
    expect(make().get('absent')).toBeUndefined()
    expect(make().getAll('absent')).toEqual([])
  })

  it.each<[string, string, 'int' | 'float' | 'boolean', unknown]>([
    ['a whole number', '42', 'int', 42],
    ['a sign and blanks', ' -7 ', 'int', -7],
    ['no fraction as int', '1.5', 'int', 'default'],
    ['no hexadecimal', '0x10', 'int', 'default'],
    ['nothing as int', '', 'int', 'default'],
    ['no number beyond exactness', '9007199254740993', 'int', 'default'],
    ['a fraction', '1.50', 'float', 1.5],
    ['no infinity', '1e999', 'float', 'default'],
    ['a yes', 'on', 'boolean', true],
    ['a no', 'False', 'boolean', false],
    ['neither', 'maybe', 'boolean', 'default'],
  ])('reads %s', (_what, text, type, wanted) => {
    expect(new MultiDict([['x', text]]).get('x', { type, default: 'default' })).toBe(wanted)
  })

  it('reads a value by a function, and takes throwing and NaN for unreadable', () => {
    const dict = new MultiDict([
      ['json', '{"a":1}'],
      ['bad', '{'],
    ])

    expect(dict.get('json', { type: (text) => JSON.parse(text) as object })).toEqual({ a: 1 })
    expect(dict.get('bad', { type: (text) => JSON.parse(text) as object, default: null })).toBeNull()
    expect(dict.get('bad', { type: Number, default: 0 })).toBe(0)
  })

  it('answers 400 for a required key that is missing, without naming it to the client', async () => {
    const error = await Promise.resolve()
      .then(() => make().require('secretField'))
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(MissingKeyError)
    expect(error).toMatchObject({ status: 400, code: 'ERR_HTTP_MISSING_KEY', key: 'secretField' })
    expect(await (error as MissingKeyError).toResponse().text()).not.toContain('secretField')
  })

  it('answers 400 for a required key of another type', () => {
    expect(make().require('page', { type: 'int' })).toBe(2)
    expect(() => make().require('tag', { type: 'int' })).toThrow(BadRequest)
  })

  it('replaces by set, adds by add, extends by extend', () => {
    const dict = make()

    dict.set('tag', 'c')
    dict.add('page', '3')
    dict.append('page', '4')
    dict.extend({ page: ['5', '6'], more: 'x' })

    expect(dict.toObject({ all: true })).toEqual({
      tag: ['c'],
      page: ['2', '3', '4', '5', '6'],
      empty: [''],
      more: ['x'],
    })
  })

  it('sets several values, and none removes the key', () => {
    const dict = make()

    dict.setAll('tag', ['x', 'y'])
    dict.setAll('page', [])

    expect(dict.getAll('tag')).toEqual(['x', 'y'])
    expect(dict.has('page')).toBe(false)
  })

  it('pops a key with its first value or all of them', () => {
    const dict = make()

    expect(dict.popAll('tag')).toEqual(['a', 'b'])
    expect(dict.pop('page')).toBe('2')
    expect(dict.pop('page')).toBeUndefined()
    expect([...dict.keys()]).toEqual(['empty'])
  })

  it('lists pairs key by key', () => {
    expect([...make()]).toEqual([
      ['tag', 'a'],
      ['tag', 'b'],
      ['page', '2'],
      ['empty', ''],
    ])
    expect([...make().values()]).toEqual(['a', 'b', '2', ''])
    expect([...make().lists()]).toContainEqual(['tag', ['a', 'b']])
    expect(make().size).toBe(3)
  })

  it('keeps keys that are properties elsewhere apart from its prototype', () => {
    const dict = new MultiDict([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])

    expect(dict.get('__proto__')).toBe('x')
    expect(dict.get('toString')).toBeUndefined()
    expect(Object.getPrototypeOf(dict.toObject())).toBeNull()
    expect(JSON.stringify(dict)).toBe('{"__proto__":"x","constructor":"y"}')
  })

  it.each<[string, (dict: MultiDict) => void]>([
    ['set', (dict) => dict.set('a', 'b')],
    ['setAll', (dict) => dict.setAll('a', [])],
    ['add', (dict) => dict.add('a', 'b')],
    ['extend', (dict) => dict.extend([])],
    ['delete', (dict) => dict.delete('a')],
    ['pop', (dict) => dict.pop('a')],
    ['setDefault', (dict) => dict.setDefault('a', 'b')],
    ['clear', (dict) => dict.clear()],
  ])('refuses %s once it is frozen', (_name, change) => {
    expect(() => change(make().freeze())).toThrow(expect.objectContaining({ code: 'ERR_HTTP_READ_ONLY' }))
  })

  it('gives a copy that can be changed', () => {
    const frozen = make().freeze()
    const copy = frozen.copy()

    copy.add('tag', 'z')

    expect(frozen.getAll('tag')).toEqual(['a', 'b'])
    expect(copy.getAll('tag')).toEqual(['a', 'b', 'z'])
  })

  it('combines parts, the first before the others', () => {
    const combined = MultiDict.combine(
      new MultiDict([['a', '1']]),
      new MultiDict([
        ['a', '2'],
        ['b', '3'],
      ]),
    )

    expect(combined.get('a')).toBe('1')
    expect(combined.getAll('a')).toEqual(['1', '2'])
    expect(combined.isFrozen).toBe(true)
  })
})

describe('a list that is adopted', () => {
  const short = ['a', '1', '__proto__', 'x', 'a', '2']
  const long = [...short, ...Array.from({ length: 40 }, (_, index) => [`k${index}`, 'v']).flat()]

  it.each([
    ['a short one', short],
    ['a long one', long],
  ])('%s answers as if its pairs had been added', (_what, raw) => {
    const adopted = MultiDict.fromRaw(raw)

    expect(adopted.get('a')).toBe('1')
    expect(adopted.get('toString')).toBeUndefined()
    expect([adopted.has('__proto__'), adopted.has('b')]).toEqual([true, false])
    expect(adopted.get('a', { type: 'int' })).toBe(1)
    expect(adopted.require('a')).toBe('1')
    expect(adopted.getAll('a')).toEqual(['1', '2'])
    expect(adopted.size).toBe(raw.length / 2 - 1)
  })

  it('is not changed itself', () => {
    const raw = ['a', '1']
    const adopted = MultiDict.fromRaw(raw)
    adopted.add('a', '2')
    adopted.set('b', '3')

    expect(raw).toEqual(['a', '1'])
    expect([...adopted]).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
    ])
  })

  it('stays read-only where it is frozen', () => {
    expect(() => MultiDict.fromRaw(['a', '1']).freeze().set('a', '2')).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_READ_ONLY' }),
    )
  })
})

it('answers something else where a key is missing, of any type', () => {
  const args: MultiDict = new MultiDict([
    ['page', '2'],
    ['empty', ''],
  ])
  expect(args.get('page', { default: '1' })).toBe('2')
  expect(args.get('empty', { default: 'none' })).toBe('')
  expect(args.get('sort', { default: 'date' }).toUpperCase()).toBe('DATE')
  const missing: string | null = args.get('sort', { default: null })
  expect(missing).toBe(null)
})
