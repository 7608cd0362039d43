import { expectTypeOf, it } from 'vitest'
import { escape, escapeText, html, isMarkup, type Markup } from '../src/index.ts'

it('tells text from Markup', () => {
  expectTypeOf(escape('x')).toEqualTypeOf<Markup>()
  expectTypeOf(html`x`).toEqualTypeOf<Markup>()
  expectTypeOf(escapeText).toEqualTypeOf<(text: string) => string>()
  // @ts-expect-error a string is no Markup
  const markup: Markup = 'x'
  const value: unknown = markup
  if (isMarkup(value)) expectTypeOf(value).toEqualTypeOf<Markup>()
})
