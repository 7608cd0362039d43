/** What compiled templates call. One for an environment; compiled code sees it as `rt` and nothing else of the world. */
import { Markup } from '@dewar/markup'
import { Context } from './context.ts'
import { defaults } from './defaults.ts'
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
import type { FilterCall, FilterState, TestCall } from './filter.ts'
import { Namespace } from './globals.ts'
import { wantsCsrf, wantsNonce } from './html-tags.ts'
import { keywords } from './keywords.ts'
import { Loop } from './loop.ts'
import { macro, missing } from './macro.ts'
import { attribute, callable, isForbidden, isHidden, item } from './members.ts'
import * as operators from './operators.ts'
import { slice } from './slice.ts'
import { trusted } from './trusted.ts'
import { htmlText, isMapping, isTrue, itemsOf, kindOf, mappingEntries, textOf } from './values.ts'

/** A compiled template. */
export interface CompiledTemplate {
  name: string
  root(context: Context): string
  blocks: Readonly<Record<string, (context: Context) => string>>
}

/** What the runtime asks of its environment. */
export interface Environment {
  chainable: boolean
  csrfFieldName: string
  urlSchemes: readonly string[]
  /** @throws {TemplateError} `ERR_TEMPLATES_NOT_FOUND`, unless `optional` */
  load(names: unknown, from: string, optional: boolean): CompiledTemplate | null
  filter(name: string): FilterCall | undefined
  test(name: string): TestCall | undefined
  translate(message: TransMessage, context: Context): string
}

/** A message of a `trans` block. */
export interface TransMessage {
  singular: string
  plural: string | null
  count: unknown
  context: string | null
}

/** Makes the object that compiled code sees as `rt`. */
export function createRuntime(env: Environment) {
  const undefinedValue = (what: string, name = ''): TemplateFault => {
    const reason = isHidden(name) ? ` Templates cannot reach '${name}'.` : ''
    return new TemplateFault(
      'ERR_TEMPLATES_UNDEFINED',
      `${what} is undefined.${reason}`,
      'Pass it, or use |default.',
    )
  }

  const call = (fn: unknown, args: unknown[], what: string): unknown => {
    if (fn === undefined) throw undefinedValue(what)
    if (typeof fn !== 'function' || isForbidden(fn)) {
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${what} is no function; it cannot be called.`)
    }
    return Reflect.apply(fn, undefined, args)
  }

  const enter = <T>(context: Context, run: () => T): T => {
    if (++context.depth.value > defaults.depth.value) {
      throw new TemplateFault(
        'ERR_TEMPLATES_LIMIT',
        `Templates are nested more than ${defaults.depth.value} deep.`,
      )
    }
    try {
      return run()
    } finally {
      context.depth.value--
    }
  }

  const run = (template: CompiledTemplate, context: Context): string => {
    context.addBlocks(template.blocks)
    return enter(context, () => template.root(context))
  }

  return {
    Markup,
    missing,
    keywords,
    macro,
    call,
    undefinedValue,
    ...operators,
    truthy: isTrue,
    text: textOf,
    html: htmlText,
    afterLess,
    attribute: attributeText,
    attributeNames,
    handler: handlerText,
    scheme: (value: unknown, quote: Quote, rest: string) => schemeText(value, quote, env.urlSchemes, rest),
    script: scriptText,
    srcdoc: srcdocText,
    style: styleText,
    styleAttribute: styleAttributeText,
    tagName,
    url: (value: unknown, quote: Quote) => urlText(value, quote, env.urlSchemes),
    loop: (items: readonly unknown[], depth: number) => new Loop(items, depth),
    filter: (name: string) => env.filter(name),
    test: (name: string) => env.test(name),
    state: (context: Context, escaped: boolean): FilterState => ({ context, escaped, env }),

    /** A filter or test that was unknown when the template was compiled. */
    unknown(kind: string, name: string): never {
      throw new TemplateFault('ERR_TEMPLATES_RENDER', `There is no ${kind} '${name}'.`)
    },

    /** `what` is how the template writes the value, for the message. */
    need(value: unknown, what: string): unknown {
      if (value === undefined) throw undefinedValue(what)
      return value
    },

    /** `target.name`; the own properties of objects, which is what most are, come first. */
    attr(target: unknown, name: string, what: string): unknown {
      if (typeof target === 'object' && target !== null && Object.hasOwn(target, name) && !isHidden(name)) {
        const value = (target as Record<string, unknown>)[name]
        return isForbidden(value) ? undefined : value
      }
      if (target === undefined && !env.chainable) throw undefinedValue(what)
      return attribute(target, name)
    },

    item(target: unknown, key: unknown, what: string): unknown {
      if (target === undefined && !env.chainable) throw undefinedValue(what)
      return item(target, key)
    },

    callMethod(target: unknown, name: unknown, args: unknown[], what: string, owner: string): unknown {
      if (target === undefined) throw undefinedValue(owner)
      const fn = typeof name === 'string' ? callable(target, name) : item(target, name)
      if (fn === undefined) throw undefinedValue(what, String(name))
      return call(fn, args, what)
    },

    items(value: unknown, what: string): readonly unknown[] {
      if (value === null) throw new TemplateFault('ERR_TEMPLATES_TYPE', `${what} is none; it has no items.`)
      return itemsOf(value)
    },

    unpack(value: unknown, count: number): readonly unknown[] {
      const parts = itemsOf(value)
      if (parts.length === count) return parts
      const message = `${count} values are needed, but there are ${parts.length}.`
      throw new TemplateFault(
        'ERR_TEMPLATES_VALUE',
        message,
        'For the entries of a mapping, write mapping.items().',
      )
    },

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
    },

    /** `**mapping` in a call. */
    keywordsOf(named: Record<string, unknown>, mapping: unknown): unknown {
      if (!isMapping(mapping))
        throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(mapping)} stands after '**'.`)
      const all: Record<string, unknown> = Object.create(null)
      for (const [key, value] of mappingEntries(mapping)) all[String(key)] = value
      return keywords(Object.assign(all, named))
    },

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
    },

    slice(target: unknown, start: unknown, stop: unknown, step: unknown, what: string): unknown {
      if (target !== undefined) return slice(target, start, stop, step)
      if (env.chainable) return undefined
      throw undefinedValue(what)
    },

    setAttribute(target: unknown, name: string, value: unknown): void {
      if (!(target instanceof Namespace)) {
        throw new TemplateFault('ERR_TEMPLATES_RENDER', 'Only attributes of a namespace() can be set.')
      }
      target.set(name, value)
    },

    block(context: Context, name: string): string {
      return enter(context, () => context.block(name)(context))
    },

    requiredBlock(name: string): never {
      throw new TemplateFault(
        'ERR_TEMPLATES_RENDER',
        `Block '${name}' is required, but no template fills it.`,
      )
    },

    /** `super`: a function that renders the block below, with `super` of its own. */
    superOf(context: Context, name: string, block: (context: Context) => string, escaped: boolean): unknown {
      const below = context.blockBelow(name, block)
      if (below === undefined) return undefined
      const render = (): unknown =>
        asHtml(
          enter(context, () => below(context)),
          escaped,
        )
      return Object.defineProperty(render, 'super', {
        enumerable: true,
        get: () => this.superOf(context, name, below, escaped),
      })
    },

    /** `self`: the blocks as functions. */
    selfOf(context: Context, escaped: boolean): Record<string, unknown> {
      const out: Record<string, unknown> = Object.create(null)
      for (const name of context.blockNames()) out[name] = () => asHtml(this.block(context, name), escaped)
      return out
    },

    /** The template a template extends; its blocks go below. */
    parent(context: Context, names: unknown, from: string, what: string): CompiledTemplate {
      if (names === undefined) throw undefinedValue(what)
      const template = env.load(names, from, false) as CompiledTemplate
      context.addBlocks(template.blocks)
      return template
    },

    twoParents(): never {
      throw new TemplateFault('ERR_TEMPLATES_RENDER', 'A template can extend only one other.')
    },

    runParent(context: Context, template: CompiledTemplate): string {
      return enter(context, () => template.root(context))
    },

    include(
      context: Context,
      names: unknown,
      locals: Record<string, unknown> | null,
      options: IncludeOptions,
    ): string {
      if (names === undefined) throw undefinedValue(options.what)
      const template = env.load(names, context.name, options.ignoreMissing)
      if (template === null) return ''
      const given = locals === null ? Object.create(null) : context.all(locals)
      return run(template, new Context(template.name, context.globals, given, context.depth))
    },

    import(context: Context, names: unknown, locals: Record<string, unknown> | null, what: string): unknown {
      if (names === undefined) throw undefinedValue(what)
      const template = env.load(names, context.name, false) as CompiledTemplate
      const given = locals === null ? Object.create(null) : context.all(locals)
      const inner = new Context(template.name, context.globals, given, context.depth)
      run(template, inner)
      return inner.exports()
    },

    /** A `trans` block: the translation with its values filled in. */
    trans(
      context: Context,
      message: TransMessage,
      values: Record<string, unknown>,
      escaped: boolean,
    ): unknown {
      const text = env.translate(message, context)
      if (escaped) return new Markup(text).formatPercent(values)
      return operators.formatText(text, values)
    },

    /** The attribute for a tag that needs the nonce, if the app has one. */
    nonce(context: Context): string {
      const { csp_nonce: source } = context.globals
      return typeof source === 'function' ? ` nonce="${htmlText(source())}"` : ''
    },

    nonceFor(context: Context, tag: string): string {
      return wantsNonce(tag) ? this.nonce(context) : ''
    },

    /** The field for a form that posts to this site, if the app has one. */
    csrf(context: Context): string {
      const { csrf_field: field, csrf_token: token } = context.globals
      if (typeof field === 'function') return htmlText(field())
      if (typeof token !== 'function') return ''
      return `<input type="hidden" name="${htmlText(env.csrfFieldName)}" value="${htmlText(token())}">`
    },

    csrfFor(context: Context, tag: string): string {
      return wantsCsrf(tag) ? this.csrf(context) : ''
    },

    asHtml,
  }
}

/** What compiled code sees as `rt`. */
export type Runtime = ReturnType<typeof createRuntime>

/** How a template is included. */
export interface IncludeOptions {
  ignoreMissing: boolean
  what: string
}

function asHtml(text: string, escaped: boolean): unknown {
  return escaped ? trusted(text) : text
}
