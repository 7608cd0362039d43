import { expectTypeOf, it } from 'vitest'
import { createTemplates, type Templates } from '../src/index.ts'

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
