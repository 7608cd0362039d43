/** What an app or a blueprint has registered beside its routes. */
import { ErrorHandlers } from './error-handlers.ts'
import type { HookTypes } from './route-types.ts'

/** Functions around views, in order of registration. */
export interface Hooks {
  readonly valuePreprocessors: HookTypes['valuePreprocessor'][]
  readonly urlDefaults: HookTypes['urlDefaults'][]
  readonly before: HookTypes['before'][]
  readonly after: HookTypes['after'][]
  readonly teardown: HookTypes['teardown'][]
  readonly contextProcessors: HookTypes['contextProcessor'][]
  readonly errorHandlers: ErrorHandlers
}

/** An empty set of hooks. */
export function createHooks(): Hooks {
  return {
    valuePreprocessors: [],
    urlDefaults: [],
    before: [],
    after: [],
    teardown: [],
    contextProcessors: [],
    errorHandlers: new ErrorHandlers(),
  }
}
