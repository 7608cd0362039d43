/** `docs/security-defaults.md`: every setting of every package, read from the tables in their `defaults.ts`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Setting, SettingsTable } from '@dewar/base'
import { type Package, readPackages } from './workspace.ts'

const head = `# Defaults

Every limit, flag and header value that Dewar sets without being asked, with the reason and the source. *Option* is the
name in the package used alone; *key* is the name in \`app.config\`, and \`DEWAR_<key>\` sets it from the environment.
Options that begin with \`unsafe\` weaken something and say what.

<!-- Written by \`npm run docs\` from packages/*/src/defaults.ts. A loosened default is a changed line here. -->
`

/** Writes the page for the packages of a repository. */
export async function renderDefaults(repository: string): Promise<string> {
  const sections: string[] = []
  for (const item of readPackages(repository)) {
    const rows = (await readSettings(item)).map(([name, setting]) => row(name, setting))
    if (rows.length > 0) sections.push(section(item, rows))
  }
  return `${[head, ...sections].join('\n')}`
}

/** A room may hold several tables, and one that joins them: each setting counts once, by name and identity. */
async function readSettings({ folder }: Package): Promise<[string, Setting][]> {
  const file = join(folder, 'src/defaults.ts')
  if (!existsSync(file)) return []
  const exported: Record<string, unknown> = await import(pathToFileURL(file).href)
  const found = Object.values(exported).flatMap((value) => (isTable(value) ? Object.entries(value) : []))
  return found
    .filter(([name, setting], index) => found.findIndex(([n, s]) => n === name && s === setting) === index)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
}

function isTable(value: unknown): value is SettingsTable {
  return typeof value === 'object' && value !== null && Object.values(value).every(isSetting)
}

function isSetting(value: unknown): value is Setting {
  return typeof value === 'object' && value !== null && 'guards' in value && 'source' in value
}

function section({ manifest, short }: Package, rows: readonly string[]): string {
  const link = `[\`${manifest.name}\`](../packages/${short}/README.md)`
  return `## ${link}

| option | key | default | guards against | source |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function row(name: string, setting: Setting): string {
  const key = setting.key ? `\`${setting.key}\`` : ''
  return `| \`${name}\` | ${key} | ${showValue(setting)} | ${cell(setting.guards)} | ${cell(setting.source)} |`
}

function showValue({ value, unit, minimum, maximum, choices }: Setting): string {
  const bounds = [
    minimum !== undefined && `from ${minimum}`,
    maximum !== undefined && `to ${maximum}`,
    choices && `one of ${choices.map((choice) => String(choice)).join(', ')}`,
  ].filter(Boolean)
  const text = `\`${cell(JSON.stringify(value))}\`${unit && unit !== 'count' ? ` ${unit}` : ''}`
  return bounds.length > 0 ? `${text} (${bounds.join(' ')})` : text
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
