/** Step 16: what happens once the last byte is out, or the client is gone. */
import { type Context, runInContext } from './context.ts'
import { closeFiles } from './request.ts'
import type { HookTypes } from './route-types.ts'
import { announce } from './steps.ts'

/**
 * Runs the teardown functions, all of them, whatever each does, and removes uploaded files. Once for each context.
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
  return runInContext(context, () => tearDown(context, teardown, files))
}

const none: readonly HookTypes['teardown'][] = []

async function tearDown(
  context: Context,
  teardown: readonly HookTypes['teardown'][],
  files: Promise<void> | undefined,
): Promise<void> {
  const { app, request, unhandled: error } = context
  const { requestTearingDown, appcontextTearingDown, appcontextPopped } = app.signals
  for (const hook of teardown) await runHook(context, hook)
  if (request !== null) requestTearingDown.send({ app, request, error })
  await files
  for (const hook of app.contextTeardowns.toReversed()) await runHook(context, hook)
  appcontextTearingDown.send({ app, error })
  appcontextPopped.send({ app })
}

async function runHook({ app, unhandled }: Context, hook: HookTypes['teardown']): Promise<void> {
  try {
    await hook(unhandled)
  } catch (error) {
    app.logger.error({ err: error }, 'A teardown function failed.')
  }
}
