/**
 * Who may import whom. Each package states its floor and its imports in its `package.json`; this compares both with
 * the imports its sources really have and with its dependencies.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Check, Finding } from '../finding.ts'
import { type ImportedModule, readImports } from '../imports.ts'
import { type Package, readPackages, repositoryPath } from '../workspace.ts'
import { doorFinding } from './doors.ts'

export const boundaries: Check = {
  name: 'packages import only what their floor allows',
  run(repository) {
    const packages = readPackages(repository)
    const byName = new Map(packages.map((item) => [item.manifest.name, item]))
    return packages.flatMap((item) => checkPackage(item, byName, repository))
  },
}

type PackagesByName = ReadonlyMap<string, Package>

function checkPackage(item: Package, byName: PackagesByName, repository: string): Finding[] {
  const where = repositoryPath(join(item.folder, 'package.json'), repository)
  if (!item.manifest.dewar) {
    return [
      {
        where,
        message: 'The field dewar is missing.',
        fix: 'State "dewar": { "floor": …, "imports": […] }.',
      },
    ]
  }
  const findings: Finding[] = []
  const used = new Set<string>()
  for (const file of item.sources) {
    const source = readFileSync(join(item.folder, file), 'utf8')
    for (const imported of readImports(source)) {
      const finding = checkImport(item, file, imported, byName)
      const place = repositoryPath(join(item.folder, file), repository)
      if (finding) findings.push({ where: `${place}:${imported.line}`, ...finding })
      if (file.startsWith('src/')) used.add(packageOf(imported.specifier))
    }
  }
  return [...findings, ...checkManifest(item, used, byName, where)]
}

type Problem = Omit<Finding, 'where'>

function checkImport(
  item: Package,
  file: string,
  { specifier }: ImportedModule,
  byName: PackagesByName,
): Problem | null {
  if (specifier.startsWith('.')) return checkRelative(item, file, specifier)
  if (!file.startsWith('src/')) return null
  if (specifier.startsWith('node:')) return doorFinding(item.short, file, specifier)
  const target = byName.get(packageOf(specifier))
  return target ? checkSibling(item, target, specifier) : checkExternal(item, specifier)
}

function checkRelative(item: Package, file: string, specifier: string): Problem | null {
  const target = join(item.folder, dirname(file), specifier)
  // Real servers for tests are found and started in one place for all packages.
  if (file.startsWith('test/') && /[\\/]test[\\/]tools[\\/](running-)?services\.ts$/.test(target)) return null
  if (relative(item.folder, target).startsWith('..')) {
    return {
      message: `'${specifier}' leads out of the package.`,
      fix: 'Import the other package by its name, and only what its exports offer.',
    }
  }
  if (existsSync(target)) return null
  return { message: `'${specifier}' is not there.`, fix: 'Write the path with its .ts extension.' }
}

function checkSibling(item: Package, target: Package, specifier: string): Problem | null {
  const name = target.manifest.name
  if (name === item.manifest.name) {
    return {
      message: `The package imports itself as '${specifier}'.`,
      fix: 'Use a relative path inside a package.',
    }
  }
  if (!item.manifest.dewar?.imports.includes(target.short)) {
    return {
      message: `${item.manifest.name} imports '${specifier}', which its dewar.imports does not name.`,
      fix: 'Take the value as an argument from a higher floor, or add the name where the design allows it.',
    }
  }
  const subpath = `.${specifier.slice(name.length)}`
  if (target.manifest.exports?.[subpath]) return null
  return {
    message: `${name} does not export '${subpath}'.`,
    fix: "Add it to that package's exports, or use another.",
  }
}

function checkExternal({ manifest }: Package, specifier: string): Problem | null {
  const name = packageOf(specifier)
  if (manifest.dependencies?.[name] || manifest.peerDependencies?.[name]) return null
  return {
    message: `'${specifier}' is not among the dependencies of ${manifest.name}.`,
    fix: `Add ${name} to dependencies, and a line to docs/dependencies.md.`,
  }
}

function checkManifest(
  item: Package,
  used: ReadonlySet<string>,
  byName: PackagesByName,
  where: string,
): Finding[] {
  const allowed = item.manifest.dewar?.imports ?? []
  const dependencies = Object.keys(item.manifest.dependencies ?? {})
  const findings = allowed.flatMap((short) => checkAllowed(item, short, dependencies, byName, where))
  for (const name of dependencies) {
    const sibling = byName.get(name)
    if (sibling && !allowed.includes(sibling.short)) {
      const message = `${name} is a dependency but dewar.imports does not name '${sibling.short}'.`
      findings.push({ where, message, fix: 'Name it in dewar.imports, or drop the dependency.' })
    }
    if (!used.has(name)) {
      const message = `${name} is a dependency that nothing in src imports.`
      findings.push({ where, message, fix: 'Drop it, or move it to devDependencies if only tests need it.' })
    }
  }
  return findings
}

function checkAllowed(
  item: Package,
  short: string,
  dependencies: readonly string[],
  byName: PackagesByName,
  where: string,
): Finding[] {
  const target = [...byName.values()].find((other) => other.short === short)
  if (!target) {
    return [
      { where, message: `dewar.imports names '${short}', which is no package.`, fix: 'Correct the name.' },
    ]
  }
  const own = item.manifest.dewar?.floor ?? 0
  const floor = target.manifest.dewar?.floor ?? 0
  const findings: Finding[] = []
  // Everybody stands on base, also its neighbours on the ground floor.
  if (floor >= own && short !== 'base') {
    const message = `dewar.imports of floor ${own} names '${short}' of floor ${floor}.`
    findings.push({ where, message, fix: 'Imports go down. Let a higher floor pass the value in.' })
  }
  if (!dependencies.includes(target.manifest.name)) {
    const message = `dewar.imports names '${short}' but ${target.manifest.name} is no dependency.`
    findings.push({ where, message, fix: `Add "${target.manifest.name}": "workspace:*", or drop the name.` })
  }
  return findings
}

/** The package of a specifier: `@dewar/stores/sqlite` gives `@dewar/stores`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
