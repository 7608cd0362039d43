/** Python's methods of lists. */
import { TemplateFault } from './errors.ts'
import { isKeywords } from './keywords.ts'
import { compare, equals } from './operators.ts'
import { isTrue, itemsOf } from './values.ts'

type ListMethod = (list: unknown[], args: readonly unknown[]) => unknown

const methods: Readonly<Record<string, ListMethod>> = {
  __len__: (list) => list.length,
  append: (list, args) => {
    list.push(args[0])
    return null
  },
  clear: (list) => {
    list.length = 0
    return null
  },
  copy: (list) => [...list],
  count: (list, args) => list.filter((item) => equals(item, args[0])).length,
  extend: (list, args) => {
    for (const item of [...itemsOf(args[0])]) list.push(item)
    return null
  },
  index: (list, args) => found(list.findIndex((item) => equals(item, args[0]))),
  insert: (list, args) => {
    list.splice(Number(args[0]), 0, args[1])
    return null
  },
  pop: (list, args) => {
    const at = args.length === 0 ? -1 : Number(args[0])
    if (at >= list.length || at < -list.length)
      throw new TemplateFault('ERR_TEMPLATES_VALUE', `There is no item ${at}.`)
    return list.splice(at, 1)[0]
  },
  remove: (list, args) => {
    list.splice(found(list.findIndex((item) => equals(item, args[0]))), 1)
    return null
  },
  reverse: (list) => {
    list.reverse()
    return null
  },
  sort: (list, args) => {
    const last = args.at(-1)
    const sign = isKeywords(last) && isTrue(last['reverse']) ? -1 : 1
    list.sort((left, right) => sign * compare(left, right))
    return null
  },
}

/** A method of lists by its name in Python. */
export function listMethod(name: string): ListMethod | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

function found(index: number): number {
  if (index !== -1) return index
  throw new TemplateFault('ERR_TEMPLATES_VALUE', 'The item is not in the list.', "Ask with 'in' first.")
}
