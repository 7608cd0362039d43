import { MultiDict } from '@dewar/http'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { parseForm, UploadedFile, ValidationError, validate, validateForm } from '../src/index.ts'
import { end, file, multipart } from './bodies.ts'

function sent(pairs: Record<string, string | string[]>) {
  return { form: new MultiDict<string>(pairs), files: new MultiDict<UploadedFile>() }
}

const libraries = [
  {
    library: 'zod',
    schema: z.object({
      title: z.string().min(2, 'short'),
      age: z.number().min(18, 'young'),
      agree: z.boolean(),
      born: z.date().optional(),
      tags: z.array(z.string()).default([]),
      sizes: z.array(z.number()).optional(),
      note: z.string().nullish(),
    }),
  },
  {
    library: 'valibot',
    schema: v.object({
      title: v.pipe(v.string(), v.minLength(2, 'short')),
      age: v.pipe(v.number(), v.minValue(18, 'young')),
      agree: v.boolean(),
      born: v.optional(v.date()),
      tags: v.optional(v.array(v.string()), []),
      sizes: v.optional(v.array(v.number())),
      note: v.nullish(v.string()),
    }),
  },
  {
    library: 'arktype',
    schema: type({
      title: type('string >= 2').configure({ message: 'short' }),
      age: type('number >= 18').configure({
        message: ({ code }) => (code === 'min' ? 'young' : 'no number'),
      }),
      agree: 'boolean',
      'born?': 'Date',
      tags: type('string[]').default(() => []),
      'sizes?': 'number[]',
      'note?': 'string | null',
    }),
  },
] as const

describe.each(libraries)('a form held against a schema of $library', ({ schema }) => {
  const complete = { title: 'Snow', age: '36', agree: 'on' }

  it('gives what its texts stand for', async () => {
    const form = sent({ ...complete, born: '1815-12-10', tags: ['a', 'b'], sizes: '3', note: '' })

    expect(await validateForm(schema, form)).toMatchObject({
      ok: true,
      data: {
        title: 'Snow',
        age: 36,
        agree: true,
        born: new Date('1815-12-10'),
        tags: ['a', 'b'],
        sizes: [3],
        note: '',
      },
    })
  })

  it.each([
    ['a text that reads as a number', { title: '42' }, { title: '42' }],
    ['a text that reads as a truth value', { title: 'true' }, { title: 'true' }],
    ['a text that reads as a date', { title: '2026-01-01' }, { title: '2026-01-01' }],
    ['a box that is not ticked', { agree: [] }, { agree: false }],
    ['one tag', { tags: 'a' }, { tags: ['a'] }],
    ['no tags', {}, { tags: [] }],
    ['a blank date', { born: '' }, {}],
    ['numbers', { sizes: ['1', '2.5'] }, { sizes: [1, 2.5] }],
  ])('takes %s', async (_, fields, data) => {
    const result = await validateForm(schema, sent({ ...complete, ...fields } as never))

    expect(result.errors).toEqual({})
    expect(result).toMatchObject({ ok: true, data })
  })

  it.each([
    ['what is too short', { title: 'x' }, { title: ['short'] }],
    ['a number out of range, by that and not by its type', { age: '17' }, { age: ['young'] }],
    ['several at once', { title: '1', age: '3' }, { title: ['short'], age: ['young'] }],
    ['a number with leading zeros', { age: '036' }, { age: [expect.stringMatching(/number/i)] }],
    ['a number as JavaScript alone reads it', { age: '0x24' }, { age: [expect.stringMatching(/number/i)] }],
    ['a day that does not exist', { born: '2026-02-31' }, { born: [expect.stringMatching(/date/i)] }],
    ['a missing text', { title: [] }, { title: [expect.any(String)] }],
  ])('refuses %s', async (_, fields, errors) => {
    const result = await validateForm(schema, sent({ ...complete, ...fields } as never))

    expect(result.ok).toBe(false)
    expect({ ...result.errors }).toEqual(errors)
  })
})

it('reports what concerns the whole form under the empty name, and paths of refinements under theirs', async () => {
  const passwords = z
    .object({ one: z.string(), two: z.string() })
    .refine(({ one, two }) => one === two, { path: ['two'], message: 'differs' })
    .refine(({ one }) => one !== 'secret', 'guessable')

  const first = await validateForm(passwords, sent({ one: 'a', two: 'b' }))
  const second = await validateForm(passwords, sent({ one: 'secret', two: 'secret' }))

  expect([first.errors['two'], second.errors['']]).toEqual([['differs'], ['guessable']])
})

it('leaves out names that are no part of the data', async () => {
  const result = await validateForm(z.strictObject({ a: z.string() }), sent({ a: '1', csrf_token: 'x' }), [
    'csrf_token',
  ])

  expect(result).toMatchObject({ ok: true, data: { a: '1' } })
})

it('gives files, and their absence', async () => {
  const schema = z.object({ photo: z.instanceof(UploadedFile), more: z.array(z.instanceof(UploadedFile)) })
  const form = await parseForm(multipart(file('photo', 'x.png', 'x') + file('more', 'y.png', 'y') + end))

  const result = await validateForm(schema, form)
  const missing = await validateForm(schema, sent({}))

  expect(result.data?.photo.filename).toBe('x.png')
  expect(result.data?.more).toHaveLength(1)
  expect(Object.keys(missing.errors)).toEqual(['photo'])
})

it('never changes JSON, and reports paths', async () => {
  const schema = z.object({ age: z.number(), at: z.object({ city: z.string() }) })

  expect(await validate(schema, { age: 3, at: { city: 'x' } })).toMatchObject({ ok: true })
  const { errors } = await validate(schema, { age: '3', at: { city: 1 } })
  expect(Object.keys(errors)).toEqual(['age', 'at.city'])
})

it.each(['__proto__', 'constructor', 'toString'])('the name %s is a name like any other', async (name) => {
  const seen: unknown[] = []
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) => {
        seen.push(Object.entries(value as object))
        return { issues: [{ message: 'no', path: [name] }] }
      },
    },
  }

  const { errors } = await validateForm(schema, sent(Object.fromEntries([[name, 'x']])))

  expect(seen[0]).toEqual([[name, 'x']])
  expect(Object.entries(errors)).toEqual([[name, ['no']]])
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

it('asks a schema that refuses everything a bounded number of times', async () => {
  let asked = 0
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: () => ({ issues: [{ message: 'no', path: [`field${asked++}`] }] }),
    },
  }

  await validateForm(schema, sent({ a: '' }))

  expect(asked).toBeLessThan(10)
})

describe('ValidationError', () => {
  it.each([
    ['a client that sent JSON', true, undefined],
    ['a client that prefers JSON', false, 'application/json'],
  ])('is a problem document to %s', (_, json, accept) => {
    const headers = multipart('').headers
    if (accept !== undefined) headers.set('Accept', accept)
    const response = new ValidationError({ a: ['no'] }, json).toResponse({ headers })

    expect([response.status, response.mimetype]).toEqual([422, 'application/problem+json'])
    expect(JSON.parse(String(response.body))).toMatchObject({
      status: 422,
      errors: [{ field: 'a', messages: ['no'] }],
    })
  })

  it('is a page to others', () => {
    expect(new ValidationError({ a: ['no'] }, false).toResponse().mimetype).toBe('text/html')
  })
})

it('types the data by the schema', async () => {
  const one = await validateForm(z.object({ age: z.number() }), sent({ age: '1' }))
  const two = await validateForm(v.object({ age: v.number() }), sent({ age: '1' }))

  if (one.ok) expectTypeOf(one.data).toEqualTypeOf<{ age: number }>()
  if (two.ok) expectTypeOf(two.data).toEqualTypeOf<{ age: number }>()
  expect(one.ok && two.ok).toBe(true)
})

describe('a number with a fraction that is none', () => {
  const schemas = [
    ['zod', z.object({ n: z.int().min(1).max(9) }), z.object({ n: z.number().min(1).max(9) })],
    [
      'valibot',
      v.object({ n: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9)) }),
      v.object({ n: v.pipe(v.number(), v.minValue(1), v.maxValue(9)) }),
    ],
    ['arktype', type({ n: '1 <= number.integer <= 9' }), type({ n: '1 <= number <= 9' })],
  ] as const

  it.each(schemas)('is no whole number to %s, but a number', async (_, whole, any) => {
    for (const text of ['1.0', '5.00', '9.0']) {
      const refused = await validateForm(whole, sent({ n: text }))
      expect(refused).toMatchObject({ ok: false, errors: { n: [expect.any(String)] } })
      expect(await validateForm(any, sent({ n: text }))).toMatchObject({
        ok: true,
        data: { n: Number(text) },
      })
    }
    expect(await validateForm(whole, sent({ n: '5' }))).toMatchObject({ ok: true, data: { n: 5 } })
  })

  it('stays a price, in lists of lines too, and a text where texts are wanted', async () => {
    const Order = z.object({
      version: z.string(),
      total: z.number().multipleOf(0.01),
      lines: z.array(z.object({ price: z.number(), count: z.int() })),
    })
    const order = { version: '1.0', total: '12.00', 'lines[0][price]': '3.0', 'lines[0][count]': '4' }

    expect(await validateForm(Order, sent(order))).toMatchObject({
      ok: true,
      data: { version: '1.0', total: 12, lines: [{ price: 3, count: 4 }] },
    })
    expect(await validateForm(Order, sent({ ...order, 'lines[0][count]': '4.0' }))).toMatchObject({
      ok: false,
      errors: { 'lines[0][count]': [expect.any(String)] },
    })
  })
})
