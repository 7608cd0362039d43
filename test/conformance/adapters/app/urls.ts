/** URLs of endpoints, in and outside of requests. */
import { urlFor } from 'dewar'
import { type AppData, build } from './build.ts'

interface UrlInput {
  readonly app: AppData
  readonly endpoint: string
  readonly values: Record<string, unknown>
  readonly options: {
    readonly external?: boolean
    readonly scheme?: 'http' | 'https' | ''
    readonly anchor?: string
    readonly method?: string
  }
  readonly request: { readonly path: string; readonly base_url?: string } | null
}

export function url_for({ app: data, endpoint, values, options, request }: UrlInput): string {
  const base = new URL(request?.base_url ?? 'http://localhost/')
  const app = build(data, [], { config: { TRUSTED_HOSTS: ['localhost', 'pub.example', '.ex.test'] } })
  const call = () => urlFor(endpoint, values, options)
  if (request === null) return app.context(call)
  return app.testRequestContext(
    {
      target: request.path,
      scheme: base.protocol === 'https:' ? 'https' : 'http',
      rootPath: base.pathname.replace(/\/$/, ''),
      headers: [['Host', base.host]],
    },
    call,
  )
}
