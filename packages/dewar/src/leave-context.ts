/** Step 16: what happens once the last byte is out, or the client is gone. */
import { type Context, runInContext } from './context.ts'
import { closeFiles } from './request.ts'
import type { HookTypes } from './route-types.ts'
import { announce } from './steps.ts'
import { isPromise } from './walk.ts'

/**
 * Runs the teardown functions, all of them, whatever each does, and removes uploaded files. Once for each context; at once
 * if no function has to be waited for.
 *
 * @internal
 */
export function endContext(context: Context): Promise<void> | undefined {
  if (context.hasEnded) return undefined
  context.hasEnded = true
  announce('leaveContext', context)
  const { app, request } = context
  const { signals, contextTeardowns } = app
  const teardown = request === null ? none : context.surroundings.teardown
  const files = request === null ? undefined : closeFiles(request)
  const isWatched =
    signals.requestTearingDown.isWatched ||
    signals.appcontextTearingDown.isWatched ||
    signals.appcontextPopped.isWatched
  if (teardown.length + contextTeardowns.length === 0 && files === undefined && !isWatched) return undefined
  return runInContext(context, () => runFrom(stepsOf(context, teardown, files), 0))
}

type EndStep = () => Promise<void> | undefined

const none: readonly HookTypes['teardown'][] = []

function stepsOf(
  context: Context,
  teardown: readonly HookTypes['teardown'][],
  files: Promise<void> | undefined,
): readonly EndStep[] {
  const { app, request, unhandled: error } = context
  const { requestTearingDown, appcontextTearingDown, appcontextPopped } = app.signals
  const run = (hook: HookTypes['teardown']) => () => runHook(context, hook)
  return [
    ...teardown.map(run),
    () => (request === null ? undefined : requestTearingDown.send({ app, request, error })),
    () => files,
    ...app.contextTeardowns.toReversed().map(run),
    () => appcontextTearingDown.send({ app, error }),
    () => appcontextPopped.send({ app }),
  ]
}

function runFrom(steps: readonly EndStep[], from: number): Promise<void> | undefined {
  for (let i = from; i < steps.length; i++) {
    const pending = steps[i]?.()
    if (pending !== undefined) return pending.then(() => runFrom(steps, i + 1))
  }
  return undefined
}

function runHook({ app, unhandled }: Context, hook: HookTypes['teardown']): Promise<void> | undefined {
  const report = (err: unknown) => app.logger.error({ err }, 'A teardown function failed.')
  try {
    const result = hook(unhandled)
    return isPromise(result) ? result.catch(report) : undefined
  } catch (error) {
    report(error)
    return undefined
  }
}
