/** Who touches the disk, the network and other processes: few files, each listed here with its reason. */
import type { Finding } from '../finding.ts'

const guarded =
  /^node:(?:fs|fs\/promises|http|http2|https|tls|dgram|sqlite|child_process|cluster|worker_threads|vm|inspector)$/

interface Allowance {
  /** The files of the package's `src`; left out: all of them. */
  readonly files?: readonly string[]
  readonly modules: readonly string[]
  readonly reason: string
}

const disk = ['node:fs', 'node:fs/promises']

const allowances: Readonly<Record<string, readonly Allowance[]>> = {
  base: [
    { files: ['paths.ts'], modules: disk, reason: 'resolves links before it says that a path is inside' },
  ],
  stores: [
    { modules: disk, reason: 'keeps files' },
    { files: ['sqlite.ts'], modules: ['node:sqlite'], reason: 'the embedded store' },
  ],
  signing: [{ files: ['key-source.ts'], modules: disk, reason: 'a key from a _FILE variable' }],
  forms: [{ modules: disk, reason: 'spools and saves uploads' }],
  auth: [
    { files: ['folder-mailer.ts'], modules: disk, reason: 'the embedded mailer writes mails to a folder' },
  ],
  templates: [{ files: ['loader.ts'], modules: disk, reason: 'reads templates' }],
  server: [
    { modules: [...disk, 'node:http', 'node:https', 'node:tls'], reason: 'the door itself; sends files' },
  ],
  dewar: [
    {
      files: ['cli-environment.ts', 'cli-listen.ts', 'load-app.ts', 'decorator-loader.ts'],
      modules: disk,
      reason: 'the command line finds and loads the app, its variables and its certificate',
    },
    {
      files: [
        'check/source-files.ts',
        'check/source-checks.ts',
        'check/template-checks.ts',
        'check/file-checks.ts',
        'check/lockfile.ts',
      ],
      modules: disk,
      reason: 'dewar check reads what it judges',
    },
    {
      files: ['check/advisories.ts'],
      modules: [...disk, 'node:child_process'],
      reason: 'a database of weaknesses on disk, or what the package manager audits',
    },
    {
      files: ['app-rooms.ts', 'blueprint.ts', 'resources.ts'],
      modules: ['node:fs/promises'],
      reason: 'opens files of the app when it asks for one: openResource',
    },
    { files: ['cli-new.ts', 'cli-new-files.ts'], modules: disk, reason: 'writes the files of a new app' },
    { files: ['cli-templates.ts'], modules: disk, reason: 'writes declarations and precompiled templates' },
    {
      files: ['cli-watch.ts'],
      modules: [...disk, 'node:child_process'],
      reason: 'starts the app anew when a file changes',
    },
    {
      files: ['cli-locked.ts'],
      modules: [...disk, 'node:child_process'],
      reason: 'starts the app in processes that may do less than this one',
    },
    {
      files: ['locked-guard.ts'],
      modules: ['node:sqlite'],
      reason: 'puts a check before the files that SQLite opens',
    },
    {
      files: ['own-files.ts', 'locked-paths.ts'],
      modules: disk,
      reason: 'which files are of the app, and where links of node_modules lead to',
    },
    {
      files: ['cli-serve.ts', 'cli-workers.ts'],
      modules: ['node:cluster'],
      reason: 'processes that share a port',
    },
    {
      files: ['test-socket-door.ts'],
      modules: ['node:http', 'node:https'],
      reason: 'the test client as a visitor of a real server',
    },
    { files: ['secret-file.ts'], modules: disk, reason: 'a key from a _FILE variable' },
    { files: ['config-loaders.ts'], modules: disk, reason: 'config files and .env' },
    { files: ['static-versions.ts'], modules: disk, reason: 'the versions in the addresses of static files' },
    { files: ['debug-page.ts'], modules: disk, reason: 'shows source lines, in debug only' },
  ],
}

/**
 * Judges an import of a node module.
 *
 * @param short the package's short name
 * @param file the importing file from the package's folder: `src/paths.ts`
 * @param specifier the module: `node:fs`
 * @returns what is wrong, or null
 */
export function doorFinding(short: string, file: string, specifier: string): Omit<Finding, 'where'> | null {
  if (!guarded.test(specifier)) return null
  const allowed = (allowances[short] ?? []).some(
    ({ files, modules }) =>
      modules.includes(specifier) && (files?.some((name) => file === `src/${name}`) ?? true),
  )
  if (allowed) return null
  return {
    message: `${file} of ${short} imports '${specifier}'.`,
    fix: 'Leave it to a package that is a door, or give the file an allowance with its reason in test/tools/checks/doors.ts.',
  }
}
