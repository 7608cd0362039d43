/** The rules of a map, compiled and in order: what matching and building share. */
import { DewarError, resolveSettings, type SettingsOptions, type SettingsValues } from '@dewar/base'
import { type CompiledRule, compileRule, type RuleContext } from './compiled-rule.ts'
import type { ConverterDefinition } from './converter.ts'
import { converters as builtIn } from './converters.ts'
import { defaults } from './defaults.ts'
import { Matcher } from './matcher.ts'
import type { Rule } from './rule.ts'

/** The settings of a map, as options. */
export type TableOptions = SettingsOptions<typeof defaults>

/** The settings of a map, resolved. */
export type TableSettings = SettingsValues<typeof defaults>

/** All rules of a map by the ways they are looked up. */
export class RuleTable {
  readonly settings: TableSettings
  readonly matcher: Matcher
  readonly #context: RuleContext
  readonly #rules: CompiledRule[] = []
  readonly #byEndpoint = new Map<string, CompiledRule[]>()
  /** For a rule: the rules that stand before it and give its arguments as their defaults. */
  readonly #shorter = new Map<CompiledRule, readonly CompiledRule[]>()
  #sorted = true

  constructor(options: TableOptions, own: Readonly<Record<string, ConverterDefinition>>) {
    this.settings = resolveSettings('routing', defaults, options)
    this.matcher = new Matcher(this.settings)
    const factories = new Map(Object.entries(builtIn))
    for (const [name, factory] of Object.entries(own)) factories.set(name, checkFactory(name, factory))
    this.#context = { ...this.settings, converters: factories }
  }

  /** Compiles a rule and takes it in. */
  add(rule: Rule): void {
    const compiled = compileRule(rule, this.#context)
    if (!compiled.rule.buildOnly) this.matcher.add(compiled)
    this.#rules.push(compiled)
    const same = this.#byEndpoint.get(compiled.endpoint)
    if (same === undefined) this.#byEndpoint.set(compiled.endpoint, [compiled])
    else same.push(compiled)
    this.#sorted = false
  }

  /** Every rule, in the order they were added. */
  get rules(): readonly CompiledRule[] {
    return this.#rules
  }

  get endpoints(): Iterable<string> {
    return this.#byEndpoint.keys()
  }

  /** The rules of an endpoint in the order they are tried for building. */
  endpoint(name: string): readonly CompiledRule[] {
    this.update()
    return this.#byEndpoint.get(name) ?? []
  }

  /** The rules a found rule is sent on to if the values are their defaults. */
  shorter(rule: CompiledRule): readonly CompiledRule[] | undefined {
    return this.#shorter.get(rule)
  }

  /** Whether a match of the rule is what it says: nothing to send on to. */
  isPlain(rule: CompiledRule): boolean {
    return !rule.leadsOn && (this.#shorter.size === 0 || !this.#shorter.has(rule))
  }

  /** Puts everything into order. */
  update(): void {
    if (this.#sorted) return
    this.#sorted = true
    this.matcher.update()
    this.#shorter.clear()
    for (const rules of this.#byEndpoint.values()) {
      rules.sort(
        (a, b) =>
          Number(a.rule.alias) - Number(b.rule.alias) ||
          b.arguments.size - a.arguments.size ||
          defaultCount(b) - defaultCount(a),
      )
      if (this.settings.redirectDefaults) this.#findShorter(rules)
    }
  }

  /**
   * Checks that every alias has a rule to lead to.
   *
   * @throws {DewarError} `ERR_ROUTING_ALIAS`
   */
  checkAliases(): void {
    for (const alias of this.#rules) {
      if (!alias.rule.alias) continue
      const canonical = this.endpoint(alias.endpoint).some(
        (rule) => !rule.rule.alias && rule.variables.every(({ name }) => alias.arguments.has(name)),
      )
      if (canonical) continue
      throw new DewarError('ERR_ROUTING_ALIAS', `The alias ${alias.rule} has no rule to lead to.`, {
        fix: `Add a rule for '${alias.endpoint}' that needs no more arguments than the alias has.`,
      })
    }
  }

  #findShorter(rules: readonly CompiledRule[]): void {
    rules.forEach((rule, index) => {
      const shorter = rules.slice(0, index).filter((other) => providesDefaultsFor(other, rule))
      if (shorter.length > 0) this.#shorter.set(rule, shorter)
    })
  }
}

function checkFactory(name: string, factory: unknown): ConverterDefinition {
  if (typeof factory === 'function') return factory as ConverterDefinition
  throw new DewarError('ERR_ROUTING_OPTION', `The converter '${name}' is no converter.`, {
    fix: `Define it: converters: { ${name}: defineConverter({ regex: /…/ }) }.`,
  })
}

function defaultCount(rule: CompiledRule): number {
  return Object.keys(rule.defaults ?? {}).length
}

function providesDefaultsFor(rule: CompiledRule, other: CompiledRule): boolean {
  if (rule.rule.buildOnly || defaultCount(rule) === 0 || rule.trace === other.trace) return false
  if (rule.arguments.size !== other.arguments.size) return false
  return [...rule.arguments].every((name) => other.arguments.has(name))
}

/**
 * Whether a rule can be built from some values.
 *
 * @param method the method it has to answer, or `null`
 */
export function isSuitable(
  rule: CompiledRule,
  values: Readonly<Record<string, unknown>>,
  method: string | null,
): boolean {
  if (method !== null && rule.methods !== null && !rule.methods.has(method)) return false
  const { defaults: own } = rule
  for (const name of rule.arguments) {
    const isDefault = own !== null && Object.hasOwn(own, name)
    if (!Object.hasOwn(values, name)) {
      if (!isDefault) return false
    } else if (isDefault && own[name] !== values[name]) return false
  }
  return true
}
