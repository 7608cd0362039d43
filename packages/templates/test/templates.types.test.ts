import { createTemplates, type Templates } from '@dewar/templates'
import { expect, expectTypeOf, it } from 'vitest'

it('types what it takes and gives', () => {
  const templates = createTemplates({ folders: ['templates'], autoReload: true })
  expectTypeOf(templates).toEqualTypeOf<Templates>()
  expectTypeOf(templates.render).returns.toEqualTypeOf<string>()
  templates.addFilter('twice', (value: string, times: number) => value.repeat(times))
  // @ts-expect-error a filter is a function
  templates.addFilter('wrong', 1)
  // @ts-expect-error an option that does not exist
  const wrong = (): Templates => createTemplates({ autoreload: true })
  expectTypeOf(wrong).returns.toEqualTypeOf<Templates>()
})

declare module '@dewar/templates' {
  interface TemplateContexts {
    'typed.html': { title: string; note?: unknown }
  }
}

it('checks what a template takes whose names are declared', () => {
  const templates = createTemplates({ sources: { 'typed.html': '{{ title }}', 'free.html': '{{ x }}' } })
  expect(templates.render('typed.html', { title: 'a' })).toBe('a')
  expect(templates.render('free.html', { x: 1 })).toBe('1')
  // @ts-expect-error a name that the template reads is missing
  templates.render('typed.html', { note: 1 })
  // @ts-expect-error all of them are
  templates.render('typed.html')
  // @ts-expect-error a name that the template does not read
  templates.render('typed.html', { title: 'a', titel: 'b' })
  // @ts-expect-error a value of another type
  const wrong = () => templates.stream('typed.html', { title: 1 })
  expectTypeOf(wrong).returns.toEqualTypeOf<AsyncIterable<string>>()
  expect(templates.render(['typed.html', 'free.html'], { anything: 1 })).toBe('')
})
