/** Static folders: one route each, files below the folder and nothing else. */
import { isAbsolute, join } from 'node:path'
import { DewarError } from '@dewar/base'
import type { Response } from '@dewar/http'
import { sendFromDirectory } from '@dewar/server'
import type { App } from './app.ts'
import { useRequest } from './context.ts'
import type { AppOptions } from './create-app.ts'
import { defaults } from './defaults.ts'
import type { RouteRecord } from './scaffold.ts'
import type { SendFileMaxAge } from './send-file-settings.ts'

/** A folder and where it is served. */
export interface StaticRoute {
  /** Absolute path of the folder; it need not exist yet. */
  readonly folder: string
  /** The endpoint, without the blueprint's name. */
  readonly endpoint: string
  /** The URL path before the file's: `/static`. */
  readonly urlPath: string
  /** The host it is served at, with host matching. */
  readonly host?: string | undefined
  /** For how long its files may be kept; as the app says by default. */
  readonly maxAge?: SendFileMaxAge | undefined
}

/** Where the route goes: to an app, or to a blueprint of that name. */
interface StaticTarget {
  readonly app: App
  readonly name?: string
  addRecord(record: RouteRecord): void
}

/** Adds the route of a static folder. Flask: the `static` endpoint. @internal */
export function addStaticRoute(target: StaticTarget, route: StaticRoute): void {
  const { app } = target
  const { folder, endpoint, urlPath, host } = route
  const fullName = target.name === undefined ? endpoint : `${target.name}.${endpoint}`
  app.staticVersions.add(fullName, folder)
  const view = ({ filename }: Record<string, unknown>) => sendStatic(app, fullName, route, String(filename))
  target.addRecord({
    rule: `${urlPath}/<path:filename>`,
    endpoint,
    methods: ['GET'],
    options: { access: 'public', host },
    view,
    personal: false,
  })
}

/** A URL with the file's version is good for ever; one with another version gets the file as it is now. */
async function sendStatic(
  app: App,
  endpoint: string,
  { folder, maxAge: ownMaxAge }: StaticRoute,
  filename: string,
): Promise<Response> {
  const request = useRequest('static')
  const { handOver } = app
  const { STATIC_VERSIONS } = app.config
  const asked = STATIC_VERSIONS ? (request.args.get('v') ?? null) : null
  const isCurrent = asked !== null && asked === app.staticVersions.versionOf(endpoint, filename)
  if (!isCurrent) {
    const maxAge = ownMaxAge === undefined ? app.getSendFileMaxAge(filename) : ownMaxAge(filename)
    return sendFromDirectory(folder, filename, { request, maxAge, handOver })
  }
  const response = await sendFromDirectory(folder, filename, {
    request,
    handOver,
    maxAge: defaults.staticVersionMaxAge.value,
  })
  const cacheControl = response.headers.get('Cache-Control') ?? ''
  response.headers.set('Cache-Control', `${cacheControl}, immutable`)
  return response
}

/** Adds the static folder of an app that has one. @internal */
export function addStaticFolder(target: StaticTarget, options: AppOptions): void {
  const { root, staticFolder = 'static', staticUrlPath, staticHost } = options
  if (staticFolder === null || root === undefined) return
  const urlPath = staticUrlPath ?? `/${lastPart(staticFolder)}`
  addStaticRoute(target, { folder: join(root, staticFolder), endpoint: 'static', urlPath, host: staticHost })
}

/** The last part of a folder's path: `css` of `assets/css/`. @internal */
export function lastPart(folder: string): string {
  return folder.split('/').findLast((part) => part !== '') ?? ''
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
