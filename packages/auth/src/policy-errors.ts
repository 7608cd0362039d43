/** The mistakes that a policy can hold; each is a refusal, too. */
import { DewarError, nameRemedy, nearestName } from '@dewar/base'

export function unknownAction(resource: string, action: string, known: Iterable<string>): DewarError {
  const actions = [...known]
  const nearest = nearestName(action, actions)
  return new DewarError('ERR_AUTH_POLICY_ACTION', `The policy for ${resource} has no action '${action}'.`, {
    fix: nearest === undefined ? `It has ${actions.join(', ') || 'none'}.` : `Did you mean '${nearest}'?`,
    details: { resource, action },
  })
}

export function badAnswer(resource: string, action: string, answer: unknown): DewarError {
  const kind = answer instanceof Promise ? 'a promise' : answer === null ? 'null' : typeof answer
  return new DewarError(
    'ERR_AUTH_POLICY_ANSWER',
    `The rule '${action}' for ${resource} answered with ${kind}, not with true or false.`,
    {
      fix: 'Compare and return a boolean; what must be waited for belongs into the loader.',
      details: { resource, action },
    },
  )
}

export function noLoader(resource: string, action: string): DewarError {
  return new DewarError(
    'ERR_AUTH_POLICY_LOADER',
    `The rule '${action}' for ${resource} looks at an object, and nothing says how to find it.`,
    {
      fix: `Write access('${action}', ({ id }) => …), or give definePolicy the option load.`,
      details: { resource, action },
    },
  )
}

export function notLoaded(resource: string): DewarError {
  return new DewarError('ERR_AUTH_POLICY_NOT_LOADED', `No ${resource} was loaded for this request.`, {
    fix: `Guard the route with { access: policy.access(action, loader) }, or use policy.authorize(action, object).`,
    details: { resource },
  })
}

export function noPolicy(action: string, object: unknown): DewarError {
  const name =
    typeof object === 'object' && object !== null ? (object.constructor?.name ?? 'object') : typeof object
  return new DewarError('ERR_AUTH_NO_POLICY', `No policy says who may '${action}' this ${name}.`, {
    fix: 'Define one for its class and give it to createPermissions({ policies }), or mark rows: policy.mark(row).',
    details: { action },
  })
}

export function policyTwice(name: string): DewarError {
  return new DewarError('ERR_AUTH_POLICY_TWICE', `There are two policies for ${name}.`, {
    fix: 'Put their rules into one.',
    details: { name },
  })
}

export function noPermissions(wanted: string): DewarError {
  return new DewarError('ERR_AUTH_NO_PERMISSIONS', `${wanted} was asked of an app that knows no roles.`, {
    fix: 'Call createPermissions(app, { roles: (user) => [user.role] }).',
  })
}

export function badRoles(roles: unknown): DewarError {
  const kind = roles instanceof Promise ? 'a promise' : typeof roles
  return new DewarError('ERR_AUTH_ROLES', `The option roles gave ${kind}, not a list of names.`, {
    fix: 'Return the roles the user was loaded with, as a list: (user) => [user.role].',
  })
}

export function badPermissionsOption(name: string, known: readonly string[]): DewarError {
  return new DewarError('ERR_AUTH_OPTION', `createPermissions has no option '${name}'.`, {
    fix: nameRemedy(name, known),
    details: { name },
  })
}
