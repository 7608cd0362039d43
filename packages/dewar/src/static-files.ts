/** Static folders: one route each, files below the folder and nothing else. */
import { isAbsolute, join } from 'node:path'
import { DewarError } from '@dewar/base'
import { sendFromDirectory } from '@dewar/server'
import type { App } from './app.ts'
import { useRequest } from './context.ts'
import type { RouteRecord } from './scaffold.ts'

/** A folder and where it is served. */
export interface StaticRoute {
  /** Absolute path of the folder; it need not exist yet. */
  readonly folder: string
  /** The endpoint's full name: `static`, `blog.static`. */
  readonly endpoint: string
  /** The URL path before the file's: `/static`. */
  readonly urlPath: string
  /** The host it is served at, with host matching. */
  readonly host?: string | undefined
}

/** Adds the route of a static folder. Flask: the `static` endpoint. @internal */
export function addStaticRoute(
  target: { readonly app: App; addRecord(record: RouteRecord): void },
  { folder, endpoint, urlPath, host }: StaticRoute,
): void {
  const { config } = target.app
  const view = ({ filename }: Record<string, unknown>) =>
    sendFromDirectory(folder, String(filename), {
      request: useRequest('static'),
      maxAge: config.SEND_FILE_MAX_AGE_DEFAULT,
    })
  target.addRecord({
    rule: `${urlPath}/<path:filename>`,
    endpoint,
    methods: ['GET'],
    options: { access: 'public', host },
    view,
    personal: false,
  })
}

/**
 * An absolute folder from one that may be relative to `root`.
 *
 * @throws {DewarError} `ERR_DEWAR_ROOT` if it is relative and there is no root
 */
export function resolveFolder(root: string | undefined, folder: string, option: string): string {
  if (isAbsolute(folder)) return folder
  if (root !== undefined) return join(root, folder)
  throw new DewarError('ERR_DEWAR_ROOT', `The ${option} '${folder}' is relative, and there is no root.`, {
    fix: 'Add root: import.meta.dirname to the options.',
    details: { option },
  })
}
