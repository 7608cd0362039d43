/** What a request carries with it from step to step. */
import type { HttpError, Response } from '@dewar/http'
import type { App } from './app.ts'
import type { Context } from './context.ts'
import type { AppRequest } from './request.ts'

/** The state of a walk. @internal */
export interface Walk {
  readonly app: App
  readonly context: Context
  readonly request: AppRequest
  /** When it began, for its line in the log; 0 if there will be none. */
  readonly started: number
  /** What the gate refused, thrown once there is a context to answer in. */
  refusal: unknown
  /** Why an unsafe request cannot come from this site, thrown unless its route is exempt. */
  originError: unknown
  /** 404 or 405, thrown where the view would be called. */
  routingError: HttpError | null
  /** The methods of the URL, if the request is an OPTIONS that no view answers. */
  optionsMethods: readonly string[] | null
  /** What a hook, the view or an error handler gave. */
  value: unknown
  response: Response | null
}

/** Whether a step's result must be waited for. @internal */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
