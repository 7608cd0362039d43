/** Every package is whole: README, tests, exports that are files directly in `src`, and the same published. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check, Finding } from '../finding.ts'
import { type Package, readPackages, repositoryPath } from '../workspace.ts'

export const packageShape: Check = {
  name: 'every package is whole',
  run: (repository) => {
    const packages = readPackages(repository)
    return packages.flatMap((item) => {
      const where = repositoryPath(item.folder, repository)
      const problems = [...files(item), ...manifest(item), ...exported(item), ...references(item, packages)]
      return problems.map(([message, fix]): Finding => ({ where, message, fix }))
    })
  },
}

type Problem = readonly [message: string, fix: string]

function* files({ folder, sources }: Package): Iterable<Problem> {
  if (!existsSync(join(folder, 'README.md'))) {
    yield [
      'README.md is missing.',
      'Say what it is for, how to install it, and show an example that runs alone.',
    ]
  }
  if (!sources.some((file) => file.endsWith('.test.ts'))) {
    yield ['There are no tests.', 'Write test/<noun>.test.ts, one for each public noun.']
  }
  if (!sources.includes('src/index.ts'))
    yield ['src/index.ts is missing.', 'List the exports there, by name.']
}

function* manifest({ manifest, short }: Package): Iterable<Problem> {
  const name = short === 'dewar' ? 'dewar' : `@dewar/${short}`
  if (manifest.name !== name) yield [`The name is '${manifest.name}'.`, `Call it '${name}', as its folder.`]
  if (!manifest.description) yield ['The description is missing.', 'One sentence for npm.']
  if (manifest.license !== 'MIT') yield ['The license is not MIT.', 'Set "license": "MIT".']
  if (manifest.engines?.node !== '>=22.18') yield ['engines.node differs.', 'Set "node": ">=22.18".']
  for (const file of ['dist', 'README.md']) {
    if (!manifest.files?.includes(file))
      yield [`files does not name '${file}'.`, 'Add it, or it is not published.']
  }
}

function* exported({ manifest, folder }: Package): Iterable<Problem> {
  const published = manifest.publishConfig?.exports ?? {}
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const noun = /^\.\/src\/([a-z-]+)\.ts$/.exec(target)?.[1]
    if (!noun) yield [`The export '${subpath}' is '${target}'.`, 'An export is a file directly in src.']
    else if (!existsSync(join(folder, target)))
      yield [`The export '${subpath}' has no file.`, `Write ${target}.`]
    const { types, default: code } = published[subpath] ?? {}
    if (types !== `./dist/${noun}.d.ts` || code !== `./dist/${noun}.js`) {
      yield [
        `publishConfig.exports differs at '${subpath}'.`,
        `Point it to ./dist/${noun}.d.ts and ./dist/${noun}.js.`,
      ]
    }
  }
  for (const subpath of Object.keys(published)) {
    if (!manifest.exports?.[subpath])
      yield [`'${subpath}' is published only.`, 'Add it to exports, or drop it.']
  }
}

/** The build order is read from `tsconfig.build.json`, so its references have to say what the dependencies say. */
function* references({ folder, manifest }: Package, packages: readonly Package[]): Iterable<Problem> {
  const file = join(folder, 'tsconfig.build.json')
  const wanted = packages
    .filter((other) => manifest.dependencies?.[other.manifest.name])
    .map((other) => `../${other.short}/tsconfig.build.json`)
    .sort()
  const config = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const stated = ((config.references ?? []) as { path: string }[]).map(({ path }) => path).sort()
  if (JSON.stringify(stated) !== JSON.stringify(wanted)) {
    yield [
      'tsconfig.build.json does not reference its dependencies.',
      `References: ${wanted.join(', ') || 'none'}.`,
    ]
  }
}
