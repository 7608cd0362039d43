/** The request as a view sees it: HTTP's request, plus its form and its place in the app. Flask: `flask.Request`. */
import { DewarError } from '@dewar/base'
import {
  type FormLimits,
  type ParsedForm,
  parseForm,
  type SchemaOutput,
  type StandardSchema,
  type UploadedFile,
} from '@dewar/forms'
import {
  BadRequest,
  type HttpError,
  type JsonOptions as JsonReadOptions,
  type MultiDict,
  Request,
  type RequestOptions,
} from '@dewar/http'
import type { JsonProvider } from './json.ts'
import { requestId } from './request-id.ts'
import type { BodyBounds } from './route-body.ts'
import { validateBody } from './validate.ts'

/** Where a request ended up in the app's routes. */
export interface RequestRoute {
  readonly endpoint: string
  readonly rule: string
  readonly args: Record<string, unknown>
  /** The blueprints of the endpoint, innermost first. */
  readonly blueprints: readonly string[]
}

/** What only the app does with a request. */
interface RequestInsides {
  /** Notes the outcome of routing. */
  setRouting(
    request: AppRequest,
    route: RequestRoute | null,
    error: HttpError | null,
    owners?: readonly string[],
  ): void
  /** Sets the bounds of the route that was found. */
  setBody(request: AppRequest, bounds: BodyBounds): void
  /** Closes a request's uploaded files, if any were parsed; ends the reading of those that nobody waited for. */
  closeFiles(request: AppRequest): Promise<void> | undefined
  /** The fields that were read, `null` if nobody has asked for them. */
  readFields(request: AppRequest): MultiDict<string> | null
}

let insides!: RequestInsides

/**
 * A request to an app. What comes from the head is a property; what needs the body is awaited:
 * `await request.form()`, `.files()`, `.json()`, `.data()`, `.text()`.
 */
export class AppRequest extends Request {
  #limits: FormLimits
  /** What reads JSON, if the app has a provider of its own. */
  readonly #provider: JsonProvider | undefined
  #route: RequestRoute | null = null
  #owners: readonly string[] = none
  #id: string | null = null
  #routingError: HttpError | null = null
  #parsed: Promise<ParsedForm> | undefined
  /** Ends the reading of the form. */
  #stop: AbortController | undefined
  #hasEnded = false
  #fields: MultiDict<string> | null = null

  static {
    insides = {
      setRouting: (request, route, error, owners = none) => {
        request.#route = route
        request.#routingError = error
        request.#owners = owners
      },
      setBody: (request, { maxContentLength, formLimits }) => {
        request.maxContentLength = maxContentLength
        request.#limits = formLimits
      },
      readFields: (request) => request.#fields,
      closeFiles: (request) => {
        request.#hasEnded = true
        // Of a form that was read there is nothing left to stop.
        if (request.#fields === null) request.#stop?.abort(requestHasEnded())
        return request.#parsed?.then((parsed) => parsed.close(), ignore)
      },
    }
  }

  /** @internal */
  constructor(
    options: RequestOptions,
    limits: FormLimits = {},
    provider: JsonProvider | undefined = undefined,
  ) {
    super(options)
    this.#limits = limits
    this.#provider = provider
  }

  /**
   * Its name: the trace id of a `traceparent` header, else 32 random digits. Error pages show it, and every line that is
   * logged during the request has it as `requestId`.
   */
  get id(): string {
    this.#id ??= requestId(this.headers.get('traceparent'))
    return this.#id
  }

  /** The name of the view's route, `null` where no route matched. */
  get endpoint(): string | null {
    return this.#route?.endpoint ?? null
  }

  /** The rule that matched, as it was written, prefixes included. Flask: `url_rule`. */
  get urlRule(): string | null {
    return this.#route?.rule ?? null
  }

  /** The arguments of the rule as the view gets them, `null` where no route matched. */
  get viewArgs(): Record<string, unknown> | null {
    return this.#route?.args ?? null
  }

  /** The blueprint of the endpoint, or the one that owns the URL, by its full name. */
  get blueprint(): string | null {
    return this.blueprints[0] ?? null
  }

  /** The blueprint of the endpoint and those it is nested in, innermost first. */
  get blueprints(): readonly string[] {
    return this.#route?.blueprints ?? this.#owners
  }

  /** Why no view was found: 404, 405, or 308 for another address, thrown when the view would have been called. Flask: `routing_exception`. */
  get routingException(): HttpError | null {
    return this.#routingError
  }

  /**
   * The fields of an urlencoded or multipart body; empty for other bodies. Parsed once, within the limits.
   *
   * @throws {HttpError} 400, 413 or 431 for a malformed or oversized body
   */
  async form(): Promise<MultiDict<string>> {
    return (await this.#parse()).form
  }

  /** The files of a multipart body. They are gone when the request ends: save what you keep. */
  async files(): Promise<MultiDict<UploadedFile>> {
    return (await this.#parse()).files
  }

  /**
   * The body, parsed as JSON, by the app's own provider if it has one.
   *
   * @param options `force` ignores the media type; `silent` gives `null` instead of 400 or 415
   * @throws {UnsupportedMediaType} 415, if the media type is not JSON
   * @throws {BadRequest} 400, if it is no JSON, nested too deep, or has keys that reach into prototypes
   * @throws {RequestEntityTooLarge} 413
   * @see Flask: `Request.get_json`
   */
  override async json<T = unknown>(options: JsonReadOptions = {}): Promise<T> {
    const value = await super.json<T>(options)
    if (this.#provider === undefined || value === null) return value
    try {
      // What is safe to read has been found out above; the provider says what it means.
      return this.#provider.parse(await this.text()) as T
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause
      if (options.silent === true) return null as T
      throw new BadRequest('The body is not valid JSON.', { cause })
    }
  }

  /**
   * The body, JSON or a form, as a schema of zod, valibot, arktype or any other Standard Schema library has it.
   *
   * @throws {ValidationError} 422 `ERR_FORMS_VALIDATION`, a problem document for JSON clients
   */
  validate<S extends StandardSchema>(schema: S): Promise<SchemaOutput<S>> {
    return validateBody(this, schema)
  }

  #parse(): Promise<ParsedForm> {
    this.#parsed ??= this.#read()
    return this.#parsed
  }

  async #read(): Promise<ParsedForm> {
    if (this.#hasEnded) throw requestHasEnded()
    this.#stop = new AbortController()
    const parsed = await parseForm(this, { ...this.#limits, signal: this.#stop.signal })
    this.#fields = parsed.form
    return parsed
  }
}

/** @internal */
export const { setRouting, setBody, closeFiles, readFields } = insides

const none: readonly string[] = Object.freeze([])

function ignore(): void {}

function requestHasEnded(): DewarError {
  return new DewarError('ERR_FORMS_CLOSED', 'The form was not read to its end: its request has ended.', {
    fix: 'Await the form, its files too, before the response is sent.',
  })
}
