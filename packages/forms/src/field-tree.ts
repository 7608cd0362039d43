/**
 * A form as it is offered to a schema: fields by name, and those whose names lead into objects or lists there, too. What a
 * schema does not know it leaves out or refuses, and then it is not offered again; so nobody has to say which style a form has.
 */
import { candidatesOf, listsOf, type SentValue } from './field-candidates.ts'
import { isIndex, readPath } from './field-path.ts'
import { isTypeIssue, isUnknownIssue, pathOf, type SchemaIssue } from './standard-schema.ts'

/** What a branch can be offered as. */
type Shape = 'list' | 'object' | 'absent'

const objectShapes: readonly Shape[] = ['object', 'absent']
const listShapes: readonly Shape[] = ['list', ...objectShapes]

interface Place {
  /** The name as sent, or as it would be. */
  readonly name: string
  /** Which candidate or shape is being tried. */
  current: number
  /** What the schema said to each. */
  readonly issues: SchemaIssue[][]
}

interface Leaf extends Place {
  readonly candidates: unknown[]
  /** Is it offered in another place as well? Then the key where both begin; it may be left out, when all else is refused. */
  readonly doubled: string | null
}

interface Branch extends Place {
  readonly isBracketed: boolean
  readonly children: Map<string, Leaf | Branch>
  surveyed: Survey | undefined
}

/** What a branch's keys are, as long as there are no more of them. */
interface Survey {
  readonly size: number
  readonly isList: boolean
  /** In the order of their numbers, once that was asked for. */
  sorted: readonly string[] | undefined
}

/** The fields of one form while their candidates are tried. */
export class FieldTree {
  readonly #root: Branch = branchOf('', true)

  /** @param sent all values by name */
  constructor(sent: ReadonlyMap<string, readonly SentValue[]>) {
    const { children } = this.#root
    for (const [name, values] of sent) children.set(name, leafOf(name, candidatesOf(values)))
    for (const [name, values] of sent) {
      const root = this.#nest(name, values)
      if (root !== null) children.set(name, leafOf(name, candidatesOf(values), root))
    }
  }

  /** What to ask the schema next. */
  value(): unknown {
    return objectOf(this.#root.children)
  }

  /** The fields that are offered as a whole number although their text has a fraction, as `1.0` has. */
  wholeFractions(): readonly Leaf[] {
    return [...leavesOf(this.#root)].filter((leaf) => {
      const [text] = leaf.candidates
      return typeof text === 'string' && text.includes('.') && Number.isInteger(valueOf(leaf))
    })
  }

  /**
   * What to ask the schema to learn whether it takes fractions.
   *
   * @param fields those of {@link wholeFractions}
   * @param offset what is added to the number of each
   */
  valueWith(fields: readonly Leaf[], offset: number): unknown {
    for (const { candidates, current } of fields) {
      const number = candidates[current] as number
      candidates[current] = number + offset
    }
    const value = this.value()
    for (const { candidates, current } of fields) {
      const number = candidates[current] as number
      candidates[current] = number - offset
    }
    return value
  }

  /**
   * What a schema said of each field.
   *
   * @param issues all it said
   */
  saidOf(issues: readonly SchemaIssue[]): ReadonlyMap<unknown, readonly SchemaIssue[]> {
    return this.#places(issues)
  }

  /**
   * Notes what was said, and goes on to the next candidates.
   *
   * @param issues what the schema said to `value`
   * @returns whether there is anything new to ask
   */
  advance(issues: readonly SchemaIssue[]): boolean {
    const places = this.#places(issues)
    for (const [place, said] of places) place.issues[place.current] = [...said]
    const refused = [...places.keys()].filter((place) => place !== this.#root && hasMore(place))
    // A list is given up only when its items have nothing left to try.
    const leaves = refused.filter((place) => !isBranch(place))
    const next = leaves.length > 0 ? leaves : refused
    for (const place of next) place.current++
    for (const place of next) if (places.get(place)?.some(isUnknownIssue)) this.#leaveOut(place)
    return next.length > 0
  }

  /** A schema that has no place for `items-0-name` has none for `items-1-name`; some name one at a time. */
  #leaveOut(refused: Leaf | Branch): void {
    const { children } = this.#root
    if (isBranch(refused) || refused.doubled === null || children.get(refused.name) !== refused) return
    for (const [key, place] of children) {
      const isAlike = !isBranch(place) && place.doubled === refused.doubled && key === place.name
      if (isAlike) place.current = place.candidates.length - 1
    }
  }

  /**
   * Of each refused field the most telling messages: those to a candidate of the right type, else those to the text itself.
   *
   * @param issues what the schema said last
   * @returns names and messages; the empty name is the whole form's
   */
  messages(issues: readonly SchemaIssue[]): (readonly [name: string, message: string])[] {
    return [...this.#places(issues)].flatMap(([place, said]) => {
      const tried = place === this.#root ? [] : place.issues
      const list = tried.find((before) => before?.every((issue) => !isTypeIssue(issue))) ?? tried[0] ?? said
      return list.map((issue) => [place.name, issue.message] as const)
    })
  }

  /** Offers values at the place that their name leads to, unless something else is there; gives the first key of the way. */
  #nest(name: string, values: readonly SentValue[]): string | null {
    const path = readPath(name)
    if (path === null) return null
    let branch = this.#root
    for (const key of path.keys.slice(0, -1)) {
      const child =
        branch.children.get(key) ?? branchOf(nameOf(branch, key, path.isBracketed), path.isBracketed)
      if (!isBranch(child)) return null
      branch.children.set(key, child)
      branch = child
    }
    const last = path.keys.at(-1) as string
    if (branch.children.has(last)) return null
    const root = path.keys[0] as string
    const candidates = name.endsWith('[]') ? listsOf(values) : candidatesOf(values)
    branch.children.set(last, leafOf(name, candidates, root))
    return root
  }

  #places(issues: readonly SchemaIssue[]): Map<Leaf | Branch, SchemaIssue[]> {
    const places = new Map<Leaf | Branch, SchemaIssue[]>()
    for (const issue of issues) {
      for (const place of this.#unknownOf(issue) ?? [this.#placeOf(pathOf(issue))]) {
        const list = places.get(place)
        if (list === undefined) places.set(place, [issue])
        else list.push(issue)
      }
    }
    return places
  }

  /** Zod names all keys that it does not know in one issue: those of them that are offered in another place as well. */
  #unknownOf(issue: SchemaIssue): (Leaf | Branch)[] | null {
    const { keys } = issue as { keys?: unknown }
    if (!Array.isArray(keys) || pathOf(issue).length > 0) return null
    const places = keys.flatMap((key) => this.#root.children.get(String(key)) ?? [])
    const doubled = places.filter((place) => isBranch(place) || place.doubled !== null)
    return doubled.some(hasMore) ? doubled : null
  }

  /** The field or branch that a path leads to; a field that was not sent is made. */
  #placeOf(path: readonly string[]): Leaf | Branch {
    let place: Leaf | Branch = this.#root
    for (const step of path) {
      if (!isBranch(place)) return place
      const key = shapeOf(place) === 'list' ? indexes(place)[Number(step)] : step
      if (key === undefined || key === '') return place
      let child: Leaf | Branch | undefined = place.children.get(key)
      if (child === undefined) {
        child = leafOf(nameOf(place, key, place.isBracketed), candidatesOf([]))
        place.children.set(key, child)
      }
      place = child
    }
    return place
  }
}

function leafOf(name: string, candidates: readonly unknown[], doubled: string | null = null): Leaf {
  return {
    name,
    candidates: doubled === null ? [...candidates] : [...candidates, undefined],
    doubled,
    current: 0,
    issues: [],
  }
}

function* leavesOf(branch: Branch): Generator<Leaf> {
  for (const place of branch.children.values()) {
    if (!isBranch(place)) yield place
    else if (shapeOf(place) !== 'absent') yield* leavesOf(place)
  }
}

function branchOf(name: string, isBracketed: boolean): Branch {
  return { name, isBracketed, children: new Map(), surveyed: undefined, current: 0, issues: [] }
}

function isBranch(place: Leaf | Branch): place is Branch {
  return 'children' in place
}

function nameOf(parent: Branch, key: string, isBracketed: boolean): string {
  if (parent.name === '') return key
  return isBracketed ? `${parent.name}[${key}]` : `${parent.name}-${key}`
}

function shapesOf(branch: Branch): readonly Shape[] {
  return survey(branch).isList ? listShapes : objectShapes
}

function shapeOf(branch: Branch): Shape {
  return branch.name === '' ? 'object' : (shapesOf(branch)[branch.current] ?? 'absent')
}

function hasMore(place: Leaf | Branch): boolean {
  return place.current + 1 < (isBranch(place) ? shapesOf(place) : place.candidates).length
}

/** Lists have no holes, whatever numbers were sent. */
function indexes(branch: Branch): readonly string[] {
  const surveyed = survey(branch)
  surveyed.sorted ??= [...branch.children.keys()].sort((a, b) => Number(a) - Number(b))
  return surveyed.sorted
}

/** Looks through the keys once, not for each of the thousand things a schema may have to say of them. None is ever removed. */
function survey(branch: Branch): Survey {
  const { children } = branch
  let { surveyed } = branch
  if (surveyed?.size !== children.size) {
    surveyed = { size: children.size, isList: [...children.keys()].every(isIndex), sorted: undefined }
    branch.surveyed = surveyed
  }
  return surveyed
}

function valueOf(place: Leaf | Branch): unknown {
  if (!isBranch(place)) return place.candidates[place.current]
  const { children } = place
  switch (shapeOf(place)) {
    case 'list':
      return indexes(place).map((key) => valueOf(children.get(key) as Leaf | Branch))
    case 'object':
      return objectOf(children)
    default:
      return undefined
  }
}

function objectOf(children: Branch['children']): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [name, place] of children) {
    const value = valueOf(place)
    // A plain property even if the name is `__proto__`.
    const property = { value, enumerable: true, configurable: true, writable: true }
    if (value !== undefined) Object.defineProperty(object, name, property)
  }
  return object
}
