/** Declarations of an app's endpoints, so that `urlFor('posts.show', { id })` is checked by the compiler. */
import type { Rule } from '@dewar/routing'
import type { App } from './app.ts'
import { blueprintNames } from './plan.ts'

/** The package whose declarations are extended, as an app names it. */
const own = JSON.stringify('dewar')

const head = [
  '// Written by `dewar routes --types`; write it anew when routes change.',
  `import type { RuleArgs } from ${own}`,
  '',
  `declare module ${own} {`,
  '  interface Endpoints {',
  '',
].join('\n')

/** The text of a declaration file. @internal */
export function endpointTypes(app: App): string {
  app.freeze()
  const rules = Map.groupBy(app.urlMap.rules(), ({ endpoint }) => endpoint)
  const names = [...rules.keys()].sort()
  const lines = names.map(
    (name) => `    ${JSON.stringify(name)}: ${argumentsOf(app, name, rules.get(name) ?? [])}\n`,
  )
  return `${head}${lines.join('')}  }\n}\n`
}

/** An endpoint with several rules takes the arguments of any. What `urlDefaults` may fill in may be left out. */
function argumentsOf(app: App, name: string, rules: readonly Rule[]): string {
  const types = new Set(rules.map((rule) => ruleType(rule)))
  const isFilled =
    app.hooks.urlDefaults.length > 0 ||
    blueprintNames(name, app.blueprints).some(
      (each) => (app.blueprints.get(each)?.hooks.urlDefaults.length ?? 0) > 0,
    )
  const union = [...types].join(' | ')
  return isFilled ? `Partial<${union}>` : union
}

/** Hosts and subdomains have arguments, too. */
function ruleType({ text, options }: Rule): string {
  const parts = [text, options.host ?? options.subdomain ?? ''].filter((part) => part !== '')
  return parts.map((part) => `RuleArgs<${JSON.stringify(part)}>`).join(' & ')
}
