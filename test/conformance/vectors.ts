/** Golden vectors: what the original libraries answered, as data. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One operation with its input and what the original made of it. */
export interface Case {
  readonly id: string
  readonly op: string
  readonly in: Readonly<Record<string, unknown>>
  /** The result; absent where there was an error. */
  readonly out?: unknown
  /** The kind of error. */
  readonly error?: string
  readonly detail?: unknown
  /** `quirk`: recorded for information; it fails nothing. */
  readonly level?: string
}

/** The cases of one area. */
export interface Vectors {
  readonly area: string
  readonly oracle: { readonly library: string; readonly version: string }
  readonly cases: readonly Case[]
}

/** The folder the vectors are read from; `CONFORMANCE_DIR` names another one. */
export const vectorFolder: string = process.env['CONFORMANCE_DIR'] ?? join(import.meta.dirname, 'vectors')

/** The areas a folder has vectors for, sorted. */
export function areasIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()
}

/** Reads the vectors of an area, or `null` if the folder has none. */
export function readVectors(folder: string, area: string): Vectors | null {
  const file = join(folder, `${area}.json`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vectors) : null
}
