/** The app's own source files: not its dependencies, what was built of them, or tests. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type ParserOptions, parse } from '@babel/parser'
import { defaults } from '../defaults.ts'

/** Folders that hold no source of the app. */
const ignored: ReadonlySet<string> = new Set([
  ...['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor', 'instance'],
  ...['test', 'tests', '__tests__', 'spec', 'e2e'],
])

const scripts: ReadonlySet<string> = new Set(['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'])
const configs: ReadonlySet<string> = new Set(['.json', '.toml'])

/** A node of a syntax tree: an object with a type, and whatever else belongs to it. */
export interface SyntaxNode {
  readonly type: string
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } } | null
  readonly [key: string]: unknown
}

/** The source files of a folder, sorted. */
export function scriptFiles(project: string): string[] {
  return filesBelow(
    project,
    (name) => scripts.has(extname(name)) && !/\.(?:test|spec|d)\.[cm]?[jt]sx?$/.test(name),
  )
}

/** The config files that lie beside the source: those of the instance folder are no part of it. */
export function configFiles(project: string): string[] {
  return filesBelow(
    project,
    (name) => configs.has(extname(name)) && !/^(?:package|tsconfig|.*-lock)\b/.test(name),
  )
}

function filesBelow(project: string, wanted: (name: string) => boolean): string[] {
  const found: string[] = []
  const folders = [project]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readFolder(folder)) {
      const { name } = entry
      if (found.length >= defaults.checkMaxFiles.value) return found.sort()
      if (entry.isDirectory() && !name.startsWith('.') && !ignored.has(name)) folders.push(join(folder, name))
      else if (entry.isFile() && wanted(name)) found.push(join(folder, name))
    }
  }
  return found.sort()
}

/** What lies in a folder; nothing where it cannot be read. */
export function readFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

/**
 * Reads a file as JavaScript or TypeScript, decorators included: names in comments and strings are no code.
 *
 * @throws {Error} if it cannot be read or parsed
 */
export function parseFile(file: string): SyntaxNode {
  const source = readFileSync(file, 'utf8')
  const isTyped = /\.[cm]?tsx?$/.test(file)
  const plugins: NonNullable<ParserOptions['plugins']> = ['decorators', 'decoratorAutoAccessors']
  if (isTyped) plugins.push('typescript')
  if (/\.(?:[jt]sx|js)$/.test(file)) plugins.push('jsx')
  const options: ParserOptions = { sourceType: 'unambiguous', plugins, errorRecovery: true }
  return parse(source, options).program as unknown as SyntaxNode
}

/** Every node below one, parents first, each with the nodes above it, nearest first. */
export function* walk(root: SyntaxNode): Iterable<SyntaxNode> {
  const open: SyntaxNode[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node
    for (const value of Object.values(node).toReversed()) {
      const children: readonly unknown[] = Array.isArray(value) ? value.toReversed() : [value]
      for (const child of children) if (isNode(child)) open.push(child)
    }
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'loc' in value
  )
}
