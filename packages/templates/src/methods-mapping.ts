/** Python's methods of mappings, on object literals, `Map` and whatever has `get`, `has` and `keys`. */
import { TemplateFault } from './errors.ts'
import { isKeywords } from './keywords.ts'
import { isLookup, isMapping, isPlainObject, type Lookup, mappingEntries, mappingKeys } from './values.ts'

type Mapping = Record<string, unknown> | Lookup
type MappingMethod = (mapping: Mapping, args: readonly unknown[]) => unknown

const methods: Readonly<Record<string, MappingMethod>> = {
  __len__: (mapping) => [...mappingKeys(mapping)].length,
  clear: (mapping) => {
    for (const key of mappingKeys(mapping)) remove(mapping, key)
    return null
  },
  copy: (mapping) => (isPlainObject(mapping) ? { ...mapping } : new Map(mappingEntries(mapping))),
  get: (mapping, args) => {
    const otherwise = args.length > 1 && !isKeywords(args[1]) ? args[1] : null
    return has(mapping, args[0]) ? get(mapping, args[0]) : otherwise
  },
  items: (mapping) => mappingEntries(mapping),
  keys: (mapping) => mappingKeys(mapping),
  pop: (mapping, args) => {
    if (!has(mapping, args[0])) return args.length > 1 ? args[1] : missing(args[0])
    const value = get(mapping, args[0])
    remove(mapping, args[0])
    return value
  },
  setdefault: (mapping, args) => {
    if (!has(mapping, args[0])) set(mapping, args[0], args[1] ?? null)
    return get(mapping, args[0])
  },
  update: (mapping, args) => {
    for (const values of args) {
      if (!isMapping(values)) throw new TemplateFault('ERR_TEMPLATES_TYPE', 'update() takes mappings.')
      for (const [key, value] of mappingEntries(values)) set(mapping, key, value)
    }
    return null
  },
  values: (mapping) => mappingEntries(mapping).map(([, value]) => value),
}

/** A method of mappings by its name in Python. */
export function mappingMethod(name: string): MappingMethod | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

function has(mapping: Mapping, key: unknown): boolean {
  return isLookup(mapping) ? mapping.has(key) : Object.hasOwn(mapping, String(key))
}

function get(mapping: Mapping, key: unknown): unknown {
  return isLookup(mapping) ? mapping.get(key) : mapping[String(key)]
}

/** `defineProperty`, since an assignment to `__proto__` would change the prototype. */
function set(mapping: Mapping, key: unknown, value: unknown): void {
  if (mapping instanceof Map) mapping.set(key, value)
  else if (isPlainObject(mapping)) {
    Object.defineProperty(mapping, String(key), {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  } else throw new TemplateFault('ERR_TEMPLATES_TYPE', 'This mapping cannot be changed by a template.')
}

function remove(mapping: Mapping, key: unknown): void {
  if (mapping instanceof Map) mapping.delete(key)
  else if (isPlainObject(mapping)) delete mapping[String(key)]
  else throw new TemplateFault('ERR_TEMPLATES_TYPE', 'This mapping cannot be changed by a template.')
}

function missing(key: unknown): never {
  throw new TemplateFault('ERR_TEMPLATES_VALUE', `There is no key '${String(key)}'.`)
}
