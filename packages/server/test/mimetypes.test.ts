import { expect, it } from 'vitest'
import { guessMimetype } from '../src/index.ts'

it.each([
  ['index.html', 'text/html'],
  ['SITE.CSS', 'text/css'],
  ['app.mjs', 'text/javascript'],
  ['/a.b/c.tar.gz', 'application/gzip'],
  ['photo.JPeG', 'image/jpeg'],
  ['font.woff2', 'font/woff2'],
  ['README', 'application/octet-stream'],
  ['/a.html/README', 'application/octet-stream'],
  ['x.unknown', 'application/octet-stream'],
  ['x.', 'application/octet-stream'],
  ['x.constructor', 'application/octet-stream'],
  ['x.__proto__', 'application/octet-stream'],
])('%s is %s', (name, type) => {
  expect(guessMimetype(name)).toBe(type)
})
