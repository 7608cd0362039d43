/**
 * Redis and Chromium for the tests that need the real thing. Where they are missing, such tests are skipped with one
 * visible line that says how to get them; with `DEWAR_REQUIRE_SERVICES=1`, as in `.ci/run`, they fail instead.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from 'vitest'

interface Service {
  readonly name: string
  /** The environment variable that names the program. */
  readonly variable: string
  readonly programs: readonly string[]
  readonly places: readonly string[]
  readonly remedy: string
}

const redis: Service = {
  name: 'Redis',
  variable: 'DEWAR_REDIS_SERVER',
  programs: ['redis-server', 'valkey-server'],
  places: [],
  remedy: 'Debian: apt-get install redis-server · macOS: brew install redis',
}

const chromium: Service = {
  name: 'Chromium',
  variable: 'DEWAR_CHROMIUM',
  programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  places: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  remedy: 'Debian: apt-get install chromium · or point DEWAR_CHROMIUM to a Chrome',
}

/** The path of a Redis server's program, or null (and a line on standard error) if there is none. The test starts and stops it. */
export function redisServerPath(): string | null {
  return find(redis)
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
  if (process.env['DEWAR_REQUIRE_SERVICES'] === '1') throw new Error(reason)
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
