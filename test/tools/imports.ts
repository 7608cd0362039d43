/** Which modules a TypeScript file names. TypeScript 7 has no JavaScript API, so formatted text is read line by line. */

/** One import, re-export, dynamic import or module augmentation. */
export interface ImportedModule {
  readonly specifier: string
  /** The line the statement starts on, from 1. */
  readonly line: number
}

// The formatter puts every static import at the start of a line, where neither a comment nor a string can hold one.
const staticImport = /^import\s(?:type\s)?[^'"()=;]*?from\s*['"]([^'"]+)['"]/gm
const bareImport = /^import\s*['"]([^'"]+)['"]/gm
const reExport = /^export\s(?:type\s)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*['"]([^'"]+)['"]/gm
const augmentation = /^declare module\s*['"]([^'"]+)['"]/gm
const dynamicImport = /^(?!\s*(?:\*|\/\/|\/\*)).*?\bimport\(\s*['"]([^'"]+)['"]/gm

/**
 * Lists the modules a file names.
 *
 * @param source the text of a formatted TypeScript file
 * @returns its imports in the order of their lines
 */
export function readImports(source: string): ImportedModule[] {
  const found: ImportedModule[] = []
  for (const pattern of [staticImport, bareImport, reExport, augmentation, dynamicImport]) {
    for (const match of source.matchAll(pattern)) {
      found.push({ specifier: match[1] ?? '', line: source.slice(0, match.index).split('\n').length })
    }
  }
  return found.sort((a, b) => a.line - b.line)
}
