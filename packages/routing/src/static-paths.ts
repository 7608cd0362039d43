/** Paths that are static as a whole, answered in one look-up: the search would try them first anyway. */
import type { CompiledRule } from './compiled-rule.ts'
import type { Found } from './outcome.ts'
import type { RuleTable } from './rule-table.ts'
import { TextTable } from './text-table.ts'

/** The answer for some methods of a path. */
interface Leaf {
  readonly methods: ReadonlySet<string> | null
  readonly found: Found
}

const noArguments: Record<string, unknown> = Object.freeze(Object.create(null))

/** The static paths of a map's default domain. */
export class StaticPaths {
  readonly #leaves: TextTable<readonly Leaf[]>

  constructor(table: RuleTable) {
    const leaves = new Map<string, Leaf[]>()
    const mixed = new Set<string>()
    for (const rule of table.rules) {
      const path = isHere(rule, table) ? lookedUpAs(rule) : null
      if (path === null) continue
      if (rule.websocket || rule.defaults !== null || !table.isPlain(rule)) mixed.add(path)
      const found = Object.freeze<Found>({ kind: 'found', rule: rule.rule, args: noArguments })
      const same = leaves.get(path)
      if (same === undefined) leaves.set(path, [{ methods: rule.methods, found }])
      else same.push({ methods: rule.methods, found })
    }
    for (const path of mixed) leaves.delete(path)
    this.#leaves = new TextTable(leaves)
  }

  /** The rule of a path as received, or `null` if the path has to be searched for. */
  find(method: string, rawPath: string): Found | null {
    const leaves = this.#leaves.get(rawPath, 0, rawPath.length)
    if (leaves === null) return null
    for (let i = 0; i < leaves.length; i++) {
      const leaf = leaves[i] as Leaf
      if (leaf.methods === null || leaf.methods.has(method)) return leaf.found
    }
    return null
  }
}

function isHere(rule: CompiledRule, { settings }: RuleTable): boolean {
  return (
    !rule.rule.buildOnly &&
    rule.domainPart.static &&
    !settings.hostMatching &&
    rule.domain === settings.defaultSubdomain
  )
}

/** A path equals its encoded form only if it has no percent sign; one with two leading slashes is never searched for. */
function lookedUpAs({ staticPath }: CompiledRule): string | null {
  return staticPath === null || staticPath.includes('%') || staticPath.startsWith('//') ? null : staticPath
}
