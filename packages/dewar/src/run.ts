/** The app behind a socket. */
import { DewarError } from '@dewar/base'
import type { Response } from '@dewar/http'
import { type RunningServer, serve, serverDefaults } from '@dewar/server'
import type { App } from './app.ts'
import type { AppConfig, Environment } from './config.ts'
import { roomOptions } from './known-settings.ts'
import type { AppRequest } from './request.ts'
import { announce } from './steps.ts'

/** Where an app listens. */
export interface RunOptions {
  /** The address; `127.0.0.1`, this machine only, by default. */
  readonly host?: string | undefined
  /** The port; 5000 by default, 0 for a free one. */
  readonly port?: number | undefined
}

/**
 * Debug and test modes have no place in production.
 *
 * @throws {DewarError} `ERR_DEWAR_DEBUG_IN_PRODUCTION`
 * @internal
 */
export function checkRunnable(config: AppConfig, environment: Environment): void {
  if (environment['NODE_ENV'] !== 'production') return
  for (const mode of ['DEBUG', 'TESTING'] as const) {
    if (!config[mode]) continue
    throw new DewarError('ERR_DEWAR_DEBUG_IN_PRODUCTION', `${mode} is on, and NODE_ENV is 'production'.`, {
      fix: `Remove ${mode} from the config and DEWAR_${mode} from the environment.`,
      details: { mode },
    })
  }
}

/** Listens and answers. @internal */
export function runApp(app: App, { host, port }: RunOptions): Promise<RunningServer> {
  return serve<AppRequest>(
    (request) => {
      const response = app.handle(request)
      if (response instanceof Promise) return response.then((later) => written(app, request, later))
      return written(app, request, response)
    },
    {
      ...roomOptions(serverDefaults, app.config),
      host,
      port,
      createRequest: (options) => {
        announce('receive', app)
        return app.createRequest(options)
      },
      onError: (error) => app.logger.error({ err: error }, 'The server met an error.'),
      errorHeaders: () => app.securityHeaders.describe(false),
    },
  )
}

/** 15. The response goes out; the server closes it when that is done. While debugging, a line in the log says so. */
function written(app: App, request: AppRequest, response: Response): Response {
  announce('write', request)
  if (app.debug) {
    const { method, target } = request
    response.onClose(() => app.logger.info(`${method} ${target} ${response.status}`))
  }
  return response
}
