/** The area `datastructures`: scripts on `MultiDict` and `Headers`. */
import { isDeepStrictEqual } from 'node:util'
import { DewarError } from '@dewar/base'
import { type ConversionTypes, Headers, MultiDict } from '@dewar/http'
import type { Adapter } from '../adapter.ts'

type Init = { readonly items: [string, string][] } | { readonly dict: Record<string, string | string[]> }
type Step = readonly [name: string, ...args: unknown[]]
type Named = Readonly<Record<string, unknown>>
type Action = (args: never, named: Named) => unknown
type Actions = Readonly<Record<string, Action>>

interface Script {
  readonly type?: string
  readonly init: Init
  readonly steps: readonly Step[]
}

/** Python's `KeyError`, which Dewar answers with `undefined`, `null` or `false`. */
class Missing extends Error {}

const kinds: Readonly<Record<string, string>> = {
  ERR_HTTP_HEADER_NAME: 'ValueError',
  ERR_HTTP_HEADER_VALUE: 'ValueError',
  ERR_HTTP_MISSING_KEY: 'KeyError',
  ERR_HTTP_READ_ONLY: 'TypeError',
}

function run(actions: Actions, steps: readonly Step[]): unknown[] {
  return steps.map(([name, ...rest]) => {
    const last = rest.at(-1)
    const isNamed = typeof last === 'object' && last !== null && '$kw' in last
    const named = isNamed ? (last.$kw as Named) : {}
    try {
      const result = actions[name]?.((isNamed ? rest.slice(0, -1) : rest) as never, named)
      return { ok: JSON.parse(JSON.stringify(result ?? null)) }
    } catch (error) {
      if (error instanceof Missing) return { error: 'KeyError' }
      const kind = error instanceof DewarError ? kinds[error.code] : undefined
      if (kind === undefined) throw error
      return { error: kind }
    }
  })
}

function found<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Missing()
  return value
}

function typeOf(named: Named): keyof ConversionTypes {
  const type = named['type']
  return type === 'int' || type === 'float' ? type : 'string'
}

const initial = (init: Init) => ('items' in init ? init.items : init.dict)
const firsts = (dict: MultiDict) => Array.from(dict.lists(), ([key, values]) => [key, values[0]])

function readActions(dict: MultiDict): Actions {
  return {
    getitem: ([key]: [string]) => dict.require(key),
    contains: ([key]: [string]) => dict.has(key),
    len: () => dict.size,
    iter: () => [...dict.keys()],
    keys: () => [...dict.keys()],
    get: ([key, otherwise]: [string, unknown], named) =>
      'type' in named
        ? dict.get(key, { type: typeOf(named), default: otherwise ?? named['default'] })
        : (dict.get(key) ?? otherwise ?? named['default']),
    getlist: ([key]: [string], named) =>
      'type' in named ? dict.getAll(key, { type: typeOf(named) }) : dict.getAll(key),
    items: (_args, named) => (named['multi'] === true ? [...dict] : firsts(dict)),
    values: () => firsts(dict).map(([, value]) => value),
    lists: () => [...dict.lists()],
    listvalues: () => Array.from(dict.lists(), ([, values]) => values),
    to_dict: ([flat]: [boolean | undefined], named) =>
      (flat ?? named['flat']) === false ? dict.toObject({ all: true }) : dict.toObject(),
    eq: ([items]: [[string, string][]]) =>
      isDeepStrictEqual(dict.toObject({ all: true }), new MultiDict(items).toObject({ all: true })),
    copy_add: ([key, value]: [string, string]) => {
      const copy = dict.copy()
      copy.add(key, value)
      return [...copy].length
    },
  }
}

function writeActions(dict: MultiDict): Actions {
  const popLast = () => {
    const [key, values] = found([...dict.lists()].at(-1) ?? (dict.isFrozen ? ['', ['']] : undefined))
    dict.delete(key)
    return [key, values] as const
  }
  return {
    setitem: ([key, value]: [string, string]) => dict.set(key, value),
    delitem: ([key]: [string]) => (dict.delete(key) ? null : found(null)),
    add: ([key, value]: [string, string]) => dict.add(key, value),
    setlist: ([key, values]: [string, string[]]) => dict.setAll(key, values),
    setdefault: ([key, value]: [string, string]) => dict.setDefault(key, value),
    setlistdefault: ([key, values]: [string, string[]]) => {
      dict.setAll(key, dict.has(key) ? dict.getAll(key) : (values ?? []))
      return dict.getAll(key)
    },
    pop: ([key, ...otherwise]: [string, ...unknown[]]) => {
      const value = dict.pop(key)
      return otherwise.length > 0 ? (value ?? otherwise[0]) : found(value)
    },
    poplist: ([key]: [string]) => dict.popAll(key),
    popitem: () => {
      const [key, values] = popLast()
      return [key, values[0]]
    },
    popitemlist: () => popLast(),
    update: ([init]: [Record<string, string>]) => dict.extend(init),
    clear: () => dict.clear(),
  }
}

function headerActions(headers: Headers): Actions {
  const params = (named: Named) =>
    Object.keys(named).length === 0 ? undefined : (named as Record<string, string | null>)
  const take = (index: number) => {
    const fields = [...headers]
    const [field] = fields.splice(index, 1)
    headers.clear()
    headers.extend(fields)
    return found(field)
  }
  return {
    getitem: ([key]: [string | number]) =>
      found(typeof key === 'number' ? [...headers].at(key) : headers.get(key)),
    get: ([name, otherwise]: [string, unknown], named) =>
      headers.get(name, { type: typeOf(named) }) ?? otherwise ?? named['default'],
    getlist: ([name]: [string], named) =>
      new MultiDict(headers.getAll(name).map((value) => [name, value] as const)).getAll(name, {
        type: typeOf(named),
      }),
    get_all: ([name]: [string]) => headers.getAll(name),
    contains: ([name]: [string]) => headers.has(name),
    len: () => headers.size,
    iter: () => [...headers],
    items: ([isLower]: [boolean | undefined], named) =>
      Array.from(headers, ([name, value]) =>
        isLower === true || named['lower'] === true ? [name.toLowerCase(), value] : [name, value],
      ),
    keys: () => [...headers.keys()],
    values: () => [...headers.values()],
    to_wsgi_list: () => [...headers],
    str: () => `${headers}\r\n`,
    eq: ([items]: [[string, string][]]) => isDeepStrictEqual(headers.toJSON(), new Headers(items).toJSON()),
    setitem: ([name, value]: [string, string]) => headers.set(name, value),
    delitem: ([name]: [string | number]) =>
      void (typeof name === 'number' ? take(name) : headers.delete(name)),
    remove: ([name]: [string]) => void headers.delete(name),
    add: ([name, value]: [string, string], named) => headers.add(name, value, params(named)),
    set: ([name, value]: [string, string], named) => headers.set(name, value, params(named)),
    setlist: ([name, values]: [string, string[]]) => headers.setAll(name, values),
    setdefault: ([name, value]: [string, string]) => headers.setDefault(name, value),
    setlistdefault: ([name, values]: [string, string[]]) => {
      if (!headers.has(name)) headers.setAll(name, values)
      return headers.getAll(name)
    },
    pop: ([key, ...otherwise]: [string | number | undefined, ...unknown[]]) => {
      if (typeof key !== 'string') return take(key ?? -1)
      const value = headers.get(key)
      headers.delete(key)
      return otherwise.length > 0 ? (value ?? otherwise[0]) : found(value)
    },
    popitem: () => take(-1),
    extend: ([init]: [Record<string, string>]) => headers.extend(init),
    update: ([init]: [Record<string, string>]) => headers.update(init),
    clear: () => headers.clear(),
    copy_add: ([name, value]: [string, string]) => {
      const copy = new Headers(headers)
      copy.add(name, value)
      return copy.size
    },
  }
}

/** Maps the area to `@dewar/http`. */
export const adapter: Adapter = {
  operations: {
    multidict_script: ({ type, init, steps }: Script) => {
      const dict = new MultiDict(initial(init))
      if (type === 'ImmutableMultiDict') dict.freeze()
      return { results: run({ ...readActions(dict), ...writeActions(dict) }, steps), state: [...dict] }
    },
    headers_script: ({ init, steps }: Script) => {
      const headers = new Headers(initial(init))
      return { results: run(headerActions(headers), steps), state: [...headers] }
    },
    combined_script: ({ parts, steps }: { parts: [string, string][][]; steps: readonly Step[] }) => {
      const dict = MultiDict.combine(...parts.map((part) => new MultiDict(part)))
      const read = readActions(dict)
      const sorted = () => [...dict.keys()].sort()
      return {
        results: run({ ...read, keys: sorted, iter: sorted, ...writeActions(dict) }, steps),
        state: [...dict],
      }
    },
  },
  kinds,
}
