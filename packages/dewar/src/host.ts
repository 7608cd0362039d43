import type { AppRequest } from './request.ts'

/** The host a request is for: of the target if it names one, as requests to proxies do, else of `Host`. @internal */
export function hostOf(request: AppRequest): string | null {
  return request.target.startsWith('/') ? request.headers.get('Host') : request.host
}

/** `SERVER_NAME` as it stands in requests: browsers leave the scheme's own port out. @internal */
export function serverNameFor(serverName: string, scheme: string): string {
  const port = scheme === 'https' ? ':443' : ':80'
  return serverName.endsWith(port) ? serverName.slice(0, -port.length) : serverName
}

/** `a.b` for `a.b.example.com` at `example.com`, `''` for the name itself, `null` for a host elsewhere. @internal */
export function subdomainOf(host: string, serverName: string): string | null {
  const [here, name] = [host.toLowerCase(), serverName.toLowerCase()]
  if (here === name) return ''
  return here.endsWith(`.${name}`) ? here.slice(0, -name.length - 1) : null
}
