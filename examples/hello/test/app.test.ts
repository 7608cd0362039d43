import { expect, it } from 'vitest'
import { app } from '../app.ts'

it.each([
  { path: '/', text: 'Hello, World!' },
  { path: '/hello/Ada', text: '{"greeting":"Hello, Ada!","home":"/"}' },
])('answers $path', async ({ path, text }) => {
  expect((await app.testClient().get(path)).text.trim()).toBe(text)
})
