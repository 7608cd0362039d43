/**
 * Which handler answers an error. Flask's order: for an HTTP error first the handlers of its status, blueprint before
 * app, then those without a status in the same order; within each, the most specific class first.
 */
import { DewarError } from '@dewar/base'
import { errorClasses, HttpError } from '@dewar/http'
import type { MaybePromise, ViewResult } from './route-types.ts'

/** An error handler, once its type has done its work. */
export type AnyErrorHandler = (error: never) => MaybePromise<ViewResult>

/** The handlers of one app or blueprint, by status and class. */
export class ErrorHandlers {
  readonly #byStatus = new Map<number | null, Map<unknown, AnyErrorHandler>>()

  /**
   * @param key a status from 400 to 599 or an error class
   * @throws {DewarError} `ERR_DEWAR_ERROR_HANDLER` for anything else
   */
  add(key: unknown, handler: AnyErrorHandler): void {
    const { status, type } = resolveKey(key)
    const handlers = this.#byStatus.get(status) ?? new Map<unknown, AnyErrorHandler>()
    handlers.set(type, handler)
    this.#byStatus.set(status, handlers)
  }

  /** The handler under `status` (or under none, for `null`) whose class is nearest to the error's. */
  find(status: number | null, error: object): AnyErrorHandler | undefined {
    const handlers = this.#byStatus.get(status)
    if (handlers === undefined) return undefined
    for (let type = Object.getPrototypeOf(error); type !== null; type = Object.getPrototypeOf(type)) {
      const handler = handlers.get(type.constructor)
      if (handler !== undefined) return handler
    }
    return undefined
  }
}

/**
 * Finds the handler for an error.
 *
 * @param error what was thrown
 * @param scopes the handlers in force, innermost blueprint first, the app last
 */
export function findErrorHandler(
  error: object,
  scopes: readonly ErrorHandlers[],
): AnyErrorHandler | undefined {
  const statuses = error instanceof HttpError ? [error.status, null] : [null]
  for (const status of statuses) {
    for (const scope of scopes) {
      const handler = scope.find(status, error)
      if (handler !== undefined) return handler
    }
  }
  return undefined
}

function resolveKey(key: unknown): { status: number | null; type: unknown } {
  if (typeof key === 'number') {
    const type = errorClasses[key]
    if (type === undefined) throw badKey(`${key} is no HTTP error status`)
    return { status: key, type }
  }
  if (typeof key !== 'function' || !isErrorClass(key)) throw badKey(`${String(key)} is no error class`)
  return { status: statusOf(key), type: key }
}

const statuses: ReadonlyMap<object, number> = new Map(
  Object.entries(errorClasses).map(([status, type]) => [type, Number(status)]),
)

/** The status of an HTTP error class: its own static `status`, or that of the built-in class it extends. */
function statusOf(type: object): number | null {
  if ('status' in type && typeof type.status === 'number') return type.status
  for (let level: object | null = type; level !== null; level = Object.getPrototypeOf(level)) {
    const status = statuses.get(level)
    if (status !== undefined) return status
  }
  return null
}

function isErrorClass(type: { readonly prototype?: unknown }): boolean {
  return type === Error || type.prototype instanceof Error
}

function badKey(what: string): DewarError {
  return new DewarError('ERR_DEWAR_ERROR_HANDLER', `errorHandler: ${what}.`, {
    fix: 'Give it a status such as 404, or a class such as NotFound or one of your own that extends Error.',
  })
}
