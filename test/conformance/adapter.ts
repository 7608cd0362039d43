/**
 * Adapters: for each operation of an area, the public functions a user would call for it. An adapter has no logic of
 * its own; what it does is turn inputs and results into the forms of the vectors.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** What became of a case, in the form of the vectors. */
export type Outcome = { readonly out: unknown } | { readonly error: string; readonly detail?: unknown }

/** Runs one operation: gives its result, or a {@link Failure}, or throws. */
export type Operation = (input: never) => unknown

/** The adapter of an area. */
export interface Adapter {
  readonly operations: Readonly<Record<string, Operation>>
  /** The kind of error each of Dewar's codes stands for. */
  readonly kinds: Readonly<Record<string, string>>
}

/** An outcome that is an error to the original and a value to Dewar. */
export class Failure {
  readonly error: string
  readonly detail: unknown

  constructor(error: string, detail?: unknown) {
    this.error = error
    this.detail = detail
  }
}

/** Loads the adapter of an area, or `null` if nobody has written it yet. */
export async function loadAdapter(area: string): Promise<Adapter | null> {
  const file = join(import.meta.dirname, 'adapters', `${area}.ts`)
  if (!existsSync(file)) return null
  const module = (await import(file)) as { readonly adapter: Adapter }
  return module.adapter
}

/** Runs one case; an error without a kind is no outcome and is thrown. */
export async function runCase(adapter: Adapter, op: string, input: unknown): Promise<Outcome> {
  const operation = adapter.operations[op] as ((input: unknown) => unknown) | undefined
  if (operation === undefined) throw new Error(`The adapter has no operation '${op}'.`)
  try {
    const result = await operation(structuredClone(input))
    return result instanceof Failure ? failure(result.error, result.detail) : { out: plain(result) }
  } catch (error) {
    const kind = adapter.kinds[codeOf(error)]
    if (kind === undefined) throw error
    return { error: kind }
  }
}

/** Every package's errors have a code, whatever their class. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function failure(error: string, detail: unknown): Outcome {
  return detail === undefined ? { error } : { error, detail: plain(detail) }
}

/** The value as JSON has it. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value))
}
