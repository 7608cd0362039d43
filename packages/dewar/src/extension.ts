/**
 * What an extension puts into `app.extensions`: anything, and beside it what it touches, so that `dewar check` can list it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { createApp, type Extension } from 'dewar'
 *
 * class Mail implements Extension {
 *   readonly touches = ['network', 'templates']
 * }
 *
 * const app = createApp()
 * app.extensions.set('mail', new Mail())
 * assert.ok(app.extensions.has('mail'))
 * ```
 */
export interface Extension {
  /** What it reads, changes or reaches, in words: `'session'`, `'cookies'`, `'headers'`, `'identity'`, `'files'`, `'network'`. */
  readonly touches: readonly string[]
}
