/** Finds the app a command is for. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DewarError } from '@dewar/base'
import { App } from './app.ts'
import { compileDecorators } from './decorator-loader.ts'

const usualFiles = ['app.ts', 'app.js', 'app.mjs', 'main.ts', 'main.js', 'src/app.ts', 'src/app.js']
const usualExports = ['app', 'application', 'default']
const usualFactories = ['createApp', 'makeApp', 'createApplication', 'create_app', 'make_app']

/**
 * Imports an app.
 *
 * @param place `file`, `file:export`, or nothing to look for `app.ts` and its like in the working directory. The export is
 *   an app or a function that makes one
 * @param compiled where files with decorators lie ready, if this process may not compile
 * @throws {DewarError} `ERR_DEWAR_CLI_NO_FILE`, `ERR_DEWAR_CLI_NO_APP`; errors within the file come through as they are
 * @see Flask: `flask --app`
 */
export async function loadApp(place: string | undefined, compiled?: string): Promise<App> {
  const { path, name } = locateApp(place)
  compileDecorators(compiled)
  const exports: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href)
  const app = name === undefined ? await usualApp(exports) : await toApp(exports[name])
  if (app !== null) return app
  const found = Object.keys(exports).join(', ') || 'nothing'
  throw new DewarError(
    'ERR_DEWAR_CLI_NO_APP',
    `${path} exports no app${name === undefined ? '' : ` named '${name}'`}.`,
    {
      fix: `Write: export const app = createApp(); or name what makes it: app.ts:makeShop. It exports: ${found}.`,
      details: { path },
    },
  )
}

/**
 * Finds the file of an app without importing it.
 *
 * @throws {DewarError} `ERR_DEWAR_CLI_NO_FILE`
 */
export function locateApp(place: string | undefined): { path: string; name: string | undefined } {
  const [, file = place, name] = /^(.+?):(\w+)$/.exec(place ?? '') ?? []
  return { path: findFile(file), name }
}

/** The nearest folder with a package.json, from one upwards; the folder itself where there is none. */
export function projectOf(folder: string): string {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, 'package.json'))) return above
    if (above === dirname(above)) return folder
  }
}

function findFile(file: string | undefined): string {
  const candidates = file === undefined ? usualFiles : [file]
  const found = candidates.map((candidate) => resolve(candidate)).find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new DewarError(
    'ERR_DEWAR_CLI_NO_FILE',
    `There is no ${candidates.join(' or ')} in ${process.cwd()}.`,
    {
      fix: 'Name the file: dewar run path/to/app.ts',
    },
  )
}

async function usualApp(exports: Readonly<Record<string, unknown>>): Promise<App | null> {
  for (const name of usualExports) if (exports[name] instanceof App) return exports[name]
  const apps = Object.values(exports).filter((value) => value instanceof App)
  if (apps.length === 1) return apps[0] ?? null
  for (const name of usualFactories) if (typeof exports[name] === 'function') return toApp(exports[name])
  return null
}

async function toApp(value: unknown): Promise<App | null> {
  const made: unknown = typeof value === 'function' ? await value() : value
  return made instanceof App ? made : null
}
