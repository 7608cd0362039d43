/** `packages/<short>/api.md`: what a package exports, so that a changed public surface is a changed line. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ExportedName, readExports } from './exported-names.ts'
import { readSignature } from './signature.ts'
import { readPackages } from './workspace.ts'

/** Writes the page of one package of a repository. */
export function renderApi(repository: string, short: string): string {
  const item = readPackages(repository).find((other) => other.short === short)
  if (item === undefined) return ''
  const { folder, manifest } = item
  const sections = Object.entries(manifest.exports ?? {}).map(([subpath, target]) =>
    section(`${manifest.name}${subpath.slice(1)}`, readExports(join(folder, target))),
  )
  return `# What ${manifest.name} exports

<!-- Written by \`npm run docs\` from src. A changed line is a change for those who use the package. -->

${sections.join('\n')}`
}

function section(specifier: string, names: readonly ExportedName[]): string {
  const lines = names.flatMap((name) => describe(name, names))
  const list =
    lines.length === 0 ? 'Nothing: importing it does what it is for.' : `\`\`\`\n${lines.join('\n')}\n\`\`\``
  return `## \`${specifier}\`\n\n${list}\n`
}

function describe({ name, from, original }: ExportedName, names: readonly ExportedName[]): string[] {
  if (!from.endsWith('.ts')) return [`${name}: ${original} of ${from}`]
  const lines = readSignature(readFileSync(from, 'utf8'), original)
  if (lines.length === 0) return [`(internal) ${name}`]
  const all = [...lines, ...inherited(from, lines, names)]
  return name === original ? all : [`${name}:`, ...all]
}

/** The members that a class has from classes which are not exported themselves. */
function inherited(file: string, lines: readonly string[], names: readonly ExportedName[]): string[] {
  const base = /^(?:abstract )?class .*? extends (\w+)/.exec(lines[0] ?? '')?.[1]
  if (base === undefined || names.some(({ original }) => original === base)) return []
  const specifier = new RegExp(`^import .*\\b${base}\\b.* from '(\\.[^']+)'`, 'm').exec(
    readFileSync(file, 'utf8'),
  )?.[1]
  if (specifier === undefined) return []
  const source = join(dirname(file), specifier)
  const found = readSignature(readFileSync(source, 'utf8'), base)
  return [...found.slice(1), ...inherited(source, found, names)]
}
