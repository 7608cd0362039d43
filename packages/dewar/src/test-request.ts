/** What a test asks for, as a request on the wire. */

import { DewarError } from '@dewar/base'
import { Headers, type RequestOptions } from '@dewar/http'
import type { App } from './app.ts'
import type { JsonProvider } from './json.ts'

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

/** A request of `app.testRequestContext`: what the server would have read, or what the test client takes. */
export interface MadeUpRequest
  extends Partial<RequestOptions>,
    Pick<RequestInit, 'query' | 'form' | 'json' | 'auth' | 'host'> {}

/** Makes the request of a context that no request brought. @internal */
export function madeUpRequest(made: MadeUpRequest, app: App): RequestOptions {
  const { query, form, json, auth, host, target = '/', ...options } = made
  const place = { ...placeOf(app), ...hostAndScheme(target) }
  const payload = bodyOf({ ...(form && { form }), ...(json !== undefined && { json }) }, app.json)
  const headers = new Headers(options.headers)
  headers.setDefault('Host', host ?? place.host ?? 'localhost')
  if (payload.type !== null) headers.setDefault('Content-Type', payload.type)
  if (payload.bytes !== null) headers.setDefault('Content-Length', payload.bytes.byteLength)
  if (auth !== undefined) headers.setDefault('Authorization', credentials(auth))
  return {
    method: 'GET',
    ...(place.scheme && { scheme: place.scheme }),
    ...(place.rootPath && { rootPath: place.rootPath }),
    ...(payload.bytes !== null && { body: once(payload.bytes) }),
    ...options,
    target: withQuery(pathOf(target), query),
    headers,
  }
}

/** Where an app is thought to be. @internal */
export function placeOf({ config }: App): Pick<RequestInit, 'host' | 'rootPath' | 'scheme'> {
  const { SERVER_NAME, APPLICATION_ROOT } = config
  return {
    ...(SERVER_NAME !== null && { host: SERVER_NAME }),
    ...(APPLICATION_ROOT !== '/' && { rootPath: APPLICATION_ROOT.replace(/\/$/, '') }),
  }
}

/** What a URL says of its place; nothing, for a path. @internal */
export function hostAndScheme(target: string): Pick<RequestInit, 'host' | 'scheme'> {
  if (!isUrl(target)) return {}
  const { protocol, host } = new URL(target)
  return { scheme: protocol === 'https:' ? 'https' : 'http', host }
}

/** The path and query of a URL, or the path itself. @internal */
export function pathOf(target: string): string {
  if (!isUrl(target)) return target
  const { pathname, search } = new URL(target)
  return pathname + search
}

function isUrl(target: string): boolean {
  return /^https?:\/\//i.test(target)
}

/** Makes the wire form of a request. @internal */
export async function toRequestOptions(
  method: string,
  path: string,
  init: RequestInit,
  cookies: string,
  json: JsonProvider,
): Promise<RequestOptions> {
  const { host = 'localhost', scheme = 'http', remoteAddr = '127.0.0.1', rootPath = '' } = init
  const payload = init.files === undefined ? bodyOf(init, json) : await multipartOf(init, init.files)
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

function bodyOf({ form, json, body }: RequestInit, provider: JsonProvider): Payload {
  refuseSecond([form, json, body])
  if (form !== undefined) {
    const fields = new URLSearchParams(pairs(form))
    return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(fields.toString()) }
  }
  if (json !== undefined) return { type: 'application/json', bytes: Buffer.from(provider.stringify(json)) }
  return { type: null, bytes: body === undefined ? null : Buffer.from(body) }
}

function multipartOf(
  { form, json, body }: RequestInit,
  files: NonNullable<RequestInit['files']>,
): Promise<Payload> {
  refuseSecond([files, json, body])
  return multipart(form ?? {}, files)
}

function refuseSecond(kinds: readonly unknown[]): void {
  if (kinds.filter((kind) => kind !== undefined).length <= 1) return
  throw new DewarError('ERR_DEWAR_TEST_BODY', 'The request was given more than one body.', {
    fix: 'Give it one of form (with files), json and body.',
  })
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
