/**
 * A table of texts that is asked about stretches of another text, without making texts of them. Keys are kept by their
 * length; for each length, the few places are chosen where its keys differ most, and only these are looked at before a
 * key is compared.
 *
 * A `Map` of texts would hash every text it is asked about, which costs several times as much for texts that are new.
 */

interface Entry<V> {
  readonly key: string
  readonly value: V
}

/** The keys of one length. */
interface Group<V> {
  /** Where to look. */
  readonly places: readonly number[]
  /** How far the spread sample is shifted to give a place in `chains`. */
  readonly shift: number
  /** The entries by what stands there. */
  readonly chains: readonly (readonly Entry<V>[])[]
  /** Used instead where keys differ in too many places. */
  readonly map: ReadonlyMap<string, V> | null
}

/** Spreads samples that differ little (Fibonacci hashing). */
const spread = 0x9e3779b1

/** More than this many places cost as much as hashing the text. */
const mostPlaces = 6
const longestChain = 8

/** So many lengths are tried before the end of a part is looked for. */
const fewLengths = 8

/** A read-only table from texts to values. */
export class TextTable<V> {
  readonly #groups: (Group<V> | undefined)[] = []
  /** The lengths of the keys, if they are few. */
  readonly #lengths: readonly number[] | null

  /** @param entries keys, each once, and their values */
  constructor(entries: Iterable<readonly [string, V]>) {
    const byLength = new Map<number, Entry<V>[]>()
    for (const [key, value] of entries) {
      const same = byLength.get(key.length)
      if (same === undefined) byLength.set(key.length, [{ key, value }])
      else same.push({ key, value })
    }
    for (let length = 0; length <= Math.max(-1, ...byLength.keys()); length++) {
      const same = byLength.get(length)
      this.#groups.push(same === undefined ? undefined : makeGroup(same, length))
    }
    this.#lengths = byLength.size <= fewLengths ? [...byLength.keys()] : null
  }

  /** The value of the key that stands in `text` from `start` to the next slash or the end, or `null`. */
  getPart(text: string, start: number): V | null {
    const lengths = this.#lengths
    if (lengths === null) {
      const end = text.indexOf('/', start)
      return this.get(text, start, end < 0 ? text.length : end)
    }
    for (let i = 0; i < lengths.length; i++) {
      const end = start + (lengths[i] as number)
      if (end !== text.length && text.charCodeAt(end) !== 47) continue
      const value = this.get(text, start, end)
      if (value !== null) return value
    }
    return null
  }

  /** The value of the key that stands in `text` from `start` to `end`, or `null`. */
  get(text: string, start: number, end: number): V | null {
    const length = end - start
    const group = length < this.#groups.length ? this.#groups[length] : undefined
    if (group === undefined) return null
    if (group.map !== null) return group.map.get(text.slice(start, end)) ?? null
    const { places, chains, shift } = group
    let sample = 0
    for (let i = 0; i < places.length; i++) {
      sample = (Math.imul(sample, 31) + text.charCodeAt(start + (places[i] as number))) | 0
    }
    const chain = chains[Math.imul(sample, spread) >>> shift] as readonly Entry<V>[]
    for (let i = 0; i < chain.length; i++) {
      const entry = chain[i] as Entry<V>
      if (length === text.length ? text === entry.key : text.startsWith(entry.key, start)) return entry.value
    }
    return null
  }
}

function makeGroup<V>(entries: readonly Entry<V>[], length: number): Group<V> {
  const places = choosePlaces(entries, length)
  const bits = Math.ceil(Math.log2(entries.length * 4))
  const shift = 32 - bits
  const chains: Entry<V>[][] = Array.from({ length: 2 ** bits }, () => [])
  for (const entry of entries) {
    const sample = places.reduce((sum, place) => (Math.imul(sum, 31) + entry.key.charCodeAt(place)) | 0, 0)
    chains[Math.imul(sample, spread) >>> shift]?.push(entry)
  }
  const isCrowded = chains.some((chain) => chain.length > longestChain)
  return {
    places,
    chains,
    shift,
    map: isCrowded ? new Map(entries.map(({ key, value }) => [key, value])) : null,
  }
}

/** Takes, one after the other, the place that tells most keys apart. */
function choosePlaces<V>(entries: readonly Entry<V>[], length: number): number[] {
  const places: number[] = []
  let parts = entries.map(() => '')
  let distinct = 1
  while (distinct < entries.length && places.length < mostPlaces) {
    let best = -1
    let bestParts = parts
    for (let place = 0; place < length; place++) {
      const candidate = parts.map((part, index) => part + entries[index]?.key[place])
      const count = new Set(candidate).size
      if (count <= distinct) continue
      distinct = count
      best = place
      bestParts = candidate
    }
    if (best < 0) break
    places.push(best)
    parts = bestParts
  }
  return places
}

/** Whether a text stands in another at `start`. Parts are short: a loop costs less than a call that is made for long texts. */
export function isAt(text: string, key: string, start: number): boolean {
  const { length } = key
  for (let i = 0; i < length; i++) if (text.charCodeAt(start + i) !== key.charCodeAt(i)) return false
  return true
}
