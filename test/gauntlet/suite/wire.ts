/** HTTP by hand over plain sockets: what is sent is what is written here, byte for byte. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came; status 0 is a connection that was closed without one. */
export interface Answer {
  readonly status: number
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  readonly text: string
  /** The first field of a name. */
  get(name: string): string | null
  /** All fields of a name. */
  all(name: string): string[]
}

/** Seconds after which a target that has not answered hangs. */
export const PATIENCE = 10

/** Connects. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/**
 * Sends bytes and reads all answers until the target closes the connection.
 *
 * @param methods of the requests in turn: an answer to HEAD has no body
 * @param seconds how long the target may take
 * @throws {Error} if it takes longer
 */
export async function converse(
  port: number,
  bytes: string | Buffer,
  methods: readonly string[] = [],
  seconds = PATIENCE,
): Promise<Answer[]> {
  const socket = await open(port)
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return parseAnswers(await readToEnd(socket, seconds), methods)
}

/** Reads until the target closes; a reset counts as an end. */
export async function readToEnd(socket: Socket, seconds = PATIENCE): Promise<Buffer> {
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  const ended = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), seconds * 1000)
    const end = () => {
      clearTimeout(timer)
      resolve(true)
    }
    socket.once('end', end)
    socket.once('close', end)
  })
  socket.destroy()
  if (!ended) throw new Error(`The target hangs: no end of the connection within ${seconds} s.`)
  return Buffer.concat(pieces)
}

/** The final answers in what a connection brought; interim ones (100) are left out. */
export function parseAnswers(bytes: Buffer, methods: readonly string[] = []): Answer[] {
  const answers: Answer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) break
    const [line = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(line)?.[1])
    if (!status) throw new Error(`No status line: ${line.slice(0, 80)}`)
    const fields = lines.map((field) => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon), field.slice(colon + 1).trim()] as const
    })
    const start = end + 4
    if (status < 200) {
      at = start
      continue
    }
    const bodiless = methods[answers.length] === 'HEAD' || status === 204 || status === 304
    const { body, next } = bodiless ? { body: Buffer.alloc(0), next: start } : bodyAt(bytes, start, fields)
    answers.push(answerOf(status, fields, body))
    at = next
  }
  return answers
}

function bodyAt(bytes: Buffer, start: number, fields: Answer['fields']): { body: Buffer; next: number } {
  const length = valuesOf(fields, 'content-length')[0]
  if (length !== undefined) {
    const next = start + Number(length)
    return { body: bytes.subarray(start, next), next }
  }
  if (valuesOf(fields, 'transfer-encoding')[0] !== 'chunked')
    return { body: bytes.subarray(start), next: bytes.length }
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error('The answer ends within its chunks.')
    if (size === 0) return { body: Buffer.concat(chunks), next: lineEnd + 4 }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}

function answerOf(status: number, fields: Answer['fields'], body: Buffer): Answer {
  return {
    status,
    fields,
    body,
    text: body.toString('utf8'),
    get: (name) => valuesOf(fields, name.toLowerCase())[0] ?? null,
    all: (name) => valuesOf(fields, name.toLowerCase()),
  }
}

function valuesOf(fields: Answer['fields'], name: string): string[] {
  return fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

/** The answer of a target that said nothing. */
export const silence: Answer = answerOf(0, [], Buffer.alloc(0))

/** Header lines, by name or in order. */
export type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[]

/** A request as a client writes it. */
export interface Sent {
  readonly method?: string
  readonly host?: string
  readonly fields?: Fields
  readonly body?: string | Buffer
}

/** Sends one request on a connection of its own. Its length is written; nothing else is added but Host and Connection. */
export async function send(port: number, path: string, sent: Sent = {}): Promise<Answer> {
  const { method = 'GET' } = sent
  const [answer = silence] = await converse(port, requestBytes(path, sent), [method])
  return answer
}

/** The bytes of a request; text beyond ISO-8859-1 goes out as UTF-8. */
export function requestBytes(path: string, sent: Sent = {}, connection = 'close'): Buffer {
  const { method = 'GET', host = 'gauntlet.example', fields = {}, body } = sent
  const payload = typeof body === 'string' ? Buffer.from(body) : body
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`]
  for (const [name, value] of Symbol.iterator in fields ? fields : Object.entries(fields))
    lines.push(`${name}: ${value}`)
  if (payload !== undefined) lines.push(`Content-Length: ${payload.length}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\nConnection: ${connection}\r\n\r\n`)
  return payload === undefined ? head : Buffer.concat([head, payload])
}
