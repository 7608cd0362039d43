/** An app of its own process that takes uploads over a real socket: prints its port, then its memory whenever a line comes in. */
import { createInterface } from 'node:readline'
import { request } from '../src/index.ts'
import { makeApp } from './setup.ts'

let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 10).unref()

const app = makeApp({ config: { MAX_CONTENT_LENGTH: null } })
app.post('/', { unsafeCsrfExempt: true }, async () => {
  const files = await request.files()
  return Array.from(files.values(), (file) => file.size)
})
const { url } = await app.run({ port: 0 })
console.log(new URL(url).port)
createInterface({ input: process.stdin }).on('line', () => {
  const rss = process.memoryUsage.rss()
  console.log(JSON.stringify({ rss, peak: Math.max(peak, rss) }))
  peak = rss
})
