/** What lies where it should not, and who may read it. */
import { existsSync, lstatSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { App } from '../app.ts'
import { defaults } from '../defaults.ts'
import { readFolder } from '../own-files.ts'
import { type Finding, finding, type Subject } from './finding.ts'

/** Looks at static folders, files of secrets and the instance folder. */
export function* checkFiles({ app, project, environment }: Subject): Iterable<Finding> {
  if (app !== null) {
    for (const folder of new Set(app.staticVersions.folders.values())) yield* staticFolder(app, folder)
    yield* instanceFolder(app)
  }
  yield* secretFiles(project, app, environment)
}

function* staticFolder(app: App, folder: string): Iterable<Finding> {
  const own = [app.root, app.instancePath, ...app.templates.folders]
  const inside = own.filter(
    (path): path is string => path !== null && isWithin(folder, path) && existsSync(path),
  )
  if (inside.length > 0) {
    const names = inside.map((path) => relative(folder, path) || 'the app itself').join(', ')
    yield finding('static-wide', `The static folder ${folder} contains ${names}.`, {
      place: { file: folder },
    })
    return
  }
  let count = 0
  for (const file of secretsBelow(folder)) {
    if (++count > defaults.checkSecretFiles.value) return
    yield finding('static-secret', `${relative(folder, file)} is in the static folder.`, { place: { file } })
  }
}

/** Whether a path is a folder or lies in it. */
function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep)
}

/** Names that are not for visitors: keys, variables, repositories, databases, source, what is left by editors and dumps. */
const secretNames =
  /^(?:\.env(?:\..+)?|\.git|\.svn|\.hg|\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|\.htpasswd|\.ssh|\.aws|\.DS_Store|id_(?:rsa|ed25519|ecdsa|dsa)|secret[-_]key|node_modules|package\.json|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|Dockerfile|docker-compose.*\.ya?ml|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|sqlite3?|db|sqlite-wal|sql|bak|old|orig|swp|log|ts|mts|cts|tsx|py|rb|php|toml))$|~$/i

function* secretsBelow(folder: string): Iterable<string> {
  const folders = [folder]
  let seen = 0
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of readFolder(next)) {
      if (++seen > defaults.checkMaxFiles.value) return
      const path = join(next, entry.name)
      if (secretNames.test(entry.name)) yield path
      else if (entry.isDirectory()) folders.push(path)
    }
  }
}

function* instanceFolder(app: App): Iterable<Finding> {
  const mode = modeOf(app.instancePath)
  if (mode === null || (mode & 0o077) === 0) return
  const what = (mode & 0o022) !== 0 ? 'change' : 'read'
  yield finding('instance-permissions', `Other users may ${what} ${app.instancePath} (${octal(mode)}).`, {
    place: { file: app.instancePath },
    fix: `chmod 700 ${app.instancePath}`,
    severity: (mode & 0o022) !== 0 ? 'error' : undefined,
  })
}

/** Files that hold keys: those that variables name, those of the project and of the instance folder. */
function* secretFiles(
  project: string,
  app: App | null,
  environment: Subject['environment'],
): Iterable<Finding> {
  const named = ['DEWAR_SECRET_KEY_FILE', 'DEWAR_SECRET_KEY_FALLBACKS_FILE'].map((name) => environment[name])
  const folders = [project, ...(app === null ? [] : [app.instancePath])]
  const found = folders.flatMap((folder) =>
    readFolder(folder)
      .map(({ name }) => name)
      .filter((name) =>
        /^(?:\.env(?:\.(?!example$|sample$|template$).+)?|secret[-_]key|.+\.key|.*key\.pem)$/.test(name),
      )
      .map((name) => join(folder, name)),
  )
  const files = named.flatMap((name) => (name === undefined ? [] : [resolve(name)]))
  for (const file of new Set([...files, ...found])) {
    const mode = modeOf(file)
    if (mode === null || (mode & 0o077) === 0) continue
    yield finding('key-file-permissions', `Other users may read ${file} (${octal(mode)}).`, {
      place: { file },
      fix: `chmod 600 ${file}`,
    })
  }
}

/** The permission bits; `null` where there is nothing, or the system has none. */
function modeOf(path: string): number | null {
  if (process.platform === 'win32') return null
  try {
    // Secrets of container platforms are links into folders that only the app's user may enter.
    return (lstatSync(path).isSymbolicLink() ? statSync(path) : lstatSync(path)).mode & 0o777
  } catch {
    return null
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, '0')
}
