/**
 * Runs TypeScript files that use decorators. Node strips types by itself but refuses decorators; such files go through
 * esbuild, which the app brings as a development dependency. All other files are left to Node.
 */

import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DewarError } from '@dewar/base'

type TransformSync = (code: string, options: Readonly<Record<string, unknown>>) => { readonly code: string }

/** A decorator stands at the start of a line and before a class member. */
const decorator = /^\s*@[A-Za-z_$][\w$]*(?:\.[\w$]+)*\s*(?:\(|$)/m

let registered = false

/** From now on, imported TypeScript files may use decorators. @internal */
export function compileDecorators(): void {
  if (registered) return
  registered = true
  registerHooks({
    load: (url, context, nextLoad) => {
      if (!url.startsWith('file:') || !/\.m?ts$/.test(url) || url.includes('/node_modules/'))
        return nextLoad(url, context)
      const path = fileURLToPath(url)
      const source = readFileSync(path, 'utf8')
      if (!decorator.test(source)) return nextLoad(url, context)
      const transform = findTransform(path)
      const { code } = transform(source, {
        loader: 'ts',
        target: 'node22',
        sourcemap: 'inline',
        sourcefile: path,
      })
      return { format: 'module', source: code, shortCircuit: true }
    },
  })
}

/** esbuild as the app has installed it, else as Dewar has. */
function findTransform(path: string): TransformSync {
  for (const from of [path, join(process.cwd(), 'package.json'), fileURLToPath(import.meta.url)]) {
    try {
      return createRequire(from)('esbuild').transformSync
    } catch {
      // Not installed there: look in the next place.
    }
  }
  throw new DewarError('ERR_DEWAR_CLI_ESBUILD', `${path} uses decorators, which Node cannot run yet.`, {
    fix: 'Install the compiler for them: npm install --save-dev esbuild',
    details: { path },
  })
}
