/** The errors of this package: mistakes in rules, found at setup, and URLs that cannot be built. */
import { DewarError, type DewarErrorCode, LimitError } from '@dewar/base'

/** Facts about a URL that could not be built. */
export interface UrlBuildErrorOptions {
  readonly endpoint: string
  /** The endpoint, values or method that would work, in words. */
  readonly suggestion: string
}

/**
 * No rule of the endpoint takes the arguments given.
 *
 * @see Werkzeug: `werkzeug.routing.BuildError`
 */
export class UrlBuildError extends DewarError {
  readonly endpoint: string
  readonly suggestion: string

  constructor(message: string, options: UrlBuildErrorOptions) {
    super('ERR_ROUTING_BUILD', message, { fix: options.suggestion, details: { endpoint: options.endpoint } })
    this.endpoint = options.endpoint
    this.suggestion = options.suggestion
  }
}

/** A mistake in a rule; `code` is one of those listed in the README. */
export function ruleError(code: DewarErrorCode, rule: string, message: string, fix: string): DewarError {
  return new DewarError(code, message, { fix, details: { rule } })
}

/** A rule past one of the limits. */
export function ruleLimitError(rule: string, limit: string, maximum: number, actual: number): LimitError {
  const shown = rule.length > 80 ? `${rule.slice(0, 80)}…` : rule
  return new LimitError(
    'ERR_ROUTING_RULE_LIMIT',
    `Rule '${shown}' passes ${limit}: ${actual} of ${maximum}.`,
    {
      limit,
      maximum,
      actual,
      fix: `Write a simpler rule, or raise the limit: new RuleMap({ ${limit}: ${actual} }).`,
    },
  )
}

/** A value that a converter cannot write into a URL. */
export function valueError(message: string, fix: string): DewarError {
  return new DewarError('ERR_ROUTING_VALUE', message, { fix })
}
