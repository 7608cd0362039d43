/** What compiled templates call. One for an environment; compiled code sees it as `rt` and nothing else of the world. */
import { Markup } from '@dewar/markup'
import { Context } from './context.ts'
import { limits } from './defaults.ts'
import type { CompiledTemplate, Environment, IncludeOptions, TransMessage } from './environment.ts'
import { TemplateFault } from './errors.ts'
import {
  afterLess,
  attributeNames,
  attributeText,
  handlerText,
  type Quote,
  schemeText,
  scriptText,
  srcdocText,
  styleAttributeText,
  styleText,
  tagName,
  urlText,
} from './escapers.ts'
import type { FilterCall, FilterState } from './filter.ts'
import { Namespace } from './globals.ts'
import { wantsCsrf, wantsNonce } from './html-tags.ts'
import { keywords } from './keywords.ts'
import { Loop } from './loop.ts'
import { macro, missing } from './macro.ts'
import { attribute, callable, isForbidden, isHidden, item } from './members.ts'
import * as operators from './operators.ts'
import { slice as sliceOf } from './slice.ts'
import { trusted } from './trusted.ts'
import { htmlText, isMapping, isTrue, itemsOf, kindOf, mappingEntries, textOf } from './values.ts'

/** What compiled code sees as `rt`. */
export class Runtime {
  readonly #env: Environment
  readonly missing = missing
  readonly keywords = keywords
  readonly macro = macro
  readonly add = operators.add
  readonly subtract = operators.subtract
  readonly multiply = operators.multiply
  readonly divide = operators.divide
  readonly floorDivide = operators.floorDivide
  readonly remainder = operators.remainder
  readonly power = operators.power
  readonly negate = operators.negate
  readonly positive = operators.positive
  readonly concat = operators.concat
  readonly equals = operators.equals
  readonly truthy = isTrue
  readonly text = textOf
  readonly html = htmlText
  readonly afterLess = afterLess
  readonly attribute = attributeText
  readonly attributeNames: (value: unknown, prefix: string) => string
  readonly handler = handlerText
  readonly script = scriptText
  readonly srcdoc = srcdocText
  readonly style = styleText
  readonly styleAttribute = styleAttributeText
  readonly tagName: (value: unknown, mayBeElement: boolean) => string
  readonly asHtml = asHtml

  /** @param env what templates are found in */
  constructor(env: Environment) {
    this.#env = env
    this.tagName = (value, mayBeElement) => tagName(value, mayBeElement, env.urlSchemes)
    this.attributeNames = (value, prefix) => attributeNames(value, prefix, env.urlSchemes)
  }

  /** A value in an address. */
  url(value: unknown, quote: Quote): string {
    return urlText(value, quote, this.#env.urlSchemes)
  }

  /** A value that is the scheme of an address. */
  scheme(value: unknown, quote: Quote, rest: string): string {
    return schemeText(value, quote, this.#env.urlSchemes, rest)
  }

  loop(items: readonly unknown[], depth: number): Loop {
    return new Loop(items, depth)
  }

  filter(name: string): FilterCall | undefined {
    return this.#env.filter(name)
  }

  test(name: string): FilterCall | undefined {
    return this.#env.test(name)
  }

  state(context: Context, escaped: boolean): FilterState {
    return { context, escaped, env: this.#env }
  }

  call(fn: unknown, args: unknown[], what: string): unknown {
    if (fn === undefined) throw missingValue(what)
    if (typeof fn !== 'function' || isForbidden(fn)) {
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${what} is no function; it cannot be called.`)
    }
    return Reflect.apply(fn, undefined, args)
  }

  #enter<T>(context: Context, run: () => T): T {
    if (++context.depth.value > limits.depth) {
      throw new TemplateFault('ERR_TEMPLATES_LIMIT', `Templates are nested more than ${limits.depth} deep.`)
    }
    try {
      return run()
    } finally {
      context.depth.value--
    }
  }

  #run(template: CompiledTemplate, context: Context): string {
    context.addBlocks(template.blocks)
    return this.#enter(context, () => template.root(context))
  }

  /** A filter or test that was unknown when the template was compiled. */
  unknown(kind: string, name: string): never {
    throw new TemplateFault('ERR_TEMPLATES_RENDER', `There is no ${kind} '${name}'.`)
  }

  /** `what` is how the template writes the value, for the message. */
  need(value: unknown, what: string): unknown {
    if (value === undefined) throw missingValue(what)
    return value
  }

  /** `target.name`; the own properties of objects, which is what most are, come first. */
  attr(target: unknown, name: string, what: string): unknown {
    if (typeof target === 'object' && target !== null && Object.hasOwn(target, name) && !isHidden(name)) {
      const value = (target as Record<string, unknown>)[name]
      return isForbidden(value) ? undefined : value
    }
    if (target === undefined && !this.#env.chainable) throw missingValue(what)
    return attribute(target, name)
  }

  item(target: unknown, key: unknown, what: string): unknown {
    if (target === undefined && !this.#env.chainable) throw missingValue(what)
    return item(target, key)
  }

  callMethod(target: unknown, name: unknown, args: unknown[], what: string, owner: string): unknown {
    if (target === undefined) throw missingValue(owner)
    const fn = typeof name === 'string' ? callable(target, name) : item(target, name)
    if (fn === undefined) throw missingValue(what, String(name))
    return this.call(fn, args, what)
  }

  items(value: unknown, what: string): readonly unknown[] {
    if (value === null) throw new TemplateFault('ERR_TEMPLATES_TYPE', `${what} is none; it has no items.`)
    return itemsOf(value)
  }

  unpack(value: unknown, count: number): readonly unknown[] {
    const parts = itemsOf(value)
    if (parts.length === count) return parts
    const message = `${count} values are needed, but there are ${parts.length}.`
    throw new TemplateFault(
      'ERR_TEMPLATES_VALUE',
      message,
      'For the entries of a mapping, write mapping.items().',
    )
  }

  /** `a < b` and its like; `not in` and `in` too. */
  compareOp(left: unknown, operator: string, right: unknown): boolean {
    switch (operator) {
      case '==':
        return operators.equals(left, right)
      case '!=':
        return !operators.equals(left, right)
      case 'in':
        return operators.contains(right, left)
      case 'not in':
        return !operators.contains(right, left)
    }
    const order = operators.compare(left, right)
    if (operator === '<') return order < 0
    if (operator === '<=') return order <= 0
    return operator === '>' ? order > 0 : order >= 0
  }

  /** `**mapping` in a call. */
  keywordsOf(named: Record<string, unknown>, mapping: unknown): unknown {
    if (!isMapping(mapping))
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(mapping)} stands after '**'.`)
    const all: Record<string, unknown> = Object.create(null)
    for (const [key, value] of mappingEntries(mapping)) all[String(key)] = value
    return keywords(Object.assign(all, named))
  }

  /** `{key: value}`; keys become text, as object keys do. */
  dict(entries: [unknown, unknown][]): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    for (const [key, value] of entries) {
      Object.defineProperty(out, textOf(key), {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    }
    return out
  }

  slice(target: unknown, start: unknown, stop: unknown, step: unknown, what: string): unknown {
    if (target !== undefined) return sliceOf(target, start, stop, step)
    if (this.#env.chainable) return undefined
    throw missingValue(what)
  }

  setAttribute(target: unknown, name: string, value: unknown): void {
    if (!(target instanceof Namespace)) {
      throw new TemplateFault('ERR_TEMPLATES_RENDER', 'Only attributes of a namespace() can be set.')
    }
    target.set(name, value)
  }

  block(context: Context, name: string): string {
    return this.#enter(context, () => context.block(name)(context))
  }

  requiredBlock(name: string): never {
    throw new TemplateFault('ERR_TEMPLATES_RENDER', `Block '${name}' is required, but no template fills it.`)
  }

  /** `super`: a function that renders the block below, with `super` of its own. */
  superOf(
    context: Context,
    name: string,
    block: (context: Context) => string,
    mode: { escaped: boolean; isTrusted: boolean },
  ): unknown {
    const below = context.blockBelow(name, block)
    if (below === undefined) return undefined
    const render = (): unknown => {
      const text = this.#enter(context, () => below(context))
      return asHtml(text, mode.escaped, mode.isTrusted)
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
      out[name] = () => asHtml(this.block(context, name), escaped, false)
    return out
  }

  /** The template a template extends; its blocks go below. */
  parent(context: Context, names: unknown, from: string, what: string): CompiledTemplate {
    if (names === undefined) throw missingValue(what)
    const template = this.#env.load(names, from, false) as CompiledTemplate
    context.addBlocks(template.blocks)
    return template
  }

  twoParents(): never {
    throw new TemplateFault('ERR_TEMPLATES_RENDER', 'A template can extend only one other.')
  }

  runParent(context: Context, template: CompiledTemplate): string {
    return this.#enter(context, () => template.root(context))
  }

  include(
    context: Context,
    names: unknown,
    locals: Record<string, unknown> | null,
    options: IncludeOptions,
  ): string {
    if (names === undefined) throw missingValue(options.what)
    const template = this.#env.load(names, context.name, options.ignoreMissing)
    if (template === null) return ''
    const given = locals === null ? Object.create(null) : context.all(locals)
    return this.#run(template, new Context(template.name, context.globals, given, context.depth))
  }

  import(context: Context, names: unknown, locals: Record<string, unknown> | null, what: string): unknown {
    if (names === undefined) throw missingValue(what)
    const template = this.#env.load(names, context.name, false) as CompiledTemplate
    const given = locals === null ? Object.create(null) : context.all(locals)
    const inner = new Context(template.name, context.globals, given, context.depth)
    this.#run(template, inner)
    return inner.exports()
  }

  /** A `trans` block: the translation with its values filled in. */
  trans(context: Context, message: TransMessage, values: Record<string, unknown>, escaped: boolean): unknown {
    const text = this.#env.translate(message, context)
    if (escaped) return new Markup(text).formatPercent(values)
    return operators.formatText(text, values)
  }

  /** The attribute for a tag that needs the nonce, if the app has one. */
  nonce(context: Context): string {
    const { csp_nonce: source } = context.globals
    return typeof source === 'function' ? ` nonce="${htmlText(source())}"` : ''
  }

  nonceFor(context: Context, tag: string): string {
    return wantsNonce(tag) ? this.nonce(context) : ''
  }

  /** The field for a form that posts to this site, if the app has one. */
  csrf(context: Context): string {
    const { csrf_field: field, csrf_token: token } = context.globals
    if (typeof field === 'function') return htmlText(field())
    if (typeof token !== 'function') return ''
    return `<input type="hidden" name="${htmlText(this.#env.csrfFieldName)}" value="${htmlText(token())}">`
  }

  csrfFor(context: Context, tag: string): string {
    return wantsCsrf(tag) ? this.csrf(context) : ''
  }
}

/** The error for a value that is missing; `what` is how the template writes it. */
function missingValue(what: string, name = ''): TemplateFault {
  const reason = isHidden(name) ? ` Templates cannot reach '${name}'.` : ''
  return new TemplateFault(
    'ERR_TEMPLATES_UNDEFINED',
    `${what} is undefined.${reason}`,
    'Pass it, or use |default.',
  )
}

function asHtml(text: string, escaped: boolean, isTrusted: boolean): unknown {
  if (!escaped) return text
  return isTrusted ? trusted(text) : new Markup(text)
}
