import { TemplateFault } from './errors.ts'
import { isForbidden } from './members.ts'

/** A block of a template, compiled; in templates that wait it gives a promise. */
export type BlockFunction = (context: Context) => Output

/** What a part of a template gives. */
export type Output = string | Promise<string>

/** A template as the context knows it. */
interface BlockOwner {
  blocks: Readonly<Record<string, BlockFunction>>
}

/** What all contexts of one rendering share. */
export interface Rendering {
  /** How deep in includes, imports, blocks and macros this is. */
  depth: number
  /** Takes what is written so far, in a rendering that streams; `null` while that is not the page itself. */
  sink: ((text: string) => Promise<void>) | null
}

type Names = Record<string, unknown>

/**
 * The names a template sees, and the blocks that may be overridden, while it renders.
 *
 * Names are kept in objects without a prototype, so that no name is found but those that were put there.
 */
export class Context {
  /** The template that renders. */
  readonly name: string
  /** Shared with contexts made from this one. */
  readonly rendering: Rendering
  /** Whether the template was asked for without the caller's names. */
  readonly globals: Names
  readonly #given: Names
  readonly #own: Names = Object.create(null)
  readonly #exported = new Set<string>()
  readonly #blocks = new Map<string, BlockFunction[]>()
  /** The templates that gave the blocks, the one that was asked for first. */
  readonly owners: BlockOwner[] = []

  /**
   * @param name the template
   * @param globals what every template sees
   * @param given what the caller passes
   * @param rendering that of the caller
   */
  constructor(name: string, globals: Names, given: Names, rendering: Rendering = { depth: 0, sink: null }) {
    this.name = name
    this.globals = globals
    this.#given = given
    this.rendering = rendering
  }

  /** The value of a name; `undefined` if there is none. */
  get(name: string): unknown {
    if (name in this.#own) return this.#own[name]
    const value = Object.hasOwn(this.#given, name) ? this.#given[name] : this.globals[name]
    return isForbidden(value) ? undefined : value
  }

  /** Whether a name was given, be it without a value. */
  has(name: string): boolean {
    return name in this.#own || Object.hasOwn(this.#given, name) || name in this.globals
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
    const inner = new Context(this.name, this.globals, this.all(locals), this.rendering)
    for (const [name, functions] of this.#blocks) inner.#blocks.set(name, functions)
    inner.owners.push(...this.owners)
    return inner
  }

  /** Adds a template's blocks, below those of the templates that extend it. */
  addBlocks(owner: BlockOwner): void {
    this.owners.push(owner)
    for (const [name, block] of Object.entries(owner.blocks)) {
      const stack = this.#blocks.get(name)
      if (stack === undefined) this.#blocks.set(name, [block])
      else stack.push(block)
    }
  }

  /** Puts the blocks of a template in the place of those it gave before, compiled otherwise. */
  replaceBlocks(index: number, owner: BlockOwner): void {
    const before = this.owners[index]
    this.owners[index] = owner
    for (const [name, block] of Object.entries(before?.blocks ?? {})) {
      const stack = this.#blocks.get(name)
      const replacement = owner.blocks[name]
      if (stack !== undefined && replacement !== undefined) stack[stack.indexOf(block)] = replacement
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
