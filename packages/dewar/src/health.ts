/**
 * Two addresses for those who look after the process: whether it lives, and whether it should get requests.
 *
 * Threat: checks that anybody may call, and that cost a question to the database each; answers that name what is broken.
 * Construction: concurrent questions share one round of checks, and its outcome is good for a second. The answer is a word;
 * names and errors go to the log. No session is opened, nothing is cached.
 */
import { Response } from '@dewar/http'
import type { App } from './app.ts'
import { defaults } from './defaults.ts'
import type { MaybePromise } from './route-types.ts'

/** What is asked, and where. */
export interface HealthOptions {
  /** The path that answers while the process runs; `/livez` by default. */
  readonly live?: string | undefined
  /** The path that answers 200 while all checks pass, else 503; `/readyz` by default. */
  readonly ready?: string | undefined
  /** What must work for the app to serve: each throws, or gives `false`, where it does not. */
  readonly checks?: Readonly<Record<string, () => MaybePromise<unknown>>> | undefined
}

/**
 * Adds the two routes. Probes ask with a host that `TRUSTED_HOSTS` names.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { addHealthChecks, createApp } from 'dewar'
 *
 * const app = createApp()
 * addHealthChecks(app, { checks: { store: () => app.store.get('health') } })
 * assert.equal((await app.testClient().get('/readyz')).text, 'ready')
 * ```
 * @throws {DewarError} `ERR_DEWAR_FROZEN` after the first request
 */
export function addHealthChecks(app: App, options: HealthOptions = {}): void {
  const { live = '/livez', ready = '/readyz', checks = {} } = options
  const examine = createExaminer(app, Object.entries(checks))
  app.addUrlRule({ rule: live, endpoint: 'livez', access: 'public', view: () => answer(200, 'alive') })
  app.addUrlRule({
    rule: ready,
    endpoint: 'readyz',
    access: 'public',
    view: async () => ((await examine()) ? answer(200, 'ready') : answer(503, 'not ready')),
  })
}

function answer(status: number, text: string): Response {
  return new Response(text, { status, mimetype: 'text/plain', headers: [['Cache-Control', 'no-store']] })
}

type Checks = readonly (readonly [name: string, check: () => MaybePromise<unknown>])[]

/** One round at a time, whose outcome counts for a while. */
function createExaminer(app: App, checks: Checks): () => Promise<boolean> {
  let round: Promise<boolean> | null = null
  let until = 0
  return () => {
    if (round !== null && app.now() < until) return round
    until = Number.POSITIVE_INFINITY
    round = examineAll(app, checks).finally(() => {
      until = app.now() + defaults.healthInterval.value
    })
    return round
  }
}

async function examineAll(app: App, checks: Checks): Promise<boolean> {
  const outcomes = await Promise.all(
    checks.map(async ([name, check]) => {
      try {
        if ((await inTime(check)) !== false) return true
        app.logger.error({ check: name }, 'A health check failed.')
      } catch (err) {
        app.logger.error({ check: name, err }, 'A health check failed.')
      }
      return false
    }),
  )
  return outcomes.every((good) => good)
}

async function inTime(check: () => MaybePromise<unknown>): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>()
  const seconds = defaults.healthTimeout.value
  const timer = setTimeout(() => reject(new Error(`No answer within ${seconds} seconds.`)), seconds * 1000)
  try {
    return await Promise.race([check(), promise])
  } finally {
    clearTimeout(timer)
  }
}
