import { TemplateFault } from './errors.ts'
import { equals } from './operators.ts'

/** Jinja's `loop`: where a `for` stands. */
export class Loop {
  /** The position, from 0. */
  index0 = 0
  /** How deep in a recursive loop this is, from 0. */
  readonly depth0: number
  readonly #items: readonly unknown[]
  #changed: readonly unknown[] | null = null

  /**
   * @param items what is gone through
   * @param depth0 how deep in a recursive loop this is
   */
  constructor(items: readonly unknown[], depth0: number) {
    this.#items = items
    this.depth0 = depth0
  }

  /** The position, from 1. */
  get index(): number {
    return this.index0 + 1
  }

  /** The number of items. */
  get length(): number {
    return this.#items.length
  }

  /** The position from the end, to 1. */
  get revindex(): number {
    return this.#items.length - this.index0
  }

  /** The position from the end, to 0. */
  get revindex0(): number {
    return this.#items.length - this.index0 - 1
  }

  /** Whether this is the first item. */
  get first(): boolean {
    return this.index0 === 0
  }

  /** Whether this is the last item. */
  get last(): boolean {
    return this.index0 === this.#items.length - 1
  }

  /** The item before; `undefined` at the first. */
  get previtem(): unknown {
    return this.#items[this.index0 - 1]
  }

  /** The item after; `undefined` at the last. */
  get nextitem(): unknown {
    return this.#items[this.index0 + 1]
  }

  /** How deep in a recursive loop this is, from 1. */
  get depth(): number {
    return this.depth0 + 1
  }

  /** One of the values, in turn. */
  cycle(...values: unknown[]): unknown {
    if (values.length === 0) throw new TemplateFault('ERR_TEMPLATES_TYPE', 'loop.cycle() needs values.')
    return values[this.index0 % values.length]
  }

  /** Whether the values differ from those of the last call. */
  changed(...values: unknown[]): boolean {
    const isSame = this.#changed !== null && equals(this.#changed, values)
    this.#changed = values
    return !isSame
  }

  /** What `{{ loop }}` prints. */
  toString(): string {
    return `<LoopContext ${this.index}/${this.length}>`
  }
}
