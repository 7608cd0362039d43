/** Plain sockets for tests: what is sent is what is written here, byte for byte. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Sends bytes and waits for the server to end the connection. */
export async function exchange(port: number, bytes: string | Buffer): Promise<string> {
  const socket = await open(port)
  socket.write(bytes)
  return readToEnd(socket)
}

/** Connects. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

/** Reads until the server ends the connection; a reset counts as an end. */
export async function readToEnd(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('error', () => undefined)
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  await new Promise<void>((resolve) => {
    socket.once('end', resolve)
    socket.once('close', resolve)
  })
  socket.destroy()
  return text
}

/** Reads until the text so far matches. */
export async function readUntil(socket: Socket, pattern: RegExp): Promise<string> {
  let text = ''
  socket.setEncoding('latin1')
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [string]
    text += chunk
    if (pattern.test(text)) return text
  }
}

/** The statuses of all responses in a stream of bytes. */
export function statuses(text: string): number[] {
  return Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), (match) => Number(match[1]))
}
