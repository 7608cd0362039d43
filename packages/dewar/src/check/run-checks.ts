/** Runs all checks on an app, and sorts out what is silenced. */
import { DewarError } from '@dewar/base'
import type { App } from '../app.ts'
import { checkExtensions } from './extension-checks.ts'
import { checkFiles } from './file-checks.ts'
import { type Checker, type Finding, finding, type Subject } from './finding.ts'
import { checkHeaders } from './header-checks.ts'
import { checkPlatform } from './platform-checks.ts'
import { checkRoutes } from './route-checks.ts'
import { type CheckId, checkGroups, isCheckId, ruleOf } from './rules.ts'
import { checkSettings } from './settings-checks.ts'
import { checkSource } from './source-checks.ts'
import { type CheckReport, severities } from './summary.ts'
import { checkTemplates } from './template-checks.ts'

const checkers: readonly Checker[] = [
  checkSettings,
  checkHeaders,
  checkRoutes,
  checkTemplates,
  checkSource,
  checkFiles,
  checkPlatform,
  checkExtensions,
]

/**
 * Checks an app.
 *
 * @param subject what to look at
 * @param loadError why there is no app, if there is none
 */
export async function runChecks(subject: Subject, loadError?: unknown): Promise<CheckReport> {
  const found: Finding[] = []
  if (loadError !== undefined) {
    const { message, ...broken } = brokenApp(loadError)
    const consequence = 'Settings, routes and templates could not be checked.'
    found.push({ ...broken, message: `${message} ${consequence}` })
  }
  if (subject.app !== null) found.push(...freeze(subject.app))
  for (const check of checkers) found.push(...(await check(subject)))
  const silencedIds = new Set<string>(subject.app?.config.CHECK_SILENCED ?? [])
  const silenced = found.filter(({ id }) => silencedIds.has(id))
  const shown = found.filter(({ id }) => !silencedIds.has(id))
  shown.push(...aboutSilence(silencedIds, silenced))
  const { project, deploy } = subject
  return { project, deploy, findings: shown.sort(byGroup), silenced: silenced.sort(byGroup) }
}

/** Puts the app together, as the first request would, without its log: what it would say is in the report. */
function freeze(app: App): readonly Finding[] {
  const { level } = app.logger
  app.logger.level = 'silent'
  try {
    app.freeze()
    return []
  } catch (error) {
    return [brokenApp(error)]
  } finally {
    app.logger.level = level
  }
}

/** Errors with a row of their own. */
const rows: Readonly<Record<string, CheckId>> = {
  ERR_DEWAR_NO_ACCESS: 'access-missing',
  ERR_ROUTING_DUPLICATE: 'routes-duplicate',
  ERR_DEWAR_DEBUG_IN_PRODUCTION: 'debug-on',
  ERR_SIGNING_WEAK_KEY: 'key-weak',
  ERR_DEWAR_NO_SECRET_KEY: 'key-missing',
}

function brokenApp(error: unknown): Finding {
  if (!(error instanceof DewarError)) return finding('app-broken', firstLine(error))
  const id = rows[error.code]
  if (id === 'key-weak' && error.message.startsWith('SECRET_KEY_FALLBACKS'))
    return finding('key-fallback-weak', error.message)
  if (id === 'debug-on' && error.details['mode'] === 'TESTING') return finding('testing-on', error.message)
  return finding(id ?? 'app-broken', error.message, error.fix === '' ? {} : { fix: error.fix })
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.split('\n')[0] ?? text
}

function* aboutSilence(ids: ReadonlySet<string>, silenced: readonly Finding[]): Iterable<Finding> {
  for (const id of ids) {
    const count = silenced.filter((each) => each.id === id).length
    if (!isCheckId(id)) yield finding('check-silenced-unknown', `CHECK_SILENCED names '${id}'.`)
    else yield finding('check-silenced', `${id} is silenced; it hides ${count === 0 ? 'nothing' : count}.`)
  }
}

function byGroup(a: Finding, b: Finding): number {
  const groups = checkGroups.indexOf(ruleOf(a.id).group) - checkGroups.indexOf(ruleOf(b.id).group)
  return groups || severities.indexOf(a.severity) - severities.indexOf(b.severity)
}
