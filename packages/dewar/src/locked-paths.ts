/** What a locked app needs to read: its own folder, Dewar, and the dependencies of both, wherever links lead to. */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** The part of a path up to and including the last folder of that name, or `null`. */
function upTo(path: string, name: string): string | null {
  const at = path.lastIndexOf(`${sep}${name}${sep}`)
  return at < 0 ? null : path.slice(0, at + name.length + 1)
}

/**
 * Follows the links of `node_modules`, as pnpm and workspaces make them.
 *
 * @param folders folders of packages
 * @returns folders, none within another
 */
export function readableFolders(folders: readonly string[]): string[] {
  const found = new Set<string>()
  const packages = folders.map((folder) => realpathSync(folder))
  const visited = new Set<string>()
  const isCovered = (path: string) =>
    [...found].some((folder) => path === folder || path.startsWith(folder + sep))

  const visitModules = (modules: string): void => {
    if (visited.has(modules)) return
    visited.add(modules)
    if (!isCovered(modules)) found.add(modules)
    for (const target of linkTargets(modules)) {
      const store = upTo(target, '.pnpm')
      if (store !== null) found.add(store)
      else if (!isCovered(target)) {
        const container = upTo(target, 'node_modules')
        if (container === null) packages.push(target)
        else visitModules(container)
      }
    }
  }

  for (let folder = packages.pop(); folder !== undefined; folder = packages.pop()) {
    if (visited.has(folder)) continue
    visited.add(folder)
    found.add(folder)
    for (let above = folder; ; above = dirname(above)) {
      const modules = join(above, 'node_modules')
      if (existsSync(modules)) visitModules(realpathSync(modules))
      if (above === dirname(above)) break
    }
  }
  const all = [...found]
  return all.filter((path) => !all.some((other) => other !== path && path.startsWith(other + sep))).sort()
}

/** Where the links of a `node_modules` folder lead; those of scopes, too. */
function linkTargets(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    const path = join(modules, entry.name)
    if (entry.isDirectory() && entry.name.startsWith('@')) return linkTargets(path)
    if (!entry.isSymbolicLink()) return []
    try {
      return [realpathSync(path)]
    } catch {
      return [] // a link that leads nowhere
    }
  })
}
