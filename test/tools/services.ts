/**
 * Redis, Valkey, Memcached, PostgreSQL, nginx and Chromium for the tests that need the real thing. Where they are missing, such tests are skipped with one
 * visible line that says how to get them; with `REQUIRE_SERVICES=1`, as in `.ci/run`, they fail instead.
 */
import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from 'vitest'

interface Service {
  readonly name: string
  /** The environment variable that names the program. */
  readonly variable: string
  readonly programs: readonly string[]
  readonly places: readonly string[]
  readonly remedy: string
  /** Debian 12 has no package of it: the tests are skipped there, `REQUIRE_SERVICES` or not. */
  readonly optional?: true
}

const redis: Service = {
  name: 'Redis',
  variable: 'REDIS_SERVER_PATH',
  programs: ['redis-server', 'valkey-server'],
  places: [],
  remedy: 'Debian: apt-get install redis-server · macOS: brew install redis',
}

const valkey: Service = {
  name: 'Valkey',
  variable: 'VALKEY_SERVER_PATH',
  programs: ['valkey-server'],
  places: [],
  remedy: 'Debian 13, or 12 with backports: apt-get install valkey-server · macOS: brew install valkey',
  optional: true,
}

const memcached: Service = {
  name: 'Memcached',
  variable: 'DEWAR_MEMCACHED',
  programs: ['memcached'],
  places: [],
  remedy: 'Debian: apt-get install memcached · macOS: brew install memcached',
}

const postgres: Service = {
  name: 'PostgreSQL',
  variable: 'DEWAR_POSTGRES',
  programs: ['postgres'],
  places: debianPostgres('/usr/lib/postgresql'),
  remedy: 'Debian: apt-get install postgresql · macOS: brew install postgresql',
}

const nginx: Service = {
  name: 'nginx',
  variable: 'DEWAR_NGINX',
  programs: ['nginx'],
  places: ['/usr/sbin/nginx', '/usr/local/sbin/nginx'],
  remedy: 'Debian: apt-get install nginx · macOS: brew install nginx',
}

const chromium: Service = {
  name: 'Chromium',
  variable: 'CHROMIUM_PATH',
  programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  places: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  remedy: 'Debian: apt-get install chromium · or point CHROMIUM_PATH to a Chrome',
}

/** The path of a Redis server's program, or null (and a line on standard error) if there is none. The test starts and stops it. */
export function redisServerPath(): string | null {
  return find(redis)
}

/** The path of Memcached's program, or null (and a line on standard error) if there is none. The test starts and stops it. */
export function memcachedPath(): string | null {
  return find(memcached)
}

/** The path of `postgres`, with `initdb` beside it, or null (and a line on standard error) if there is none. The test starts and stops it. */
export function postgresPath(): string | null {
  return find(postgres)
}

/** The path of a Chromium or Chrome, or null (and a line on standard error) if there is none. */
export function chromiumPath(): string | null {
  return find(chromium)
}

/**
 * `describe` for tests that need a Redis server.
 *
 * @param name the claim, as for `describe`
 * @param tests the tests; they get the path of the program
 */
export function describeWithRedis(name: string, tests: (program: string) => void): void {
  describeWith(redis, name, tests)
}

/**
 * `describe` for tests that need a Valkey server; the only ones that `REQUIRE_SERVICES` lets be skipped.
 *
 * @param name the claim, as for `describe`
 * @param tests the tests; they get the path of the program
 */
export function describeWithValkey(name: string, tests: (program: string) => void): void {
  describeWith(valkey, name, tests)
}

/**
 * `describe` for tests that need Memcached.
 *
 * @param name the claim, as for `describe`
 * @param tests the tests; they get the path of the program
 */
export function describeWithMemcached(name: string, tests: (program: string) => void): void {
  describeWith(memcached, name, tests)
}

/**
 * `describe` for tests that need PostgreSQL.
 *
 * @param name the claim, as for `describe`
 * @param tests the tests; they get the path of the program
 */
export function describeWithPostgres(name: string, tests: (program: string) => void): void {
  describeWith(postgres, name, tests)
}

/**
 * `describe` for tests that need nginx.
 *
 * @param name the claim, as for `describe`
 * @param tests the tests; they get the path of the program
 */
export function describeWithNginx(name: string, tests: (program: string) => void): void {
  describeWith(nginx, name, tests)
}

/**
 * `describe` for tests that need a browser.
 *
 * @param name the claim, as for `describe`
 * @param tests the tests; they get the path of the program
 */
export function describeWithChromium(name: string, tests: (program: string) => void): void {
  describeWith(chromium, name, tests)
}

function describeWith(service: Service, name: string, tests: (program: string) => void): void {
  const program = find(service)
  if (program) describe(name, () => tests(program))
  else describe.skip(name, () => it(`needs ${service.name}`, () => {}))
}

/** Looks for the program; when it is missing, says so or throws. */
function find(service: Service): string | null {
  const { name, variable, programs, places, remedy } = service
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const candidates = folders.flatMap((folder) => programs.map((program) => join(folder, program)))
  const named = process.env[variable]
  const found = (named ? [named] : [...candidates, ...places]).find(isProgram)
  if (found) return found
  const reason = `${name} is not installed. ${remedy}`
  if (process.env['REQUIRE_SERVICES'] === '1' && !service.optional) throw new Error(reason)
  process.stderr.write(`Tests are skipped: ${reason}\n`)
  return null
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Debian keeps each version's programs in a folder of its own, none of them in the PATH. */
function debianPostgres(folder: string): string[] {
  try {
    const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a))
    return versions.map((version) => join(folder, version, 'bin', 'postgres'))
  } catch {
    return []
  }
}
