/** What an app does before its first request and after its last. */
import type { RunningServer } from '@dewar/server'
import type { App } from './app.ts'
import type { MaybePromise } from './route-types.ts'

type LifecycleHook = () => MaybePromise<unknown>

/** The functions of `onStart` and `onStop`. @internal */
export class Lifecycle {
  readonly #starting: LifecycleHook[] = []
  readonly #stopping: LifecycleHook[] = []
  #started: Promise<void> | null = null
  #stopped: Promise<void> | null = null

  onStart(hook: LifecycleHook): void {
    this.#starting.push(hook)
  }

  onStop(hook: LifecycleHook): void {
    this.#stopping.push(hook)
  }

  /** Runs the functions in order, in a context; if one fails, what has started is stopped again. */
  start(app: App): Promise<void> {
    this.#started ??= this.#start(app)
    return this.#started
  }

  /** Runs all functions, the last registered first; what one throws goes into the log. */
  stop(app: App): Promise<void> {
    this.#stopped ??= this.#stop(app)
    return this.#stopped
  }

  async #start(app: App): Promise<void> {
    try {
      for (const hook of this.#starting) await app.context(hook)
    } catch (error) {
      await this.stop(app)
      throw error
    }
  }

  async #stop(app: App): Promise<void> {
    for (const hook of this.#stopping.toReversed()) {
      try {
        await app.context(hook)
      } catch (err) {
        app.logger.error({ err }, 'A function of onStop failed.')
      }
    }
  }
}

/** A server whose end is the app's: the functions of `onStop` run once it has closed. @internal */
export async function stopping(app: App, starting: Promise<RunningServer>): Promise<RunningServer> {
  let server: RunningServer
  try {
    server = await starting
  } catch (error) {
    await app.stop()
    throw error
  }
  const close = async () => {
    await server.close()
    await app.stop()
  }
  const { url, host, port } = server
  return { url, host, port, close, [Symbol.asyncDispose]: close }
}
