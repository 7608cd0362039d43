/** Templates as a module: compiled before the app starts, so that it needs neither their files nor `new Function`. */

import type { Compiled } from './engine.ts'
import type { CompiledTemplate } from './environment.ts'
import type { HtmlState } from './html-state.ts'
import type { Runtime } from './runtime.ts'

/** A template of {@link PrecompiledTemplates}. */
export interface PrecompiledTemplate {
  /** For the lines that errors show. */
  readonly source: string
  readonly places: readonly (readonly [string, HtmlState])[]
  readonly isWhole: boolean
  make(rt: Runtime, at: unknown): Pick<CompiledTemplate, 'root' | 'blocks'>
}

/** What the module that `precompile` writes exports as `precompiled`. */
export interface PrecompiledTemplates {
  readonly fingerprint: string
  readonly templates: Readonly<Record<string, PrecompiledTemplate>>
}

/** The text of a module that exports `precompiled`. */
export function precompiledModule(fingerprint: string, templates: readonly Compiled[]): string {
  const entries = templates.map(({ name, source, places, isWhole, code }) => {
    const facts = `source: ${JSON.stringify(source)}, places: ${JSON.stringify([...places])}, isWhole: ${isWhole}`
    return `    [${JSON.stringify(name)}]: { ${facts}, make(rt, at) {\n${code}\n} },`
  })
  const body = `  fingerprint: ${JSON.stringify(fingerprint)},\n  templates: {\n    __proto__: null,\n${entries.join('\n')}\n  },`
  return `// Written by precompile() of @dewar/templates.\nexport const precompiled = {\n${body}\n}\n`
}
