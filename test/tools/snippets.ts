/**
 * The code blocks of the documentation, laid out as files that can be compiled and run.
 *
 * A block is fenced as `ts`, and its words say what is expected of it:
 * nothing: it compiles and runs to its end; `no-run`: it only compiles; `throws ERR_X`: it ends with that code;
 * `type-error`: it does not compile. A first line `// file: store.ts` (or `<!-- file: templates/index.html -->`, in
 * blocks of any language) puts a block beside the others of its page under that name. A page that says
 * `<!-- continues: 1-app.md -->` starts with the named blocks of that page, and those it continues, but for its steps
 * (`step-1.ts`).
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { decorators } from 'dewar/vite'
import { repositoryPath } from './workspace.ts'

/** What a block is meant to show. */
export type Expectation =
  | { readonly kind: 'run' }
  | { readonly kind: 'compile' }
  | { readonly kind: 'throw'; readonly code: string }
  | { readonly kind: 'typeError' }

/** One code block of a page. */
export interface Snippet {
  /** The page from the repository's root: `packages/http/README.md`. */
  readonly page: string
  /** The line of the page on which the block's fence stands. */
  readonly line: number
  /** Its name in the page's folder; `block-12.ts` unless it names itself. */
  readonly file: string
  readonly code: string
  readonly expectation: Expectation
  /** The page whose files this page starts with; `null` for most. */
  readonly continues: string | null
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/**/*.md',
  'packages/*/README.md',
  'examples/*/README.md',
]

/** Reads the blocks of every page of a repository. */
export function readSnippets(repository: string): Snippet[] {
  return globSync(pages, { cwd: repository })
    .map((page) => page.split(sep).join('/'))
    .sort()
    .flatMap((page) => readPage(readFileSync(join(repository, page), 'utf8'), page))
}

/**
 * Reads the blocks of one page.
 *
 * @throws {Error} for a word behind `ts` that means nothing, with the page and line
 */
export function readPage(text: string, page: string): Snippet[] {
  const snippets: Snippet[] = []
  const before = /^<!-- continues: (\S+) -->$/m.exec(text)?.[1]
  const continues = before === undefined ? null : posix.join(posix.dirname(page), before)
  for (const match of text.matchAll(/^( *)```([^\n`]*)\n([\s\S]*?)^\1```[ ]*$/gm)) {
    const [, indent = '', info = '', body = ''] = match
    const [language = '', ...words] = info.trim().split(/\s+/)
    const line = text.slice(0, match.index).split('\n').length
    const code = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    const name = /^(?:\/\/|#|--|<!--|\{#) file: (\S+)/.exec(code)?.[1]
    if (language !== 'ts' && !name) continue
    const expectation = language === 'ts' ? readWords(words, `${page}:${line}`) : { kind: 'compile' as const }
    const isCode = language === 'ts'
    snippets.push({
      page,
      line,
      file: name ?? `block-${line}.ts`,
      code: isCode ? code : dropFirstLine(code),
      expectation,
      continues,
    })
  }
  return snippets
}

function dropFirstLine(code: string): string {
  return code.slice(code.indexOf('\n') + 1)
}

function readWords(words: readonly string[], where: string): Expectation {
  const [word, code = ''] = words
  if (word === undefined) return { kind: 'run' }
  if (word === 'no-run' && words.length === 1) return { kind: 'compile' }
  if (word === 'type-error' && words.length === 1) return { kind: 'typeError' }
  if (word === 'throws' && words.length === 2 && code.startsWith('ERR_')) return { kind: 'throw', code }
  throw new Error(`${where}: '${words.join(' ')}' is none of no-run, throws ERR_…, type-error.`)
}

/** The folder of a page's blocks below the work folder. */
export function folderOf({ page }: Snippet): string {
  return page
    .replace(/\.md$/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()
}

/** Writes the blocks to a folder inside the repository, where their imports resolve as a user's would. */
export function writeSnippets(snippets: readonly Snippet[], work: string, repository: string): void {
  mkdirSync(work, { recursive: true })
  for (const snippet of snippets) {
    for (const inherited of inheritedFrom(snippets, snippet.continues)) {
      write(join(work, folderOf(snippet), inherited.file), inherited.code)
    }
  }
  for (const snippet of snippets) write(join(work, folderOf(snippet), snippet.file), snippet.code)
  const depth = repositoryPath(work, repository).split('/').length
  const config = {
    extends: `${'../'.repeat(depth)}tsconfig.json`,
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, moduleDetection: 'force' },
  }
  const programs = programsOf(snippets)
  for (const [name, folders] of programs) {
    const include = folders.map((folder) => `${folder}/**/*.ts`)
    writeFileSync(join(work, `tsconfig.${name}.json`), JSON.stringify({ ...config, include }))
  }
}

/** The files that a page has from those it continues, the oldest first. */
export function inheritedFrom(snippets: readonly Snippet[], page: string | null): Snippet[] {
  if (page === null) return []
  const own = snippets.filter((snippet) => snippet.page === page)
  const named = own.filter(({ file }) => !/^(?:step|block)-/.test(file))
  return [...inheritedFrom(snippets, own[0]?.continues ?? null), ...named]
}

function write(file: string, code: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code)
}

/**
 * Which pages are compiled together: all of them, but for those that declare something for their app, which must not
 * be seen on another page.
 *
 * @returns folders by the name of their program, whose config is `tsconfig.<name>.json`
 */
export function programsOf(snippets: readonly Snippet[]): Map<string, string[]> {
  const declaring = new Set(
    snippets.filter(({ code }) => /^declare (?:module|global)/m.test(code)).map(folderOf),
  )
  const programs = new Map<string, string[]>()
  for (const folder of new Set(snippets.map(folderOf))) {
    const name = declaring.has(folder) ? folder : 'shared'
    programs.set(name, [...(programs.get(name) ?? []), folder])
  }
  return programs
}

/** Replaces a file with decorators, which Node cannot run yet, by what apps get from `dewar/vite`. */
export async function lowerDecorators(file: string): Promise<void> {
  const lowered = await decorators().transform(readFileSync(file, 'utf8'), file)
  if (lowered !== null) writeFileSync(file, lowered.code)
}
