/** Contexts that no request brought: of commands, jobs and tests. */
import { type Context, runInContext } from './context.ts'
import { endContext } from './leave-context.ts'
import { isPromise } from './walk.ts'

/** Runs a function in a context, and the teardown functions after it or after its promise. @internal */
export function runManually<T>(context: Context, run: () => T): T {
  const { appcontextPushed } = context.app.signals
  return runInContext(context, () => {
    if (appcontextPushed.isWatched) appcontextPushed.send({ app: context.app })
    let result: T
    try {
      result = run()
    } catch (error) {
      context.unhandled = error
      void endContext(context)
      throw error
    }
    if (isPromise(result as unknown)) return settle(context, result as Promise<unknown>) as T
    void endContext(context)
    return result
  })
}

async function settle(context: Context, pending: Promise<unknown>): Promise<unknown> {
  try {
    return await pending
  } catch (error) {
    context.unhandled = error
    throw error
  } finally {
    await endContext(context)
  }
}
