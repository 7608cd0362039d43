/** What the compiler did to a template, to look at. */
import type { Compiled, Engine } from './engine.ts'
import type { CompileNote } from './notes.ts'

/** What the compiler did to a template. */
export interface TemplateExplanation {
  readonly template: string
  /** In the order of the source. */
  readonly notes: readonly CompileNote[]
  /** The source with what was done below each line. */
  readonly text: string
}

/** @throws {TemplateError} if it is missing or malformed */
export function explainTemplate(engine: Engine, name: string): TemplateExplanation {
  const { source, notes } = engine.load(name, { from: '', isAsync: false }) as Compiled
  const sorted = [...unique(notes)].sort(
    (left, right) => left.line - right.line || left.column - right.column,
  )
  const lines = source.split(/\r\n|\r|\n/)
  const width = String(lines.length).length
  const text = lines.flatMap((line, index) => [
    `${String(index + 1).padStart(width)} | ${line}`,
    ...sorted
      .filter((note) => note.line === index + 1)
      .map(
        ({ column, kind, place, action }) =>
          `${' '.repeat(width)} |   ${column}: ${kind} ${place}: ${action}`,
      ),
  ])
  return { template: name, notes: sorted, text: text.join('\n') }
}

/** A macro is compiled for several places; what is done alike is said once. */
function unique(notes: readonly CompileNote[]): Iterable<CompileNote> {
  return new Map(notes.map((note) => [Object.values(note).join('\0'), note])).values()
}
