import type { BuiltIn } from './filter.ts'
import { htmlFilters } from './filters-html.ts'
import { listFilters } from './filters-list.ts'
import { textFilters } from './filters-text.ts'

const named = { ...textFilters, ...htmlFilters, ...listFilters }

/** Jinja's second names. */
const aliases: Readonly<Record<string, string>> = { count: 'length', d: 'default', e: 'escape' }

/** All of Jinja's filters by name. */
export const jinjaFilters: ReadonlyMap<string, BuiltIn> = new Map([
  ...Object.entries(named),
  ...Object.entries(aliases).flatMap(([alias, name]): [string, BuiltIn][] => {
    const filter = named[name as keyof typeof named]
    return filter === undefined ? [] : [[alias, filter]]
  }),
])
