/** Step 16: what happens once the last byte is out, or the client is gone. */
import type { Response } from '@dewar/http'
import { runInContext } from './context.ts'
import { closeFiles } from './request.ts'
import { announce } from './steps.ts'
import type { Walk } from './walk.ts'

/** Arranges for the end of the walk to come after the response. @internal */
export function leaveContext(walk: Walk, response: Response): void {
  response.onClose(() => endContext(walk))
}

/**
 * Runs the teardown functions, all of them, whatever each does, and removes uploaded files.
 *
 * @internal
 */
export function endContext(walk: Walk): Promise<void> | undefined {
  const { context, app, request } = walk
  announce('leaveContext', context)
  const { teardown } = context.endpoint ?? app.surroundings
  const files = closeFiles(request)
  if (teardown.length === 0 && files === undefined) return undefined
  return runInContext(context, async () => {
    for (const hook of teardown) {
      try {
        await hook(context.unhandled)
      } catch (error) {
        app.logger.error({ err: error }, 'A teardown function failed.')
      }
    }
    await files
  })
}
