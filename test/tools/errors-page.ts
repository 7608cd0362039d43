/** `docs/errors.md`: every error code in the sources, with what the error says and how it says to mend it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { errorTexts } from './error-texts.ts'
import { readString } from './string-literal.ts'
import { type Package, readPackages } from './workspace.ts'

const head = `# Errors

Every error that Dewar throws on purpose has a \`code\` that never changes its meaning, a \`message\` that names the value,
and a \`fix\`. Catch by code: \`if (error instanceof DewarError && error.code === 'ERR_…')\`. Where a value stands in a
message, this page shows \`…\`.

<!-- Written by \`npm run docs\` from the sources of the packages. -->
`

interface ErrorEntry {
  readonly code: string
  /** What the error says; empty where it is put together elsewhere. */
  readonly message: string
  readonly fix: string
  /** What stands in for the message then. */
  readonly summary?: string
  readonly file: string
}

/** Writes the page for the packages of a repository. */
export async function renderErrors(repository: string): Promise<string> {
  const sections: string[] = []
  for (const item of readPackages(repository)) {
    const entries = merge([...(await statusErrors(item)), ...sourceErrors(item)])
    if (entries.length > 0) sections.push(section(item, entries))
  }
  return [head, ...sections].join('\n')
}

/** Codes that stand in the sources. */
function sourceErrors({ folder, short, sources }: Package): ErrorEntry[] {
  return sources
    .filter((file) => file.startsWith('src/') && !file.endsWith('/contract.ts'))
    .flatMap((file) => readErrors(readFileSync(join(folder, file), 'utf8'), file, short))
}

/**
 * Reads the errors that one file makes.
 *
 * @param source its text, formatted
 * @param file its path, for the link
 * @param room only codes of this package: `http` for `ERR_HTTP_…`
 */
export function readErrors(source: string, file: string, room: string): ErrorEntry[] {
  const prefix = `ERR_${room.toUpperCase()}_`
  const entries: ErrorEntry[] = []
  // Comments and unions of types name a code; they do not make an error.
  for (const line of source.matchAll(/^(?!\s*(?:\*|\||\/\/|\/\*)).*ERR_.*$/gm)) {
    for (const place of line[0].matchAll(/(?<!===? )['"`](?=ERR_)/g)) {
      const code = readString(source, line.index + place.index)
      // ERR_ROOM_… is a type, or the code of a family that stands elsewhere in full.
      if (!code?.text.startsWith(prefix) || !/^[A-Z0-9_]+_?…?$/.test(code.text)) continue
      if (code.text === `${prefix}…`) continue
      const summary = summaryBefore(source, line.index)
      entries.push({ code: code.text, ...readTexts(source, code.end), summary, file })
    }
  }
  if (source.includes(`resolveSettings('${room}'`)) {
    entries.push({
      code: `${prefix}OPTION`,
      message: 'An option is unknown, or its value is not what it takes.',
      fix: 'The message names the option, and the nearest known name or what is expected.',
      file,
    })
  }
  return entries
}

/** The message and the fix behind a code, up to the end of the statement or the next code. */
function readTexts(source: string, start: number): { message: string; fix: string } {
  const rest = source.slice(start, start + 900)
  const end = rest.search(/\n\n|\n\s*\}\n|['"`]ERR_/)
  const scope = end < 0 ? rest : rest.slice(0, end)
  const place = /\bfix:/.exec(scope)
  const [message = '', second = ''] = sentences(place ? scope.slice(0, place.index) : scope)
  if (place === null) return { message, fix: second }
  const behind = place.index + place[0].length
  // Where a condition chooses between remedies, the first that stands in full.
  return { message, fix: readString(scope, behind)?.text ?? sentences(scope.slice(behind))[0] ?? '' }
}

/** The first sentence of the comment above a place: what the function or class that makes the error is for. */
function summaryBefore(source: string, place: number): string {
  const start = source.lastIndexOf('\n/** ', place)
  const end = source.indexOf('*/', start)
  // The comment of something that ends before the place says nothing of it.
  const isAbove = start >= 0 && !/\n\S[^\n]*\n\n|\n\}\n/.test(source.slice(end, place))
  const comment = isAbove ? source.slice(start + 4, end) : ''
  const text = comment
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, '.') ?? text
}

/** The literals that are sentences rather than names. */
function sentences(scope: string): string[] {
  const found: string[] = []
  for (let at = 0; at < scope.length; at += 1) {
    const literal = readString(scope, at)
    if (!literal) continue
    if (literal.text.split(' ').length > 2) found.push(literal.text)
    at = literal.end - 1
  }
  return found
}

/** The classes of the HTTP errors take their codes from their statuses: they are asked. */
async function statusErrors({ short, folder }: Package): Promise<ErrorEntry[]> {
  const file = join(folder, 'src/index.ts')
  if (short !== 'http' || !existsSync(file)) return []
  const exported: Record<string, unknown> = await import(pathToFileURL(file).href)
  return Object.values(exported).flatMap((value) => {
    const entry = typeof value === 'function' ? statusError(value) : null
    return entry ? [entry] : []
  })
}

function statusError(maker: object): ErrorEntry | null {
  try {
    const error: unknown = Reflect.construct(maker as new () => unknown, [])
    if (!(error instanceof Error) || !('status' in error) || !('code' in error)) return null
    if (typeof error.status !== 'number') return null
    return { code: String(error.code), message: error.message, fix: '', file: 'src/errors.ts' }
  } catch {
    return null // It takes arguments or is no class: its code stands in the sources if it has one.
  }
}

/** One entry for each code: the first text of each kind, and the file of the first message. */
function merge(entries: readonly ErrorEntry[]): ErrorEntry[] {
  const codes = [...new Set(entries.map(({ code }) => code))].sort()
  return codes.map((code) => {
    const same = entries.filter((entry) => entry.code === code)
    const first = same.find(({ message }) => message !== '') ?? same[0]
    const texts = errorTexts[code] ?? {}
    return {
      code,
      message: texts.message || first?.message || (same.find(({ summary }) => summary)?.summary ?? ''),
      fix: texts.fix || first?.fix || (same.find(({ fix }) => fix !== '')?.fix ?? ''),
      file: first?.file ?? '',
    }
  })
}

function section({ manifest, short }: Package, entries: readonly ErrorEntry[]): string {
  const rows = entries.map(
    ({ code, message, fix, file }) =>
      `| [\`${code}\`](../packages/${short}/${file}) | ${cell(message)} | ${cell(fix)} |`,
  )
  return `## \`${manifest.name}\`

| code | what it says | how to mend it |
|---|---|---|
${rows.join('\n')}
`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<').replace(/\s+/g, ' ')
}
