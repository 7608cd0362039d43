/** A value that is used but never shown. */
import { inspect } from 'node:util'

const shown = '[secret]'

/**
 * Wraps a key, password or token so that it prints as `[secret]` wherever it goes by accident: string building,
 * `JSON.stringify`, `console.log`, `util.inspect`, templates, error details. Only {@link Secret.reveal} gives the text.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { Secret } from '@dewar/base'
 *
 * const token = new Secret('s3cr3t')
 * assert.equal(`${token}`, '[secret]')
 * assert.equal(JSON.stringify({ token }), '{"token":"[secret]"}')
 * assert.equal(token.reveal(), 's3cr3t')
 * ```
 */
export class Secret {
  readonly #text: string

  /** @param text the secret itself */
  constructor(text: string) {
    this.#text = text
  }

  /** The secret text, for the one place that needs it. */
  reveal(): string {
    return this.#text
  }

  /** Always `[secret]`. */
  toString(): string {
    return shown
  }

  /** Always `[secret]`. */
  toJSON(): string {
    return shown
  }

  /** Always `[secret]`. */
  [Symbol.toPrimitive](): string {
    return shown
  }

  /** Always `[secret]`. */
  [inspect.custom](): string {
    return shown
  }
}
