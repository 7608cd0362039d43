/** What a test asks for, as a request on the wire. */

import { DewarError } from '@dewar/base'
import type { RequestOptions } from '@dewar/http'

/** A file for a form. */
export interface UploadInit {
  readonly filename: string
  readonly content: string | Uint8Array
  readonly type?: string
}

/** A request of the test client. */
export interface RequestInit {
  /** Added to the path's own. */
  readonly query?: Readonly<Record<string, string | number>>
  /** Sent urlencoded, or as multipart if there are `files`. A list sends a field several times. */
  readonly form?: Readonly<Record<string, string | number | readonly string[]>>
  /** Sent with the form. A list sends several files under one name. */
  readonly files?: Readonly<Record<string, UploadInit | readonly UploadInit[]>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** Name and password for Basic authentication, or a token for Bearer. */
  readonly auth?: { readonly username: string; readonly password: string } | { readonly token: string }
  /** `SERVER_NAME`, else `localhost`, by default. */
  readonly host?: string
  /** `http` by default. */
  readonly scheme?: 'http' | 'https'
  /** The path below which the app lives; empty by default. Flask: `SCRIPT_NAME`. */
  readonly rootPath?: string
  /** `127.0.0.1` by default; through a socket always that. */
  readonly remoteAddr?: string
  /** Whether to send a CSRF token; true by default for unsafe methods. */
  readonly csrf?: boolean
  /** Whether to follow redirects on this site, at most 20. */
  readonly followRedirects?: boolean
}

/** A body with its type. */
interface Payload {
  readonly type: string | null
  readonly bytes: Uint8Array | null
}

/** Makes the wire form of a request. @internal */
export async function toRequestOptions(
  method: string,
  path: string,
  init: RequestInit,
  cookies: string,
): Promise<RequestOptions> {
  const { host = 'localhost', scheme = 'http', remoteAddr = '127.0.0.1', rootPath = '' } = init
  const payload = await toPayload(init)
  const headers: [string, string][] = [['Host', host]]
  const given = Object.entries(init.headers ?? {})
  const has = (name: string) => given.some(([other]) => other.toLowerCase() === name)
  if (payload.type !== null && !has('content-type')) headers.push(['Content-Type', payload.type])
  if (payload.bytes !== null) headers.push(['Content-Length', String(payload.bytes.byteLength)])
  if (cookies !== '' && !has('cookie')) headers.push(['Cookie', cookies])
  if (init.auth !== undefined && !has('authorization'))
    headers.push(['Authorization', credentials(init.auth)])
  headers.push(...given)
  const body = payload.bytes === null ? null : once(payload.bytes)
  return { method, target: withQuery(path, init.query), headers, scheme, remoteAddr, rootPath, body }
}

function credentials(auth: NonNullable<RequestInit['auth']>): string {
  if ('token' in auth) return `Bearer ${auth.token}`
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
}

function withQuery(path: string, query: RequestInit['query']): string {
  if (query === undefined) return path
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)]),
  ).toString()
  return `${path}${path.includes('?') ? '&' : '?'}${text}`
}

async function toPayload({ form, files, json, body }: RequestInit): Promise<Payload> {
  const kinds = [form ?? files, json, body].filter((kind) => kind !== undefined)
  if (kinds.length > 1) {
    throw new DewarError('ERR_DEWAR_TEST_BODY', 'The request was given more than one body.', {
      fix: 'Give it one of form (with files), json and body.',
    })
  }
  if (files !== undefined) return multipart(form ?? {}, files)
  if (form !== undefined) {
    const fields = new URLSearchParams(pairs(form))
    return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(fields.toString()) }
  }
  if (json !== undefined) return { type: 'application/json', bytes: Buffer.from(JSON.stringify(json)) }
  return { type: null, bytes: body === undefined ? null : Buffer.from(body) }
}

function pairs(form: NonNullable<RequestInit['form']>): [string, string][] {
  return Object.entries(form).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, String(item)]),
  )
}

/** The platform knows how to write multipart bodies. */
async function multipart(
  form: NonNullable<RequestInit['form']>,
  files: NonNullable<RequestInit['files']>,
): Promise<Payload> {
  const data = new FormData()
  for (const [name, value] of pairs(form)) data.append(name, value)
  for (const [name, given] of Object.entries(files)) {
    for (const { content, filename, type } of [given].flat() as readonly UploadInit[]) {
      const part = typeof content === 'string' ? content : new Uint8Array(content)
      data.append(name, new File([part], filename, type === undefined ? {} : { type }))
    }
  }
  const encoded = new globalThis.Response(data)
  return { type: encoded.headers.get('Content-Type'), bytes: await encoded.bytes() }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes
}
