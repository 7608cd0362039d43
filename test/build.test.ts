/** The packages as users get them: compiled, with the published manifest, under plain Node and a strict tsc. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackages, runTsc, stagePackage } from './tools/build-packages.ts'
import { dependOnTarballs } from './tools/new-app.ts'
import { installPacked, type Packed, packPackages } from './tools/pack-packages.ts'
import { readPackages, root } from './tools/workspace.ts'

const specifiers = readPackages().flatMap(({ manifest }) =>
  Object.keys(manifest.exports ?? {}).map((subpath) => `${manifest.name}${subpath.slice(1)}`),
)
let work: string
let consumer: string

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'dewar-build-'))
  copySources()
  const built = buildPackages(join(work, 'packages'))
  expect(built.output).toBe('')
  consumer = join(work, 'consumer')
  const modules = join(consumer, 'node_modules')
  for (const item of readPackages(work)) stagePackage(item, modules)
  mkdirSync(join(modules, '@types'), { recursive: true })
  symlinkSync(realpathSync(join(root, 'node_modules/@types/node')), join(modules, '@types/node'), 'junction')
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ type: 'module' }))
}, 300_000)

afterAll(() => rmSync(work, { recursive: true, force: true }))

/** What is imported for what it does: `node --import dewar/register`. */
const effects: ReadonlySet<string> = new Set(['dewar/register'])

it.each(specifiers)('Node imports %s', (specifier) => {
  const script = `const module = await import(${JSON.stringify(specifier)})
    console.log(JSON.stringify(Object.keys(module)))`
  const names: string[] = JSON.parse(runNode(['--input-type=module', '-e', script]))
  if (effects.has(specifier)) expect(names).toEqual([])
  else expect(names.length).toBeGreaterThan(0)
})

describe('tarballs', () => {
  let packed: ReadonlyMap<string, Packed>

  beforeAll(() => {
    const destination = join(work, 'tarballs')
    mkdirSync(destination)
    packed = packPackages(work, readPackages(work), destination)
  }, 120_000)

  it.each(readPackages().map(({ manifest }) => manifest.name))(
    '%s works in an empty folder, with nothing but what its manifest asks for',
    (name) => {
      const folder = join(work, 'alone', name)
      mkdirSync(folder, { recursive: true })
      installPacked(name, packed, folder)
      const { manifest } = packed.get(name) as Packed
      const own = Object.keys(manifest.exports ?? {}).map((subpath) => `${name}${subpath.slice(1)}`)

      expect(JSON.stringify(manifest)).not.toContain('workspace:')
      const counts = JSON.parse(
        execFileSync(
          process.execPath,
          [
            '--input-type=module',
            '-e',
            `const counts = []
            for (const name of ${JSON.stringify(own)}) counts.push(Object.keys(await import(name)).length)
            console.log(JSON.stringify(counts))`,
          ],
          { cwd: folder, encoding: 'utf8' },
        ),
      ) as number[]
      const expected = own.map((specifier) => effects.has(specifier))
      expect(counts.map((count) => count === 0)).toEqual(expected)
    },
  )

  it('are what an app beside them depends on, each by its own file', () => {
    const folder = join(work, 'tarballs')
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'shop', dependencies: { dewar: '^0.1.0' } }),
    )
    dependOnTarballs(folder, packed)
    const { name, dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

    expect(name).toBe('shop')
    expect(Object.keys(dependencies).sort()).toEqual(
      readPackages()
        .map(({ manifest }) => manifest.name)
        .sort(),
    )
    expect(
      Object.values(dependencies).filter((from) => !existsSync(join(folder, String(from).slice(5)))),
    ).toEqual([])
  })

  it.each(readPackages().map(({ manifest }) => manifest.name))('%s brings no tests or sources', (name) => {
    const { tarball } = packed.get(name) as Packed
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')

    expect(files).toContain('package/README.md')
    expect(files.filter((file) => /^package\/(?:src|test)\/|\.tsbuildinfo$/.test(file))).toEqual([])
  })
})

it('a strict consumer compiles against every declaration file', () => {
  const lines = specifiers.map((name, index) => `export * as entry${index} from '${name}'`)
  writeFileSync(join(consumer, 'index.ts'), lines.join('\n'))
  const config = {
    compilerOptions: { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: ['node'] },
    files: ['index.ts'],
  }
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(config))
  const { output } = runTsc(['-p', 'tsconfig.json', '--skipLibCheck', 'false'], consumer)
  const ours = output.split('\n').filter((line) => /node_modules\/(@dewar|dewar)\/|^index\.ts/.test(line))
  expect(ours).toEqual([])
})

it('the installed command makes a key', () => {
  const key = runNode([join('node_modules/dewar', 'bin/dewar.js'), 'secret']).trim()
  expect(Buffer.from(key, 'base64url').length).toBeGreaterThanOrEqual(32)
})

/** A build of its own, so that no test depends on a `dist` that somebody left behind. */
function copySources(): void {
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package.json']) {
    cpSync(join(root, file), join(work, file))
  }
  // pnpm's links are relative: copied as they are, they lead to the copies, and to the one node_modules below.
  cpSync(join(root, 'packages'), join(work, 'packages'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !/[\\/]packages[\\/][^\\/]+[\\/](dist|test)$/.test(file),
  })
  symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'), 'junction')
}

function runNode(args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' })
}
