/**
 * One line in the log for each request, once its answer is out: who asked for what, and how it went.
 *
 * The line holds neither query nor headers nor body. A path whose rule has an argument with a telling name, as
 * `/reset/<token>`, is shown as its rule, and a signed token in a path that no rule has, as with a slash too many, is left out.
 * While the level is off, nothing of this runs.
 */
import type { Response } from '@dewar/http'
import type { App } from './app.ts'
import { isSensitiveName, signedToken } from './logger-redaction.ts'
import type { AppRequest } from './request.ts'

/** What a line holds. A class, so that the log knows it and looks for no secrets in it. */
export class RequestLine {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  /** Milliseconds from the request's head to the end of the answer. */
  readonly duration: number
  readonly remoteAddr: string | null
  readonly endpoint: string | null

  /** @internal */
  constructor(request: AppRequest, status: number, duration: number) {
    this.requestId = request.id
    this.method = request.method
    this.path = loggablePath(request)
    this.status = status
    this.duration = duration
    this.remoteAddr = request.remoteAddr
    this.endpoint = request.endpoint
  }
}

/** When a request began, in milliseconds, or 0 if no line will be written of it. @internal */
export function startOfLine(app: App): number {
  return app.logger.isLevelEnabled('info') ? performance.now() : 0
}

/** Writes the line of a request that has been answered. @internal */
export function logRequest(app: App, request: AppRequest, response: Response, start: number): void {
  const duration = Math.round((performance.now() - start) * 100) / 100
  const line = new RequestLine(request, response.status, duration)
  app.logger.info(line, `${line.method} ${line.path} ${line.status}`)
}

/** The path as it came, without the query; its rule where an argument is a secret. @internal */
export function loggablePath({ target, urlRule }: AppRequest): string {
  if (urlRule?.includes('<')) {
    for (const [, name = ''] of urlRule.matchAll(/<(?:[^<>]*:)?(\w+)>/g)) {
      if (isSensitiveName(name)) return urlRule
    }
  }
  const end = target.indexOf('?')
  return (end < 0 ? target : target.slice(0, end)).replaceAll(signedToken, '<token>')
}
