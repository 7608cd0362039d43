/** The app's log: structured lines on standard error, with what must not be logged left out. */

import { DewarError } from '@dewar/base'
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino'
import { currentContext } from './context.ts'
import { redact, sensitiveNames } from './logger-redaction.ts'
import { readableLines } from './readable-log.ts'
import { RequestLine } from './request-log.ts'

/** What `createApp({ logger })` takes: a ready pino logger, or where and from which level on to log. */
export type LoggerChoice =
  | Logger
  | { readonly destination?: string | number | DestinationStream; readonly level?: string }

/** Makes the logger. @internal */
export function createLogger(
  name: string,
  level: string,
  debug: boolean,
  choice: LoggerChoice | undefined,
): Logger {
  if (choice !== undefined && 'child' in choice) return choice
  const options: LoggerOptions = {
    name,
    level: choice?.level ?? (debug && level === 'info' ? 'debug' : level),
    timestamp: stdTimeFunctions.isoTime,
    // The paths reach the bindings of child loggers; all that is logged goes through `redact`.
    redact: { paths: [...sensitiveNames], censor: '[redacted]' },
    formatters: { log: withoutSecrets },
    mixin: nameRequest,
    mixinMergeStrategy: (line, request) => ('requestId' in line ? line : { ...request, ...line }),
    serializers: { err: describeError },
    hooks: { streamWrite: withoutControls },
  }
  const target = choice?.destination ?? 2
  if (typeof target === 'object') return pino(options, target)
  if (debug && target === 2) return pino(options, readableLines())
  return pino(options, pino.destination({ dest: target, sync: true, mkdir: true }))
}

/**
 * What moves a terminal's cursor or turns text around, and JSON lets stand as it is: DEL and the control characters of eight
 * bits, line separators, marks of direction. In a line of JSON they stand within texts only, where an escape is the same.
 */
const controls = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/
const allControls = new RegExp(controls, 'g')

function withoutControls(line: string): string {
  if (!controls.test(line)) return line
  return line.replace(allControls, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Lines of requests hold no more than they say. */
function withoutSecrets(line: object): Record<string, unknown> {
  return (line instanceof RequestLine ? line : redact(line)) as Record<string, unknown>
}

/** Whatever is logged during a request says which one it was. */
function nameRequest(): object {
  const request = currentContext()?.request
  return request == null ? {} : { requestId: request.id }
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redact(error)
  const described = redact({ ...pino.stdSerializers.err(error) }) as object
  if (!(error instanceof DewarError)) return described
  const { code, fix, details } = error
  return { ...described, code, fix, details: redact(details) }
}
