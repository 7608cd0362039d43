/** Rules made from rules: the same rules under a prefix, on a subdomain, or with other endpoints. */
import { Rule, type RuleOptions } from './rule.ts'
import type { RuleSource } from './rule-map.ts'

function derive(source: RuleSource, change: (rule: Rule) => Rule): Rule[] {
  if (source instanceof Rule) return [change(source)]
  return Array.from(source, (inner) => derive(inner, change)).flat()
}

function withOptions(rule: Rule, options: Partial<RuleOptions>): Rule {
  return new Rule<string>(rule.text, { ...rule.options, ...options })
}

/**
 * The same rules on a subdomain.
 *
 * @param name the subdomain, with placeholders: `<string(length=2):language>`
 * @see Werkzeug: `werkzeug.routing.Subdomain`
 */
export function subdomain(name: string, rules: RuleSource): Rule[] {
  return derive(rules, (rule) => withOptions(rule, { subdomain: name }))
}

/**
 * The same rules below a path.
 *
 * @param path the prefix, with placeholders: `/<int:shop>`
 * @see Werkzeug: `werkzeug.routing.Submount`
 */
export function submount(path: string, rules: RuleSource): Rule[] {
  const prefix = path.replace(/\/+$/, '')
  return derive(rules, (rule) => new Rule<string>(prefix + rule.text, rule.options))
}

/**
 * The same rules with a prefix before their endpoints: `blog.`
 *
 * @see Werkzeug: `werkzeug.routing.EndpointPrefix`
 */
export function endpointPrefix(prefix: string, rules: RuleSource): Rule[] {
  return derive(rules, (rule) => withOptions(rule, { endpoint: prefix + rule.endpoint }))
}
