import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escape, escapeText, Markup, striptags, unescape } from '../src/index.ts'

const text = fc.string({
  unit: fc.constantFrom('<', '>', '&', '"', "'", ';', '#', '!', '-', 'a', 'lt', 'amp', ' ', '🎉'),
})

it('escaping leaves none of the five characters but in entities', () => {
  fc.assert(fc.property(text, (value) => !/[<>"']|&(?!(?:amp|lt|gt|#39|#34);)/.test(escapeText(value))))
})

it('unescaping undoes escaping', () => {
  fc.assert(fc.property(text, (value) => unescape(escapeText(value)) === value))
})

it('escaping twice through Markup is escaping once', () => {
  fc.assert(fc.property(text, (value) => String(escape(escape(value))) === escapeText(value)))
})

it('joining escapes each plain part alone', () => {
  fc.assert(
    fc.property(fc.array(text), (parts) => {
      expect(String(new Markup('').join(parts))).toBe(parts.map(escapeText).join(''))
    }),
  )
})

it('stripping leaves no closed tag', () => {
  fc.assert(fc.property(text, (value) => !/<[^>]*>/.test(striptags(value.replaceAll('&', '')))))
})
