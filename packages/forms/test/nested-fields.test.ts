import { MultiDict } from '@dewar/http'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseForm, type StandardSchema, UploadedFile, validateForm } from '../src/index.ts'
import { end, field, file, multipart } from './bodies.ts'

function sent(pairs: Record<string, string | string[]>) {
  return { form: new MultiDict<string>(pairs), files: new MultiDict<UploadedFile>() }
}

/** An order with an address and lines, as three libraries say it. */
const libraries: readonly { library: string; schema: StandardSchema }[] = [
  {
    library: 'zod',
    schema: z.object({
      address: z.object({ street: z.string().min(2, 'short'), zip: z.string(), main: z.boolean() }),
      items: z.array(z.object({ name: z.string(), count: z.number() })).default([]),
      tags: z.array(z.string()).optional(),
    }),
  },
  {
    library: 'zod, strict',
    schema: z.strictObject({
      address: z.strictObject({ street: z.string().min(2, 'short'), zip: z.string(), main: z.boolean() }),
      items: z.array(z.strictObject({ name: z.string(), count: z.number() })).default([]),
      tags: z.array(z.string()).optional(),
    }),
  },
  {
    library: 'valibot',
    schema: v.object({
      address: v.object({
        street: v.pipe(v.string(), v.minLength(2, 'short')),
        zip: v.string(),
        main: v.boolean(),
      }),
      items: v.optional(v.array(v.object({ name: v.string(), count: v.number() })), []),
      tags: v.optional(v.array(v.string())),
    }),
  },
  {
    library: 'valibot, strict',
    schema: v.strictObject({
      address: v.strictObject({
        street: v.pipe(v.string(), v.minLength(2, 'short')),
        zip: v.string(),
        main: v.boolean(),
      }),
      items: v.optional(v.array(v.strictObject({ name: v.string(), count: v.number() })), []),
      tags: v.optional(v.array(v.string())),
    }),
  },
  {
    library: 'arktype',
    schema: type({
      '+': 'delete',
      address: {
        street: type('string >= 2').configure({ message: 'short' }),
        zip: 'string',
        main: 'boolean',
      },
      items: type({ name: 'string', count: 'number' })
        .array()
        .default(() => []),
      'tags?': 'string[]',
    }),
  },
  {
    library: 'arktype, strict',
    schema: type({
      '+': 'reject',
      address: {
        street: type('string >= 2').configure({ message: 'short' }),
        zip: 'string',
        main: 'boolean',
      },
      items: type({ name: 'string', count: 'number' })
        .array()
        .default(() => []),
      'tags?': 'string[]',
    }),
  },
]

const styles = [
  {
    style: 'brackets',
    name: (...[first, ...rest]: string[]) => `${first}${rest.map((key) => `[${key}]`).join('')}`,
  },
  { style: 'hyphens, as WTForms writes them', name: (...keys: string[]) => keys.join('-') },
]

describe.each(libraries)('names that lead into objects and lists of $library', ({ schema }) => {
  it.each(styles)('are read with $style', async ({ name }) => {
    const form = sent({
      [name('address', 'street')]: 'Long Road',
      [name('address', 'zip')]: '02139',
      [name('address', 'main')]: 'on',
      [name('items', '10', 'name')]: 'tea',
      [name('items', '10', 'count')]: '2',
      [name('items', '2', 'name')]: '7',
      [name('items', '2', 'count')]: '1.5',
    })

    const result = await validateForm(schema, form)

    expect({ ...result.errors }).toEqual({})
    expect(result.data).toEqual({
      address: { street: 'Long Road', zip: '02139', main: true },
      items: [
        { name: '7', count: 1.5 },
        { name: 'tea', count: 2 },
      ],
    })
  })

  it.each(styles)(
    'give messages under the names that were sent, or would be, with $style',
    async ({ name }) => {
      const form = sent({
        [name('address', 'street')]: 'L',
        [name('items', '4', 'name')]: 'tea',
        [name('items', '4', 'count')]: 'many',
      })

      const { errors } = await validateForm(schema, form)

      expect(Object.keys(errors).sort()).toEqual(
        [name('address', 'street'), name('address', 'zip'), name('items', '4', 'count')].sort(),
      )
      expect(errors[name('address', 'street')]).toEqual(['short'])
    },
  )

  it('never takes a list of one for the one: `amount[]` is no amount', async () => {
    const amounts = z.object({ amount: z.number() })
    expect(await validateForm(amounts, sent({ 'amount[]': '5' }))).toMatchObject({ ok: false })
    expect(await validateForm(amounts, sent({ amount: '5' }))).toMatchObject({
      ok: true,
      data: { amount: 5 },
    })
    const lists = z.object({ amount: z.array(z.number()) })
    expect(await validateForm(lists, sent({ 'amount[]': '5' }))).toMatchObject({
      ok: true,
      data: { amount: [5] },
    })
  })

  it('take lists of one and of several', async () => {
    const address = { 'address[street]': 'Long Road', 'address[zip]': 'x' }

    const one = await validateForm(schema, sent({ ...address, 'tags[]': 'a' }))
    const two = await validateForm(schema, sent({ ...address, 'tags[]': ['a', 'b'] }))
    const numbered = await validateForm(schema, sent({ ...address, 'tags-0': 'a', 'tags-1': 'b' }))

    expect([one.data, two.data, numbered.data]).toMatchObject([
      { tags: ['a'], address: { main: false } },
      { tags: ['a', 'b'] },
      { tags: ['a', 'b'] },
    ])
  })
})

describe('names that only look so', () => {
  it.each([
    ['zod', z.object({ 'covid-19': z.number(), 'first-name': z.string(), 'tags[]': z.array(z.string()) })],
    [
      'zod, strict',
      z.strictObject({ 'covid-19': z.number(), 'first-name': z.string(), 'tags[]': z.array(z.string()) }),
    ],
    [
      'valibot',
      v.object({ 'covid-19': v.number(), 'first-name': v.string(), 'tags[]': v.array(v.string()) }),
    ],
    ['arktype', type({ '+': 'reject', 'covid-19': 'number', 'first-name': 'string', 'tags[]': 'string[]' })],
  ] as const)('are plain names where %s has them', async (_, schema) => {
    const form = sent({ 'covid-19': '19', 'first-name': 'Ada', 'tags[]': 'a' })

    const result = await validateForm(schema as StandardSchema, form)

    expect({ ...result.errors }).toEqual({})
    expect(result.data).toEqual({ 'covid-19': 19, 'first-name': 'Ada', 'tags[]': ['a'] })
  })

  it.each([
    ['plain', z.object({ 'a-1': z.number().optional() }), { 'a-1': '3' }, { 'a-1': 3 }],
    ['nested', z.object({ a: z.array(z.number()).optional() }), { 'a-1': '3' }, { a: [3] }],
    ['bracketed', z.object({ a: z.array(z.number()).optional() }), { 'a[]': '3' }, { a: [3] }],
  ])('optional ones are not lost: %s', async (_, schema, fields, data) => {
    expect((await validateForm(schema as StandardSchema, sent(fields as never))).data).toEqual(data)
  })

  it('are records by number where those are wanted', async () => {
    const schema = z.object({ answers: z.record(z.string(), z.number()) })

    const result = await validateForm(schema, sent({ 'answers[12]': '3', 'answers[7]': '4' }))

    expect(result.data).toEqual({ answers: { 12: 3, 7: 4 } })
  })
})

it('files come in nested places, too', async () => {
  const schema = z.object({
    pages: z.array(z.object({ scan: z.instanceof(UploadedFile), title: z.string() })),
  })
  const body = file('pages[0][scan]', 'x.png', 'x') + field('pages[0][title]', 'First') + end

  const result = await validateForm(schema, await parseForm(multipart(body)))

  expect(result.data?.pages[0]).toMatchObject({ title: 'First', scan: { filename: 'x.png' } })
})

describe('attacks', () => {
  const anything = z.looseObject({})

  it.each([
    '__proto__[polluted]',
    'constructor[prototype][polluted]',
    'a[__proto__][polluted]',
    'a[constructor][prototype][polluted]',
    '__proto__-polluted',
    'a-0-__proto__-polluted',
  ])('%s stays a plain name', async (name) => {
    const result = await validateForm(anything, sent({ [name]: 'yes' }))

    expect(Object.entries(result.data ?? {})).toEqual([[name, 'yes']])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('a name nested too deep stays plain, and its twin within bounds does not', async () => {
    const deep = `a${'[b]'.repeat(50)}`
    const shallow = `a${'[b]'.repeat(3)}`

    const result = await validateForm(anything, sent({ [deep]: '1' }))
    const twin = await validateForm(anything, sent({ [shallow]: '1' }))

    expect(result.data).toEqual({ [deep]: '1' })
    expect(twin.data).toMatchObject({ a: { b: { b: { b: '1' } } } })
  })

  it('a huge index makes no huge list', async () => {
    const schema = z.object({ a: z.array(z.string()).optional() })

    expect((await validateForm(schema, sent({ 'a[99999]': 'x' }))).data).toEqual({ a: ['x'] })
    expect((await validateForm(schema, sent({ 'a[4294967294]': 'x' }))).data).toEqual({})
  })

  it.each([
    ['a field and an object of one name', { a: '1', 'a[b]': '2' }, 'a', '1'],
    ['a list within a field', { 'a[b]': '1', 'a[b][c]': '2' }, 'a', { b: '1' }],
  ])('%s: the first has the place', async (_, fields, name, value) => {
    const result = await validateForm(anything, sent(fields as never))

    expect((result.data as Record<string, unknown>)[name]).toEqual(value)
  })

  it.each(['a[', 'a]', 'a[b', 'a[b]c', '[b]', 'a[][b]', 'a[[b]]', '-', 'a-', '-a', '--'])(
    '%s is a plain name',
    async (name) => {
      expect((await validateForm(anything, sent({ [name]: '1' }))).data).toEqual({ [name]: '1' })
    },
  )

  it('ten times the nested names cost not a hundred times as much', async () => {
    const schema = z.object({ items: z.array(z.object({ count: z.number() })) })
    const costOf = async (count: number): Promise<number> => {
      const names = Array.from({ length: count }, (_, i) => [`items-${i}-count`, `x${i}`])
      const form = sent(Object.fromEntries(names))
      const times: number[] = []
      for (let run = 0; run < 4; run++) {
        const before = performance.now()
        const { errors } = await validateForm(schema, form)
        times.push(performance.now() - before)
        expect(Object.keys(errors)).toHaveLength(count)
      }
      return Math.min(...times)
    }

    const few = await costOf(200)
    expect((await costOf(2000)) / few).toBeLessThan(40)
  })
})
