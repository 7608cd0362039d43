/** What the routes let in. */
import type { Rule } from '@dewar/routing'
import type { App } from '../app.ts'
import { type Finding, finding, type Subject } from './finding.ts'

/** Looks at the routes of an app whose routes could be put together. */
export function* checkRoutes({ app }: Subject): Iterable<Finding> {
  if (app === null) return
  const rules = [...app.urlMap.rules()]
  // An app that could not be put together has been reported as such.
  if (!rules.every((rule) => app.endpointOf(rule) !== undefined)) return
  yield* exempt(app, rules)
  yield* undeclared(app, rules)
  for (const { winner, loser, method, example, decidedBy } of app.urlMap.overlaps().overlaps) {
    // A narrow rule beside a wide one is how rules are meant to be used.
    if (decidedBy === 'specificity') continue
    yield finding(
      'routes-overlap',
      `${method} ${example} is answered by '${winner.text}' (${winner.endpoint}), and '${loser.text}' (${loser.endpoint}) matches it too.`,
    )
  }
}

function* exempt(app: App, rules: readonly Rule[]): Iterable<Finding> {
  for (const rule of rules) {
    if (!app.endpointOf(rule).csrfExempt) continue
    const methods = rule.methods === null ? 'any method' : [...rule.methods].join(', ')
    yield finding('csrf-exempt', `'${rule.text}' (${rule.endpoint}, ${methods}) is exempt.`)
  }
}

/** One finding for all of them: each would drown the rest, and they are mended together. */
function* undeclared(app: App, rules: readonly Rule[]): Iterable<Finding> {
  const silent = rules.filter((rule) => {
    const { accessDeclared } = app.endpointOf(rule)
    return !accessDeclared && rule.options.redirectTo === undefined
  })
  if (silent.length === 0) return
  const named = silent.slice(0, 10).map((rule) => `'${rule.text}' (${rule.endpoint})`)
  const rest = silent.length > named.length ? ` and ${silent.length - named.length} more` : ''
  const list = `${named.join(', ')}${rest}`
  const message =
    silent.length === 1
      ? `1 route does not say who may call it: ${list}.`
      : `${silent.length} routes do not say who may call them: ${list}.`
  yield finding('access-undeclared', message)
}
