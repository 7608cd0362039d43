/** Prefixes that blueprints own: whose hooks and error handlers serve a URL that no route matches. */
import { Rule, RuleMap } from '@dewar/routing'
import type { Surroundings } from './plan.ts'

/** Blueprints by the prefixes they own. @internal */
export class OwnedPrefixes {
  readonly #names = new Map<string, string>()
  readonly #owners = new Map<string, Surroundings>()
  #map: RuleMap | null = null

  /** @param name the blueprint's full name */
  add(urlPrefix: string, name: string): void {
    this.#names.set(urlPrefix.replace(/\/+$/, ''), name)
  }

  /** Ends the setup. */
  freeze(surroundingsOf: (names: readonly string[]) => Surroundings): void {
    if (this.#names.size === 0) return
    const map = new RuleMap({ duplicates: 'first', redirectDefaults: false, onOverlap() {} })
    for (const [prefix, endpoint] of this.#names) {
      map.add(new Rule<string>(`${prefix}/`, { endpoint, strictSlashes: false }))
      map.add(new Rule<string>(`${prefix}/<path(unsafe=True):rest>`, { endpoint, strictSlashes: false }))
      this.#owners.set(endpoint, surroundingsOf(outwards(endpoint)))
    }
    this.#map = map
  }

  /** The owner of a path, the innermost if there are several; `null` for none. */
  find(rawPath: string): Surroundings | null {
    if (this.#map === null) return null
    const match = this.#map.match('GET', rawPath)
    return match.kind === 'found' ? (this.#owners.get(match.rule.endpoint) ?? null) : null
  }
}

/** `a.b` gives `a.b` and `a`. */
function outwards(name: string): readonly string[] {
  const names = [name]
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1))
    names.push(name.slice(0, dot))
  return names
}
