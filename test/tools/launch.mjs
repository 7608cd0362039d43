/**
 * The one way in: `node test/tools/launch.mjs <program> [arguments]`, which is what every script of package.json calls.
 *
 * It installs what is missing with the pinned pnpm, then runs the program with the pinned Node. It runs on whatever
 * Node a bare machine has (18 or newer), so it is plain JavaScript that uses nothing newer and nothing installed.
 * Standard output belongs to the program: this file writes to standard error only.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.dewar-installed')
const windows = process.platform === 'win32'

if (Number(process.versions.node.split('.')[0]) < 18) {
  fail(
    `Node ${process.versions.node} cannot run pnpm. Install Node 18 or newer; Dewar brings its own Node 26.`,
  )
}
if (!isInstalled()) install()
run(process.argv.slice(2))

/** Nothing to do when the lock file and every manifest are those of the last install and no folder was deleted. */
function isInstalled() {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint()) return false
  return members().every(
    (folder) => !hasDependencies(join(root, folder)) || existsSync(join(root, folder, 'node_modules')),
  )
}

function hasDependencies(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length > 0
}

/** The workspace's folders, as the lock file lists them under `importers`. */
function members() {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const importers = /^importers:\n([\s\S]*?)^\S/m.exec(lock)
  const folders = importers ? Array.from(importers[1].matchAll(/^ {2}(\S+):/gm), (match) => match[1]) : []
  return folders.filter((folder) => existsSync(join(root, folder, 'package.json')))
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  const manifests = members().map((folder) => join(folder, 'package.json'))
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function install() {
  const { version } = /^(?<version>\d+\.\d+\.\d+)$/.exec(manifest().engines.pnpm).groups
  const args = [
    '--yes',
    `pnpm@${version}`,
    'install',
    '--frozen-lockfile',
    '--config.confirmModulesPurge=false',
  ]
  process.stderr.write(`Installing with pnpm ${version} (only when something is missing) ...\n`)
  const [command, ...first] = npx()
  const result = spawnSync(command, [...first, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, npm_config_update_notifier: 'false' },
    maxBuffer: 2 ** 28,
    shell: windows && first.length === 0,
    // A person sees the progress; a program sees only what went wrong.
    stdio: process.stderr.isTTY ? ['ignore', process.stderr, process.stderr] : ['ignore', 'pipe', 'pipe'],
  })
  if (result.status !== 0) {
    fail(
      `${result.stdout || ''}${result.stderr || ''}${result.error ? `${result.error.message}\n` : ''}` +
        `The installation failed; what pnpm said stands above.\n` +
        `If a manifest was changed, bring the lock file up to date: npx pnpm@${version} install`,
    )
  }
  writeFileSync(stamp, fingerprint())
}

function manifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
}

/** npm's own npx when npm started us (no shell, so it works the same on Windows), else the one on PATH. */
function npx() {
  const npm = process.env.npm_execpath || ''
  const script = join(dirname(npm), 'npx-cli.js')
  return basename(npm) === 'npm-cli.js' && existsSync(script) ? [process.execPath, script] : ['npx']
}

/**
 * Runs the program and becomes its shadow: same exit, same signals. A Ctrl-C on a terminal reaches the program
 * without us, so it is handed on only when there is no terminal. When npm dies, or its shell (which gets npm's
 * signals and hands none on), the program is told to end too.
 */
function run(args) {
  const node = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node')
  const path = [dirname(node), join(modules, '.bin'), process.env.PATH || process.env.Path].join(delimiter)
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, PATH: path } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  const parent = process.ppid
  const orphaned = () => process.ppid !== parent && child.kill('SIGTERM')
  if (process.env.npm_lifecycle_event) setInterval(orphaned, 200).unref()
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code === null ? 1 : code)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
