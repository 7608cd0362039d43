import { expect, it } from 'vitest'
import { striptags } from '../src/index.ts'

it.each([
  ['tags, and collapses whitespace', 'a<b>x</b>  &amp; y\n', 'ax & y'],
  ['comments with tags in them', '<!-- <b> -->x', 'x'],
  ['comments that close at once', '<!-->x<!--->y', 'xy'],
  ['comments that only removing another reveals', '<!<!---->-- a -->b', 'b'],
  ['nothing of an unfinished tag', 'x <b', 'x <b'],
  ['nothing of escaped tags but the escapes', '&lt;script&gt;', '<script>'],
])('removes %s', (_, html, text) => {
  expect(striptags(html)).toBe(text)
})
