/** The app's own errors, each with its remedy in one place. */
import { DewarError, nearestName } from '@dewar/base'

/** A setup method was called after the first request. */
export function frozen(call: string): DewarError {
  return new DewarError('ERR_DEWAR_FROZEN', `${call} was called after the first request.`, {
    fix: 'Register everything while the app is being built, before run() or the first request.',
    details: { call },
  })
}

/** A context global was used where no request is. */
export function noContext(name: string): DewarError {
  return new DewarError('ERR_DEWAR_NO_CONTEXT', `${name} was used outside a request.`, {
    fix: 'Call it in a view or hook, or wrap the code in app.testRequestContext(…) or app.context(…).',
    details: { name },
  })
}

/** Two views want the same endpoint name. */
export function endpointTaken(endpoint: string, rule: string | null, heldBy: string | null): DewarError {
  const what =
    rule === null ? `The endpoint '${endpoint}'` : `The endpoint '${endpoint}' of the rule '${rule}'`
  return new DewarError(
    'ERR_DEWAR_ENDPOINT_TAKEN',
    `${what} is taken: it ${heldBy === null ? 'has another view' : `serves '${heldBy}'`}.`,
    {
      fix: `Name one of the views otherwise, or give it { endpoint: '…' }.`,
      details: { endpoint, rule, heldBy },
    },
  )
}

/** What stands in the view's place is no function. */
export function notAView(rule: string, value: unknown): DewarError {
  return new DewarError('ERR_DEWAR_VIEW', `The view of '${rule}' is ${kindOf(value)}, not a function.`, {
    fix: 'Give it a function: app.get(rule, () => …). An import may be missing or misspelt, or two files import each other.',
    details: { rule },
  })
}

function kindOf(value: unknown): string {
  return value === undefined || value === null ? String(value) : `of type ${typeof value}`
}

/** A rule leads to an endpoint that has no view. */
export function noView(endpoint: string, rule: string, known: Iterable<string>): DewarError {
  const nearest = nearestName(endpoint, known)
  return new DewarError(
    'ERR_DEWAR_NO_VIEW',
    `The rule '${rule}' leads to '${endpoint}', which has no view.`,
    {
      fix:
        nearest === undefined ? `Add one: app.endpoint('${endpoint}', view).` : `Did you mean '${nearest}'?`,
      details: { endpoint, rule },
    },
  )
}

/** A view gave back something that is no answer. */
export function badViewValue(value: unknown, where: string): DewarError {
  const what = value === undefined ? 'nothing' : value === null ? 'null' : `a ${describe(value)}`
  return new DewarError('ERR_DEWAR_VIEW_VALUE', `${where} returned ${what}, which is no answer.`, {
    fix: 'Return text, Markup, bytes, a stream, a plain object or array (JSON), or a Response. Is a return missing?',
    details: { where },
  })
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : typeof value
}

/** A name nobody knows, with the nearest one that is known. */
export function unknownName(
  code: `ERR_DEWAR_${string}`,
  what: string,
  name: string,
  known: Iterable<string>,
  otherwise: string,
): DewarError {
  const nearest = nearestName(name, known)
  return new DewarError(code, `${what} '${name}' is unknown.`, {
    fix: nearest === undefined ? otherwise : `Did you mean '${nearest}'?`,
    details: { name },
  })
}

/** A decorated method whose class nobody registered. */
export function unregistered({
  rule,
  method,
}: {
  readonly rule: string
  readonly method: string | symbol
}): DewarError {
  return new DewarError(
    'ERR_DEWAR_UNREGISTERED',
    `The method '${String(method)}' for '${rule}' was never registered.`,
    {
      fix: 'Register an instance of its class: app.register(new Account()).',
      details: { rule, method: String(method) },
    },
  )
}
