/**
 * Runs TypeScript files that use decorators. Node strips types by itself but refuses decorators; such files go through
 * esbuild, which the app brings as a development dependency. All other files are left to Node.
 */

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DewarError } from '@dewar/base'

type TransformSync = (code: string, options: Readonly<Record<string, unknown>>) => { readonly code: string }

/** What esbuild says of a file it cannot read. */
interface TransformFailure {
  readonly errors: readonly {
    readonly text: string
    readonly location: { readonly line: number; readonly column: number; readonly lineText: string } | null
  }[]
}

let registered = false

/**
 * From now on, imported TypeScript files may use decorators, and stacks show the lines as they were written.
 *
 * @param compiled where {@link compileAhead} has put them, for a process that may not start the compiler
 * @internal
 */
export function compileDecorators(compiled?: string): void {
  if (registered) return
  registered = true
  process.setSourceMapsEnabled(true)
  registerHooks({
    load: (url, context, nextLoad) => {
      if (!url.startsWith('file:') || !/\.m?ts$/.test(url) || url.includes('/node_modules/')) {
        return nextLoad(url, context)
      }
      const path = fileURLToPath(url)
      const source = readFileSync(path, 'utf8')
      const likely = usesDecorators(source)
      if (likely === 'no') return nextLoad(url, context)
      if (compiled !== undefined) {
        const ready = readCompiled(compiled, path, source)
        if (ready !== null) return { format: 'module', source: ready, shortCircuit: true }
        if (likely === 'maybe') return nextLoad(url, context)
        throw notCompiled(path)
      }
      const transform = findTransform(path)
      if (transform !== null)
        return { format: 'module', source: compile(transform, source, path), shortCircuit: true }
      if (likely === 'maybe') return nextLoad(url, context)
      throw new DewarError('ERR_DEWAR_CLI_ESBUILD', `${path} uses decorators, which Node cannot run yet.`, {
        fix: 'Install the compiler for them: npm install --save-dev esbuild',
        details: { path },
      })
    },
  })
}

/**
 * Compiles files that use decorators, where the compiler is at hand.
 *
 * @param files TypeScript files
 * @param folder where the results go, under names that only the same file with the same text has
 * @throws {DewarError} `ERR_DEWAR_CLI_COMPILE`
 * @internal
 */
export function compileAhead(files: readonly string[], folder: string): void {
  for (const path of files) {
    const source = readFileSync(path, 'utf8')
    const transform = usesDecorators(source) === 'no' ? null : findTransform(path)
    if (transform === null) continue
    writeFileSync(join(folder, compiledName(path, source)), compile(transform, source, path), { mode: 0o600 })
  }
}

function compiledName(path: string, source: string): string {
  return `${createHash('sha256').update(`${path}\0${source}`).digest('hex')}.js`
}

function readCompiled(folder: string, path: string, source: string): string | null {
  try {
    return readFileSync(join(folder, compiledName(path, source)), 'utf8')
  } catch {
    return null
  }
}

/** A locked process cannot start the compiler. */
function notCompiled(path: string): DewarError {
  return new DewarError(
    'ERR_DEWAR_CLI_LOCKED_SOURCE',
    `${path} uses decorators, and was not compiled before the app was locked.`,
    {
      fix: 'Install esbuild beside the app, keep the file in the folder of its package.json, and start again after changes.',
      details: { path },
    },
  )
}

/**
 * Whether a file has decorators: surely, where one begins a line; maybe, where an `@` stands within code. Comments do not
 * count; text that only looks like a decorator does no harm, since the compiler leaves it as it is.
 *
 * @internal
 */
export function usesDecorators(source: string): 'yes' | 'maybe' | 'no' {
  let answer: 'maybe' | 'no' = 'no'
  for (const [, code = ''] of source.matchAll(/^[ \t]*(?![ \t]|\*|\/\/|\/\*)([^\n]*@[A-Za-z_$][^\n]*)$/gm)) {
    if (/^@[A-Za-z_$][\w$]*(?:\.[\w$]+)*\s*(?:\(|$)/.test(code)) return 'yes'
    if (/[\s{;}]@[A-Za-z_$]/.test(code)) answer = 'maybe'
  }
  return answer
}

/** Names stay as they are: endpoints are named after functions. */
function compile(transform: TransformSync, source: string, path: string): string {
  const options = { loader: 'ts', target: 'node22', keepNames: true, sourcemap: 'inline', sourcefile: path }
  try {
    return transform(source, options).code
  } catch (failure) {
    throw compileError(failure, path)
  }
}

function compileError(failure: unknown, path: string): unknown {
  const first = (failure as Partial<TransformFailure>).errors?.[0]
  if (first === undefined) return failure
  const { text, location } = first
  const place = location === null ? path : `${path}:${location.line}:${location.column + 1}`
  const misplaced = text.includes('Decorators are not valid here')
  const line = location === null ? '' : `\n  ${location.lineText.trim()}`
  return new DewarError('ERR_DEWAR_CLI_COMPILE', `${place}: ${text}${line}`, {
    fix: misplaced
      ? "Decorators stand on methods of classes. For a function write app.get('/', function index() { … })."
      : 'Mend the file there.',
    details: { path },
  })
}

/** esbuild as the app has installed it, else as Dewar has; `null` where nobody has. */
function findTransform(path: string): TransformSync | null {
  for (const from of [path, join(process.cwd(), 'package.json'), fileURLToPath(import.meta.url)]) {
    try {
      return createRequire(from)('esbuild').transformSync
    } catch {
      // Not installed there: look in the next place.
    }
  }
  return null
}
