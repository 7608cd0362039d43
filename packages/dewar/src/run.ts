/** The app behind a socket. */
import { DewarError } from '@dewar/base'
import type { Response } from '@dewar/http'
import { type RunningServer, type ServeOptions, serve, defaults as serverDefaults } from '@dewar/server'
import type { App } from './app.ts'
import type { AppConfig, Environment } from './config.ts'
import { roomOptions } from './known-settings.ts'
import type { AppRequest } from './request.ts'
import { announce } from './steps.ts'

/** Where an app listens. */
export interface RunOptions {
  /** The address; `127.0.0.1`, this machine only, by default. */
  readonly host?: string | undefined
  /** The port; that of `SERVER_NAME`, else 5000, by default, 0 for a free one. */
  readonly port?: number | undefined
  /** Key and certificate, to speak https: `{ key, cert }`, PEM. */
  readonly tls?: ServeOptions['tls']
  /** Whether other processes of this user may listen on the port, too. */
  readonly reusePort?: boolean | undefined
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
export function runApp(
  app: App,
  { host, port = portOf(app.config.SERVER_NAME), tls, reusePort }: RunOptions,
): Promise<RunningServer> {
  return serve<AppRequest>(
    (request) => {
      const response = app.handle(request)
      if (response instanceof Promise) return response.then((later) => written(request, later))
      return written(request, response)
    },
    {
      ...roomOptions(serverDefaults, app.config),
      host,
      port,
      tls,
      reusePort,
      createRequest: (options) => {
        announce('receive', app)
        return app.createRequest(options)
      },
      onError: (error) => app.logger.error({ err: error }, 'The server met an error.'),
      errorHeaders: () => app.securityHeaders.describe(false),
    },
  )
}

/** Of the name only the port: whom the app listens to is said in `run`, not by a name that DNS resolves. */
function portOf(serverName: string | null): number | undefined {
  const [, port] = /:(\d+)$/.exec(serverName ?? '') ?? []
  return port === undefined ? undefined : Number(port)
}

/** 15. The response goes out; the server closes it when that is done. */
function written(request: AppRequest, response: Response): Response {
  announce('write', request)
  return response
}
