import { TemplateFault } from './errors.ts'
import { isForbidden } from './members.ts'

/** A block of a template, compiled. */
export type BlockFunction = (context: Context) => string

type Names = Record<string, unknown>

/**
 * The names a template sees, and the blocks that may be overridden, while it renders.
 *
 * Names are kept in objects without a prototype, so that no name is found but those that were put there.
 */
export class Context {
  /** The template that renders. */
  readonly name: string
  /** How deep in includes, imports and macros this is; shared with contexts made from this one. */
  readonly depth: { value: number }
  /** Whether the template was asked for without the caller's names. */
  readonly globals: Names
  readonly #given: Names
  readonly #own: Names = Object.create(null)
  readonly #exported = new Set<string>()
  readonly #blocks = new Map<string, BlockFunction[]>()

  /**
   * @param name the template
   * @param globals what every template sees
   * @param given what the caller passes
   * @param depth the counter of the caller
   */
  constructor(name: string, globals: Names, given: Names, depth = { value: 0 }) {
    this.name = name
    this.globals = globals
    this.#given = given
    this.depth = depth
  }

  /** The value of a name; `undefined` if there is none. */
  get(name: string): unknown {
    if (name in this.#own) return this.#own[name]
    const value = Object.hasOwn(this.#given, name) ? this.#given[name] : this.globals[name]
    return isForbidden(value) ? undefined : value
  }

  /** Gives a name a value for the rest of the template, its blocks and its parents. */
  set(name: string, value: unknown, isExported: boolean): void {
    this.#own[name] = value
    if (isExported && !name.startsWith('_')) this.#exported.add(name)
  }

  /** All names but the globals, for a template that is included with them. */
  all(locals: Names): Names {
    return Object.assign(Object.create(null), this.#given, this.#own, locals)
  }

  /** The names that an import may take. */
  exports(): Names {
    const out: Names = Object.create(null)
    for (const name of this.#exported) out[name] = this.#own[name]
    return out
  }

  /** A context that sees more names and the same blocks, for a scoped block. */
  with(locals: Names): Context {
    const inner = new Context(this.name, this.globals, this.all(locals), this.depth)
    for (const [name, functions] of this.#blocks) inner.#blocks.set(name, functions)
    return inner
  }

  /** Adds a template's blocks, below those of the templates that extend it. */
  addBlocks(blocks: Readonly<Record<string, BlockFunction>>): void {
    for (const [name, block] of Object.entries(blocks)) {
      const stack = this.#blocks.get(name)
      if (stack === undefined) this.#blocks.set(name, [block])
      else stack.push(block)
    }
  }

  /** The names of the blocks. */
  blockNames(): Iterable<string> {
    return this.#blocks.keys()
  }

  /** The block of a name that counts: that of the template rendered. */
  block(name: string): BlockFunction {
    const block = this.#blocks.get(name)?.[0]
    if (block === undefined) throw new TemplateFault('ERR_TEMPLATES_RENDER', `There is no block '${name}'.`)
    return block
  }

  /** The block that another overrides. */
  blockBelow(name: string, block: BlockFunction): BlockFunction | undefined {
    const stack = this.#blocks.get(name) ?? []
    return stack[stack.indexOf(block) + 1]
  }
}
