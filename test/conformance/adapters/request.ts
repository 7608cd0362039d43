/** The area `request`: what a request says about itself, hosts, proxies and bodies. */
import { parseForm } from '@dewar/forms'
import { BadHost, Headers, parseListHeader, quoteUrl, Request, uriToIri } from '@dewar/http'
import { checkHost, trustProxy } from '@dewar/security'
import type { Adapter } from '../adapter.ts'
import { camelCase, credentials, requestDirectives, seconds, tags, toObject } from './headers.ts'

type Server = readonly [host: string, port: number | null]

interface PropsInput {
  readonly target: string
  readonly props: readonly string[]
  readonly method?: string
  readonly root_path?: string
  readonly headers?: [string, string][]
  readonly scheme?: 'http' | 'https'
  readonly server?: Server
  readonly remote_addr?: string
  readonly trusted_hosts?: string[]
}

/** Properties whose form differs; all others are the property of that name. */
const properties: Readonly<Record<string, (request: Request) => unknown>> = {
  // Dewar's is percent-encoded, and has no question mark without a query.
  full_path: (request) => `${request.path}?${request.queryString}`,
  url: (request) => uriToIri(request.url),
  base_url: (request) => uriToIri(request.baseUrl),
  root_url: (request) => uriToIri(request.urlRoot),
  host_url: (request) => uriToIri(request.hostUrl),
  args: (request) => [...request.args],
  cookies: (request) => [...request.cookies],
  mimetype_params: (request) => toObject(request.mimetypeParams),
  accept_mimetypes: (request) => request.acceptMimetypes.items,
  accept_languages: (request) => request.acceptLanguages.items,
  accept_encodings: (request) => request.acceptEncodings.items,
  cache_control: (request) => requestDirectives(request.cacheControl),
  if_match: (request) => tags(request.ifMatch),
  if_none_match: (request) => tags(request.ifNoneMatch),
  if_range: (request) => ({ etag: request.ifRange.etag, date: seconds(request.ifRange.date) }),
  range: (request) => request.range && { units: request.range.units, ranges: request.range.parts },
  authorization: (request) => credentials(request.authorization),
  if_modified_since: (request) => seconds(request.ifModifiedSince),
  if_unmodified_since: (request) => seconds(request.ifUnmodifiedSince),
  date: (request) => seconds(request.date),
  pragma: (request) => [...request.pragma],
  access_control_request_headers: (request) => [...request.accessControlRequestHeaders],
  access_route: (request) => {
    const route = parseListHeader(request.headers.getJoined('X-Forwarded-For'))
    return route.length > 0 || request.remoteAddr === null ? route : [request.remoteAddr]
  },
}

function serverName(server: Server | undefined): string | null {
  if (server === undefined || server[1] === null) return null
  const host = server[0].includes(':') && !server[0].startsWith('[') ? `[${server[0]}]` : server[0]
  return `${host}:${server[1]}`
}

function requestProps(input: PropsInput): unknown {
  const request = new Request({
    method: input.method ?? 'GET',
    target: input.target,
    headers: Headers.fromRaw((input.headers ?? []).flat()),
    scheme: input.scheme,
    rootPath: input.root_path,
    remoteAddr: input.remote_addr,
    serverName: serverName(input.server ?? ['localhost', 80]),
  })
  if (input.trusted_hosts !== undefined && input.trusted_hosts.length > 0) {
    checkHost(request.host, input.trusted_hosts)
  }
  const values = input.props.map((name) => {
    const read = properties[name]
    return [name, read ? read(request) : request[camelCase(name) as keyof Request]] as const
  })
  return toObject(values)
}

interface HostInput {
  readonly scheme: 'http' | 'https'
  readonly host_header?: string | null
  readonly server?: Server
  readonly trusted_hosts?: string[] | null
}

function hostOf(input: HostInput): string {
  const headers = typeof input.host_header === 'string' ? ['Host', input.host_header] : []
  const request = new Request({
    method: 'GET',
    target: '/',
    headers: Headers.fromRaw(headers),
    scheme: input.scheme,
    serverName: serverName(input.server),
  })
  return checkHost(request.host, input.trusted_hosts?.length ? input.trusted_hosts : null)
}

function isTrusted({ host, trusted }: { host: string | null; trusted: string[] | null }): boolean {
  try {
    checkHost(host, trusted?.length ? trusted : null)
    return true
  } catch (error) {
    if (error instanceof BadHost) return false
    throw error
  }
}

interface UrlInput {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly root_path?: string
  readonly path?: string
  readonly query?: string
}

function currentUrl({ scheme, host, root_path, path, query }: UrlInput): string {
  const search = query === undefined || query === '' ? '' : `?${quoteUrl(query, "%!$&'()*+,/:;=?@")}`
  const target = `${quoteUrl(path ?? '/', "%!$&'()*+,/:;=@")}${search}`
  const headers = Headers.fromRaw(['Host', host])
  const request = new Request({ method: 'GET', target, headers, scheme, rootPath: root_path })
  if (root_path === undefined) return uriToIri(request.hostUrl)
  return uriToIri(path === undefined ? request.urlRoot : request.url)
}

interface ProxyInput {
  readonly trust: Readonly<Record<string, number>>
  readonly headers: [string, string][]
  readonly remote_addr?: string
  readonly server: Server
  readonly scheme?: 'http' | 'https'
  readonly root_path?: string
}

function proxied(input: ProxyInput): unknown {
  const headers = Headers.fromRaw(input.headers.flat())
  const { trust } = input
  const head = {
    headers,
    remoteAddr: input.remote_addr ?? null,
    scheme: input.scheme ?? 'http',
    rootPath: input.root_path ?? '',
  }
  const seen = trustProxy(head, {
    for: trust['x_for'] ?? 1,
    proto: trust['x_proto'] ?? 1,
    host: trust['x_host'] ?? 0,
    port: trust['x_port'] ?? 0,
    prefix: trust['x_prefix'] ?? 0,
  })
  const { remoteAddr, scheme, host, rootPath } = seen
  const port = /:(\d+)$/.exec(host ?? '')?.[1]
  return {
    remote_addr: remoteAddr,
    scheme,
    host_header: host,
    server: [host?.replace(/:\d+$/, '') ?? input.server[0], port ?? String(input.server[1])],
    root_path: rootPath,
  }
}

async function* bytes(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text)
}

interface BodyInput {
  readonly method: string
  readonly target: string
  readonly content_type: string | null
  readonly body: string
  readonly max_content_length?: number
  readonly max_form_memory_size?: number
  readonly max_form_parts?: number
}

async function bodyOf(input: BodyInput): Promise<unknown> {
  const request = new Request({
    method: input.method,
    target: input.target,
    headers: input.content_type === null ? {} : { 'Content-Type': input.content_type },
    body: bytes(input.body),
    maxContentLength: input.max_content_length ?? null,
  })
  const { form, files } = await parseForm(request, {
    maxFormMemorySize: input.max_form_memory_size ?? null,
    maxFormParts: input.max_form_parts ?? null,
  })
  const isForm = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(request.mimetype)
  const values = input.method === 'GET' ? [...request.args] : [...request.args, ...form]
  return {
    form: [...form],
    values,
    files: Array.from(files, ([name, file]) => [name, file.filename]),
    data: isForm ? '' : await request.text(),
  }
}

interface JsonInput {
  readonly body: string
  readonly content_type: string | null
  readonly force?: boolean
  readonly silent?: boolean
}

function jsonOf({ body, content_type, force, silent }: JsonInput): Promise<unknown> {
  const headers: Record<string, string> = content_type === null ? {} : { 'Content-Type': content_type }
  return new Request({ method: 'POST', target: '/', headers, body: bytes(body) }).json({ force, silent })
}

/** Maps the area to `@dewar/http`, `@dewar/security` (hosts, proxies) and `@dewar/forms` (bodies). */
export const adapter: Adapter = {
  operations: {
    request_props: requestProps,
    get_host: hostOf,
    host_is_trusted: isTrusted,
    current_url: currentUrl,
    proxy_fix: proxied,
    request_json: jsonOf,
    request_body: bodyOf,
  },
  kinds: {
    ERR_FORMS_LIMIT: 'RequestEntityTooLarge',
    ERR_FORMS_MALFORMED: 'BadRequest',
    ERR_HTTP_BAD_HOST: 'SecurityError',
    ERR_SECURITY_TRUSTED_HOST: 'ValueError',
    ERR_HTTP_BAD_REQUEST: 'BadRequest',
    ERR_HTTP_REQUEST_ENTITY_TOO_LARGE: 'RequestEntityTooLarge',
    ERR_HTTP_UNSUPPORTED_MEDIA_TYPE: 'UnsupportedMediaType',
  },
}
