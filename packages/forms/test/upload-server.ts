/** A server of its own process that reads forms from a real socket: prints its port, then its memory whenever a line comes in. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Headers, Request } from '@dewar/http'
import { parseForm } from '../src/index.ts'

let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 20).unref()

async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = new Request({
    method: 'POST',
    target: '/',
    headers: Headers.fromRaw(message.rawHeaders),
    body: message,
    maxContentLength: null,
  })
  const { files, close } = await parseForm(request)
  const sizes = Array.from(files.values(), (file) => file.size)
  await close()
  response.end(JSON.stringify(sizes))
}

const server = createServer((message, response) => {
  answer(message, response).catch((error: { status?: number }) => {
    response.statusCode = error.status ?? 500
    response.end()
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
createInterface({ input: process.stdin }).on('line', () => {
  const rss = process.memoryUsage.rss()
  console.log(JSON.stringify({ rss, peak: Math.max(peak, rss) }))
})
