/**
 * Signals: what happens in an app, for those who watch. They watch only: a receiver's value is dropped, what it throws
 * goes into the log, and a promise it gives is not waited for. Who wants to change something uses a hook.
 *
 * Each signal is also published on the diagnostics channel `dewar:<name>`, so that tools see every app of the process.
 */
import { type Channel, channel } from 'node:diagnostics_channel'
import type { Response } from '@dewar/http'
import type { Markup } from '@dewar/markup'
import type { App } from './app.ts'
import type { AppRequest } from './request.ts'
import { isPromise } from './walk.ts'

/** Called with what a signal tells. */
export type Receiver<T> = (message: T) => unknown

/**
 * A signal of one app, or of your own making.
 *
 * @typeParam T what it tells
 * @see Flask: blinker's `Signal`
 */
export class Signal<T> {
  /** Its name: `requestStarted`. */
  readonly name: string
  readonly #channel: Channel
  readonly #onError: (error: unknown) => void
  #receivers: readonly Receiver<T>[] = []
  #muted = false

  /** Made by {@link createSignal}. */
  constructor(name: string, onError: (error: unknown) => void) {
    this.name = name
    this.#channel = channel(`dewar:${name}`)
    this.#onError = onError
  }

  /** Whether anybody watches: what is costly to tell need not be put together otherwise. */
  get isWatched(): boolean {
    return (this.#receivers.length > 0 && !this.#muted) || this.#channel.hasSubscribers
  }

  /**
   * Calls a function each time.
   *
   * @returns ends it
   */
  connect(receiver: Receiver<T>): () => void {
    const own: Receiver<T> = (message) => receiver(message)
    this.#receivers = [...this.#receivers, own]
    return () => {
      this.#receivers = this.#receivers.filter((other) => other !== own)
    }
  }

  /** Calls a function each time while another runs: for tests. Flask: `connected_to`. */
  async connectedTo<R>(receiver: Receiver<T>, run: () => R | Promise<R>): Promise<R> {
    const disconnect = this.connect(receiver)
    try {
      return await run()
    } finally {
      disconnect()
    }
  }

  /** Keeps silent while a function runs: for tests. */
  async muted<R>(run: () => R | Promise<R>): Promise<R> {
    this.#muted = true
    try {
      return await run()
    } finally {
      this.#muted = false
    }
  }

  /** Tells everybody, in the order they connected. It throws nothing. */
  send(message: T): undefined {
    if (this.#channel.hasSubscribers) this.#channel.publish(message)
    if (this.#muted) return
    for (const receiver of this.#receivers) this.#tell(receiver, message)
  }

  #tell(receiver: Receiver<T>, message: T): void {
    try {
      const result = receiver(message)
      if (isPromise(result)) result.catch(this.#onError)
    } catch (error) {
      this.#onError(error)
    }
  }
}

/**
 * Makes a signal of your own.
 *
 * @param name what it is called, on its diagnostics channel too
 * @param onError gets what receivers throw; a process warning by default
 */
export function createSignal<T>(name: string, onError: (error: unknown) => void = warn): Signal<T> {
  return new Signal<T>(name, onError)
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}

/** What happens to a request. */
export interface RequestMessage {
  readonly app: App
  readonly request: AppRequest
}

/** What happens to a template. */
export interface TemplateMessage {
  readonly app: App
  /** The template's name, or the first of several that exists; `null` for a literal. */
  readonly template: string | readonly string[] | null
  /** The values it gets, context processors' included. */
  readonly values: Readonly<Record<string, unknown>>
}

/** The signals of an app, in Flask's words. */
export interface Signals {
  /** A context begins: of a request, a command, a test. */
  readonly appcontextPushed: Signal<{ readonly app: App }>
  /** A request has its context, and nothing else has happened to it. */
  readonly requestStarted: Signal<RequestMessage>
  /** An error that no handler answered is about to become a 500. */
  readonly gotRequestException: Signal<RequestMessage & { readonly error: unknown }>
  /** A message was flashed. */
  readonly messageFlashed: Signal<{
    readonly app: App
    readonly message: string | Markup
    readonly category: string
  }>
  /** A template is about to be rendered. */
  readonly beforeRenderTemplate: Signal<TemplateMessage>
  /** A template was rendered. */
  readonly templateRendered: Signal<TemplateMessage>
  /** The response is ready to be sent. */
  readonly requestFinished: Signal<RequestMessage & { readonly response: Response }>
  /** The teardown functions of a request have run. */
  readonly requestTearingDown: Signal<RequestMessage & { readonly error: unknown }>
  /** The teardown functions of a context have run. */
  readonly appcontextTearingDown: Signal<{ readonly app: App; readonly error: unknown }>
  /** A context has ended. */
  readonly appcontextPopped: Signal<{ readonly app: App }>
}

/** @internal */
export function createSignals(onError: (error: unknown) => void): Signals {
  const signals: Signals = {
    appcontextPushed: createSignal('appcontextPushed', onError),
    requestStarted: createSignal('requestStarted', onError),
    gotRequestException: createSignal('gotRequestException', onError),
    messageFlashed: createSignal('messageFlashed', onError),
    beforeRenderTemplate: createSignal('beforeRenderTemplate', onError),
    templateRendered: createSignal('templateRendered', onError),
    requestFinished: createSignal('requestFinished', onError),
    requestTearingDown: createSignal('requestTearingDown', onError),
    appcontextTearingDown: createSignal('appcontextTearingDown', onError),
    appcontextPopped: createSignal('appcontextPopped', onError),
  }
  return Object.freeze(signals)
}
