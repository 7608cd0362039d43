import { renderTemplate, streamTemplate } from 'dewar'
import { expect, expectTypeOf, it } from 'vitest'
import { makeApp } from './setup.ts'

interface Post {
  readonly title: string
}

declare module 'dewar' {
  interface TemplateContexts {
    'typed/post.html': { post: unknown; note?: unknown }
    'typed/about.html': { user?: unknown }
    'typed/open.html': { post: unknown; [name: string]: unknown }
  }
  interface TemplateValues {
    post: Post
  }
}

const post: Post = { title: 'a' }

it('takes what the template reads', () => {
  const views = [
    () => renderTemplate('typed/post.html', { post }),
    () => renderTemplate('typed/post.html', { post, note: 1 }),
    () => renderTemplate('typed/about.html'),
    () => renderTemplate('typed/about.html', { user: null }),
    () => renderTemplate('typed/open.html', { post, more: 1 }),
  ]
  expectTypeOf(views[0]).toEqualTypeOf<(() => string) | undefined>()
  const stream = () => streamTemplate('typed/post.html', { post })
  expectTypeOf(stream).returns.toEqualTypeOf<AsyncIterable<string>>()
})

it('refuses what is missing, of another type, or not read', () => {
  const views = [
    // @ts-expect-error: post is missing
    () => renderTemplate('typed/post.html', { note: 1 }),
    // @ts-expect-error: all values are missing
    () => renderTemplate('typed/post.html'),
    // @ts-expect-error: post is no text
    () => renderTemplate('typed/post.html', { post: 'a' }),
    // @ts-expect-error: there is no such name in it
    () => renderTemplate('typed/about.html', { usr: null }),
    // @ts-expect-error: post is missing
    () => streamTemplate('typed/post.html', {}),
  ]
  expect(views).toHaveLength(5)
})

it('takes anything for templates that are not declared, for lists, and for names that are computed', () => {
  const name: string = 'typed/post.html'
  const app = makeApp({ templates: { sources: { 'free.html': '{{ x }}', 'typed/post.html': '{{ y }}' } } })
  const pages = app.context(() => [
    renderTemplate('free.html', { x: 1 }),
    renderTemplate('free.html'),
    renderTemplate(['none.html', 'free.html'], { x: 2 }),
    renderTemplate(name, { y: 3 }),
  ])
  expect(pages).toEqual(['1', '', '2', '3'])
})
