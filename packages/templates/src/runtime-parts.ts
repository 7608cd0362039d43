/** What compiled templates call for what they consist of: blocks, parents, included and imported templates. */
import { Markup } from '@dewar/markup'
import { type BlockFunction, Context, type Output } from './context.ts'
import { limits } from './defaults.ts'
import type { CompiledTemplate, Environment, IncludeOptions } from './environment.ts'
import { TemplateFault } from './errors.ts'
import { type HtmlState, placeKey } from './html-state.ts'
import { isHidden } from './members.ts'
import { type TrustedPlace, trusted } from './trusted.ts'
import { finished, whenReady } from './waiting.ts'

/** Renders the parts of templates. */
export class PartsRuntime {
  readonly #env: Environment
  readonly #isAsync: boolean

  /**
   * @param env what templates are found in
   * @param isAsync whether the code that calls it waits for promises
   */
  constructor(env: Environment, isAsync: boolean) {
    this.#env = env
    this.#isAsync = isAsync
  }

  #enter<T>({ rendering }: Context, run: () => T): T {
    if (++rendering.depth > limits.depth) {
      throw new TemplateFault('ERR_TEMPLATES_LIMIT', `Templates are nested more than ${limits.depth} deep.`)
    }
    return finished(run, () => {
      rendering.depth--
    })
  }

  /** Runs what does not go to the page at once: nothing of it is handed on before it is complete. */
  #apart<T>({ rendering }: Context, isDirect: boolean, run: () => T): T {
    const { sink } = rendering
    if (isDirect || sink === null) return run()
    rendering.sink = null
    return finished(run, () => {
      rendering.sink = sink
    })
  }

  #run(template: CompiledTemplate, context: Context): Output {
    context.addBlocks(template)
    return this.#enter(context, () => template.root(context))
  }

  /** Hands on what is written so far; the rest is what it gives. */
  async sink({ rendering }: Context, text: string): Promise<string> {
    if (rendering.sink === null || text === '') return text
    await rendering.sink(text)
    return ''
  }

  block(context: Context, name: string, isDirect = false): Output {
    const run = (): Output => this.#enter(context, () => context.block(name)(context))
    return this.#apart(context, isDirect, run)
  }

  requiredBlock(name: string): never {
    throw new TemplateFault('ERR_TEMPLATES_RENDER', `Block '${name}' is required, but no template fills it.`)
  }

  /** `super`: a function that renders the block below, with `super` of its own. */
  superOf(
    context: Context,
    name: string,
    block: BlockFunction,
    mode: { escaped: boolean; isTrusted: boolean },
  ): unknown {
    const below = context.blockBelow(name, block)
    if (below === undefined) return undefined
    const render = (): unknown => {
      const text = this.#apart(context, false, () => this.#enter(context, () => below(context)))
      return whenReady(text, (html) => asHtml(html, mode.escaped, mode.isTrusted ? 'any' : null))
    }
    return Object.defineProperty(render, 'super', {
      enumerable: true,
      get: () => this.superOf(context, name, below, mode),
    })
  }

  /** `self`: the blocks as functions. */
  selfOf(context: Context, escaped: boolean): Record<string, unknown> {
    const out: Record<string, unknown> = Object.create(null)
    for (const name of context.blockNames())
      out[name] = () => whenReady(this.block(context, name), (html) => asHtml(html, escaped, null))
    return out
  }

  /** The template a template extends; its blocks go below, and it says where those above it stand. */
  parent(
    context: Context,
    names: unknown,
    from: string,
    what: string,
    place: HtmlState | null,
  ): CompiledTemplate {
    if (names === undefined) throw missingValue(what)
    if (typeof names !== 'string')
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${what} is no name of a template.`)
    const template = this.#env.load(names, { from, place, isAsync: this.#isAsync }) as CompiledTemplate
    this.#agree(context, template.places)
    context.addBlocks(template)
    return template
  }

  /** Compiles blocks anew that were compiled for another place than the one the parent puts them in. */
  #agree(context: Context, above: ReadonlyMap<string, HtmlState>): void {
    const places = new Map(above)
    for (let index = context.owners.length - 1; index >= 0; index--) {
      let owner = context.owners[index] as CompiledTemplate
      const agrees = [...owner.places].every(([name, place]) => isSame(place, places.get(name)))
      if (!agrees) {
        owner = this.#env.placed(owner, places)
        context.replaceBlocks(index, owner)
      }
      for (const [name, place] of owner.places) if (!places.has(name)) places.set(name, place)
    }
  }

  twoParents(): never {
    throw new TemplateFault('ERR_TEMPLATES_RENDER', 'A template can extend only one other.')
  }

  runParent(context: Context, template: CompiledTemplate): Output {
    return this.#enter(context, () => template.root(context))
  }

  include(
    context: Context,
    names: unknown,
    locals: Record<string, unknown> | null,
    { what, place, isEscaped, ignoreMissing, isDirect }: IncludeOptions,
  ): Output {
    if (names === undefined) throw missingValue(what)
    const options = { from: context.name, optional: ignoreMissing, place, isEscaped, isAsync: this.#isAsync }
    const template = this.#env.load(names, options)
    if (template === null) return ''
    if (!template.isWhole && isEscaped) throw openInclude(template.name)
    const given = locals === null ? Object.create(null) : context.all(locals)
    const inner = new Context(template.name, context.globals, given, context.rendering)
    return this.#apart(context, isDirect, () => this.#run(template, inner))
  }

  import(context: Context, names: unknown, locals: Record<string, unknown> | null, what: string): unknown {
    if (names === undefined) throw missingValue(what)
    const options = { from: context.name, isAsync: this.#isAsync }
    const template = this.#env.load(names, options) as CompiledTemplate
    const given = locals === null ? Object.create(null) : context.all(locals)
    const inner = new Context(template.name, context.globals, given, context.rendering)
    return whenReady(
      this.#apart(context, false, () => this.#run(template, inner)),
      () => inner.exports(),
    )
  }
}

/** The error for a value that is missing; `what` is how the template writes it. */
export function missingValue(what: string, name = ''): TemplateFault {
  const reason = isHidden(name) ? ` Templates cannot reach '${name}'.` : ''
  return new TemplateFault(
    'ERR_TEMPLATES_UNDEFINED',
    `${what} is undefined.${reason}`,
    /^'config\b/.test(what)
      ? 'Templates do not see the configuration: it holds keys. Pass the setting under a name of its own.'
      : 'Pass it, or use |default.',
  )
}

/** The output of a part: HTML, if output is escaped. */
export function asHtml(text: string, escaped: boolean, made: TrustedPlace | null): unknown {
  if (!escaped) return text
  return made === null ? new Markup(text) : trusted(text, made)
}

function isSame(left: HtmlState, right: HtmlState | undefined): boolean {
  return right === undefined || left === right || placeKey(left) === placeKey(right)
}

function openInclude(name: string): TemplateFault {
  const message = `The included template '${name}' ends inside a tag, a comment, a script or a style that it opens.`
  return new TemplateFault('ERR_TEMPLATES_CONTEXT', message, 'Close in it what it opens.')
}
