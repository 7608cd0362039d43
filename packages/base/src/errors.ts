/** Every error a Dewar package throws on purpose: a stable code, what happened, and how to mend it. */

/** `ERR_<ROOM>_<WHAT>`; a published code never changes its meaning. */
export type DewarErrorCode = `ERR_${string}`

/** What an error carries beside its code and message. */
export interface DewarErrorOptions {
  /** What to do next, as one or two sentences. */
  readonly fix?: string | undefined
  /** Facts for programs and logs; never a secret. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** The error behind this one. */
  readonly cause?: unknown
}

/**
 * The base of all of Dewar's errors.
 *
 * `message` says what happened and names the value; `fix` says how to mend it; `toString()` and the stack show both.
 *
 * @example
 * ```ts
 * import { DewarError } from '@dewar/base'
 *
 * try {
 *   throw new DewarError('ERR_DEMO_PORT', "Port 'eighty' is not a number.", { fix: 'Use digits, such as 8080.' })
 * } catch (error) {
 *   if (error instanceof DewarError) console.log(error.code, error.fix)
 * }
 * ```
 */
export class DewarError extends Error {
  readonly code: DewarErrorCode
  readonly fix: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: DewarErrorCode, message: string, options: DewarErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.fix = options.fix ?? ''
    this.details = Object.freeze({ ...options.details })
    this.name = new.target.name
    showFixInStack(this)
  }

  /** The name, the code, the message and the fix on one line. */
  override toString(): string {
    return `${this.name} [${this.code}]: ${this.message}${this.fix === '' ? '' : ` ${this.fix}`}`
  }
}

/** Which bound was passed, and by how much. */
export interface LimitErrorOptions extends DewarErrorOptions {
  /** The name of the limit, as the user sets it: `MAX_FORM_PARTS`. */
  readonly limit: string
  /** The bound in force. */
  readonly maximum: number
  /** What came, as far as it was counted. */
  readonly actual: number
}

/** An input went past a bound: which one, how much is allowed, how much came. */
export class LimitError extends DewarError {
  readonly limit: string
  readonly maximum: number
  readonly actual: number

  constructor(code: DewarErrorCode, message: string, options: LimitErrorOptions) {
    const { limit, maximum, actual } = options
    super(code, message, { ...options, details: { ...options.details, limit, maximum, actual } })
    this.limit = limit
    this.maximum = maximum
    this.actual = actual
  }
}

/**
 * Node prints `stack` for uncaught errors: its first line should mend as well as say.
 *
 * Frames are put into words when somebody reads them, where the engine allows it: most errors of a server end a
 * request and are never printed, and wording costs several times the rest of the error.
 */
function showFixInStack(error: DewarError): void {
  const native = Object.getOwnPropertyDescriptor(error, 'stack')
  const read = native?.get
  if (read === undefined) {
    keepStack(error, withHead(error, native?.value))
    return
  }
  Object.defineProperty(error, 'stack', {
    get: () => keepStack(error, withHead(error, read.call(error))),
    set: (stack: unknown) => keepStack(error, stack),
    configurable: true,
  })
}

function keepStack<T>(error: DewarError, stack: T): T {
  Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true })
  return stack
}

function withHead(error: DewarError, stack: unknown): string {
  const text = typeof stack === 'string' ? stack : ''
  const frames = text.indexOf('\n    at ')
  return `${error}${frames < 0 ? '' : text.slice(frames)}`
}
