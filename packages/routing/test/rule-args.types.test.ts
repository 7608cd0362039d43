import { expectTypeOf, test } from 'vitest'
import {
  type CheckRule,
  type Converters,
  Rule,
  type RuleArgs,
  type UrlArgs,
  type UrlParameters,
} from '../src/index.ts'

declare module '@dewar/routing' {
  interface Converters {
    hex: bigint
  }
}

test('the arguments of a rule have the types of its converters', () => {
  expectTypeOf<keyof RuleArgs<'/'>>().toEqualTypeOf<never>()
  expectTypeOf<RuleArgs<'/posts/<int:id>'>>().toEqualTypeOf<{ id: number }>()
  expectTypeOf<RuleArgs<'/<a>/<string:b>/<path:c>'>>().toEqualTypeOf<{ a: string; b: string; c: string }>()
  expectTypeOf<RuleArgs<'/<float:f>-<uuid:u>/<bigint:n>'>>().toEqualTypeOf<{
    f: number
    u: string
    n: bigint
  }>()
  expectTypeOf<RuleArgs<'/<int(min=1, max=9):n>'>>().toEqualTypeOf<{ n: number }>()
})

test('any() gives the union of its items, bare or quoted', () => {
  expectTypeOf<RuleArgs<'/<any(news, events):kind>'>>().toEqualTypeOf<{ kind: 'news' | 'events' }>()
  expectTypeOf<RuleArgs<`/<any('a b',"c,d",e):kind>`>>().toEqualTypeOf<{ kind: 'a b' | 'c,d' | 'e' }>()
})

test('a converter of the app is typed by declaration merging', () => {
  expectTypeOf<Converters['hex']>().toEqualTypeOf<bigint>()
  expectTypeOf<RuleArgs<'/colours/<hex:colour>'>>().toEqualTypeOf<{ colour: bigint }>()
  expectTypeOf<CheckRule<'/colours/<hex:colour>'>>().toEqualTypeOf<'/colours/<hex:colour>'>()
})

test('a rule known only as text has arguments of unknown types', () => {
  expectTypeOf<RuleArgs<string>>().toEqualTypeOf<Record<string, unknown>>()
  expectTypeOf<CheckRule<string>>().toEqualTypeOf<string>()
})

test('what is wrong with a rule stands in the type', () => {
  expectTypeOf<CheckRule<'/posts/<itn:id>'>>().toEqualTypeOf<{ 'unknown converter': 'itn' }>()
  expectTypeOf<CheckRule<'posts'>>().toEqualTypeOf<{ 'a rule starts with a slash': 'posts' }>()
  expectTypeOf<CheckRule<'/<a>/<int:a>'>>().toEqualTypeOf<{ 'variable used twice': 'a' }>()
  expectTypeOf<CheckRule<'/posts/<id'>>().toEqualTypeOf<{ 'placeholder without an end': '/posts/<id' }>()
  expectTypeOf<CheckRule<'/users/:id/posts/:post'>>().toEqualTypeOf<{
    'write it as': '/users/<id>/posts/<post>'
  }>()
})

test('a wrong rule does not compile', () => {
  // @ts-expect-error unknown converter
  const unknown = () => new Rule('/posts/<itn:id>', { endpoint: 'show' })
  // @ts-expect-error Express form
  const express = () => new Rule('/posts/:id', { endpoint: 'show' })
  // @ts-expect-error no slash
  const slashless = () => new Rule('posts', { endpoint: 'show' })
  expectTypeOf([unknown, express, slashless]).toBeArray()
})

test('arguments for a URL are required unless they have a default, and more go into the query', () => {
  const urlFor = <R extends string>(_rule: R, ..._args: UrlParameters<R>): void => {}
  urlFor('/')
  urlFor('/', { page: 2 })
  urlFor('/posts/<int:id>', { id: 1, q: 'x' })
  // @ts-expect-error the argument is missing
  urlFor('/posts/<int:id>')
  // @ts-expect-error the argument has another type
  urlFor('/posts/<int:id>', { id: 'one' })
  // @ts-expect-error another argument than the rule's
  urlFor('/posts/<int:id>', { ident: 1 })
  expectTypeOf<UrlParameters<'/all/<int:page>', 'page'>>().toExtend<[args?: { page?: number }]>()
  expectTypeOf<{ page: 2 }>().toExtend<UrlArgs<'/<kind>/<int:page>', 'kind'>>()
})
