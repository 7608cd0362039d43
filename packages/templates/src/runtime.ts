/** What compiled templates call. One for an environment; compiled code sees it as `rt` and nothing else of the world. */
import { Markup } from '@dewar/markup'
import type { Context } from './context.ts'
import { limits } from './defaults.ts'
import type { Environment, TransMessage } from './environment.ts'
import { TemplateFault } from './errors.ts'
import {
  afterLess,
  attributeNames,
  attributeText,
  baseText,
  commentText,
  declarationText,
  handlerLiteralText,
  handlerText,
  literalScriptText,
  metaText,
  type Quote,
  rawText,
  schemeText,
  scriptText,
  srcdocText,
  styleAttributeText,
  styleText,
  tagName,
  type UrlListPlace,
  unknownAttributeText,
  urlPathText,
  urlsText,
  urlText,
  urlValueText,
} from './escapers.ts'
import type { FilterCall, FilterState } from './filter.ts'
import { Namespace } from './globals.ts'
import { hasField, mayHaveNonce, postsElsewhere, wantsCsrf, wantsNonce } from './html-tags.ts'
import { textTwin } from './i18n.ts'
import { keywords } from './keywords.ts'
import { Loop } from './loop.ts'
import { type MacroBody, type MacroShape, macro, macroIn, missing, type PlacedBodies } from './macro.ts'
import { attribute, callable, isForbidden, isHidden, item } from './members.ts'
import * as operators from './operators.ts'
import type { MacroPlace } from './place.ts'
import { asHtml, missingValue, PartsRuntime } from './runtime-parts.ts'
import { slice as sliceOf } from './slice.ts'
import type { UserGuard } from './user-guard.ts'
import { htmlText, isMapping, isTrue, itemsOf, kindOf, mappingEntries, textOf } from './values.ts'

/** What compiled code sees as `rt`. */
export class Runtime extends PartsRuntime {
  readonly #env: Environment
  readonly #isAsync: boolean
  readonly #guard: UserGuard | null
  #macros = 0
  readonly missing = missing
  readonly prototypeOf = Object.getPrototypeOf
  readonly plain = Object.prototype
  readonly keywords = keywords
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
  readonly base = baseText
  readonly comment = commentText
  readonly declaration = declarationText
  readonly rawText = rawText
  readonly attributeNames: (value: unknown, prefix: string) => string
  readonly handler = handlerText
  readonly urlPath = urlPathText
  readonly handlerLiteral = handlerLiteralText
  readonly literal = literalScriptText
  readonly metaContent = metaText
  readonly urlValue = urlValueText
  readonly script = scriptText
  readonly srcdoc = srcdocText
  readonly style = styleText
  readonly styleAttribute = styleAttributeText
  readonly tagName: (value: unknown, mayBeElement: boolean) => string
  readonly asHtml = asHtml

  /**
   * @param env what templates are found in
   * @param isAsync whether the code that calls it waits for promises
   * @param guard bounds what it does, for a template that a user wrote
   */
  constructor(env: Environment, isAsync = false, guard: UserGuard | null = null) {
    super(env, isAsync)
    this.#env = env
    this.#isAsync = isAsync
    this.#guard = guard
    this.tagName = (value, mayBeElement) => tagName(value, mayBeElement, env.urlSchemes)
    this.attributeNames = (value, prefix) => attributeNames(value, prefix, env.urlSchemes)
  }

  /** A macro; how deep macros call each other is bounded, where the stack would end otherwise. */
  macro(shape: MacroShape, body: MacroBody, placed?: PlacedBodies): unknown {
    if (this.#isAsync) return macro(shape, body, placed)
    const bounded =
      (inner: MacroBody): MacroBody =>
      (...args) => {
        if (this.#macros >= limits.macroDepth) throw tooDeep(shape.name)
        this.#macros++
        try {
          return inner(...args)
        } finally {
          this.#macros--
        }
      }
    const entries = Object.entries(placed ?? {}).map(([place, inner]) => [place, bounded(inner)])
    return macro(shape, bounded(body), Object.fromEntries(entries))
  }

  /** A value in an address. */
  url(value: unknown, quote: Quote): string {
    return urlText(value, quote, this.#env.urlSchemes)
  }

  /** A value in an attribute whose name is not known. */
  unknownAttribute(value: unknown, quote: Quote): string {
    return unknownAttributeText(value, quote, this.#env.urlSchemes)
  }

  /** A value in a list of addresses. */
  urls(value: unknown, quote: Quote, place: UrlListPlace): string {
    return urlsText(value, quote, place, this.#env.urlSchemes)
  }

  /** A value that is the scheme of an address. */
  scheme(value: unknown, quote: Quote, rest: string): string {
    return schemeText(value, quote, this.#env.urlSchemes, rest)
  }

  loop(items: readonly unknown[], depth: number): Loop {
    if (depth > limits.depth) {
      throw new TemplateFault('ERR_TEMPLATES_LIMIT', `A loop runs itself more than ${limits.depth} deep.`)
    }
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

  call(fn: unknown, args: unknown[], what: string, place?: MacroPlace): unknown {
    if (fn === undefined) throw missingValue(what)
    if (typeof fn !== 'function' || isForbidden(fn)) {
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${what} is no function; it cannot be called.`)
    }
    if (this.#guard !== null) return this.#guard.call(fn, args, what)
    const target = place === undefined ? fn : (macroIn(fn, place) as typeof fn)
    return this.allowed(Reflect.apply(target, undefined, args))
  }

  /** One of the functions of the i18n extension, for the place it is called in. */
  gettext(fn: unknown, escaped: boolean): unknown {
    return escaped ? fn : textTwin(fn)
  }

  /** Counts a step of a user's template. */
  step(length: number): void {
    this.#guard?.step(length)
  }

  /** A value that a user's template made, if it is not too large. */
  sized<T>(value: T): T {
    return this.#guard === null ? value : this.#guard.sized(value)
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

  /** A value that was found; `undefined` if templates may not have it. */
  allowed(value: unknown): unknown {
    return isForbidden(value) ? undefined : value
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

  /** What a name holds; a name that nobody gave is an error. */
  given(context: Context, value: unknown, name: string): unknown {
    if (value === undefined && !context.has(name)) throw missingValue(`'${name}'`)
    return value
  }

  item(target: unknown, key: unknown, what: string): unknown {
    if (target === undefined && !this.#env.chainable) throw missingValue(what)
    return item(target, key)
  }

  callMethod(
    target: unknown,
    name: unknown,
    args: unknown[],
    what: string,
    owner: string,
    place?: MacroPlace,
  ): unknown {
    if (target === undefined) throw missingValue(owner)
    if (this.#guard !== null) return this.#guard.callMethod(target, name, args, what)
    const fn = typeof name === 'string' ? callable(target, name) : item(target, name)
    if (fn === undefined) throw missingValue(what, String(name))
    return this.call(fn, args, what, place)
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

  /** A `trans` block: the translation with its values filled in. */
  trans(context: Context, message: TransMessage, values: Record<string, unknown>, escaped: boolean): unknown {
    const text = this.#env.translate(message, context)
    if (escaped) return operators.formatMarkup(new Markup(text), values)
    return operators.formatText(text, values)
  }

  /** The attribute for a tag that needs the nonce, if the app has one. */
  nonce(context: Context): string {
    const { csp_nonce: source } = context.globals
    return typeof source === 'function' ? ` nonce="${htmlText(source())}"` : ''
  }

  nonceFor(context: Context, tag: string): string {
    return wantsNonce(tag) && mayHaveNonce(tag) ? this.nonce(context) : ''
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

  /** The end of a form that got a field: it is taken out again if the form has one of its name, or a button for other sites. */
  oneField(text: string, start: number, end: number): string {
    if (end <= start) return text
    const rest = text.slice(end)
    return hasField(rest, this.#env.csrfFieldName) || postsElsewhere(rest)
      ? text.slice(0, start) + rest
      : text
  }
}

function tooDeep(name: string): TemplateFault {
  const message = `Macro '${name}' calls itself, or macros each other, more than ${limits.macroDepth} deep.`
  return new TemplateFault('ERR_TEMPLATES_LIMIT', message)
}
