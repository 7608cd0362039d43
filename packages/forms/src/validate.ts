/** Values held against a schema: JSON as it is, the fields of a form as what they stand for. */
import type { MultiDict } from '@dewar/http'
import { validationDefaults } from './defaults.ts'
import { candidatesOf, type SentValue } from './field-candidates.ts'
import {
  isTypeIssue,
  pathOf,
  type SchemaIssue,
  type SchemaOutput,
  type SchemaResult,
  type StandardSchema,
} from './standard-schema.ts'
import type { UploadedFile } from './uploaded-file.ts'

/** Messages by field; those about the whole have the empty name. Names are no properties of anything else. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>

/** What a schema makes of values. */
export type Validated<Data> =
  | { readonly ok: true; readonly data: Data; readonly errors: FieldErrors }
  | { readonly ok: false; readonly data: undefined; readonly errors: FieldErrors }

/** The fields and files of a form. */
export interface SentForm {
  readonly form: MultiDict<string>
  readonly files: MultiDict<UploadedFile>
}

/**
 * Holds a value against a schema, without changing it first: for JSON.
 *
 * @param schema a schema of zod, valibot, arktype or any other library that follows Standard Schema
 * @param value the value
 * @returns the data as the schema gives it, or messages by path (`address.city`)
 */
export async function validate<S extends StandardSchema>(
  schema: S,
  value: unknown,
): Promise<Validated<SchemaOutput<S>>> {
  const result = await ask(schema, value)
  if (result.issues === undefined) return accepted(result.value as SchemaOutput<S>)
  return refused(result.issues.map((issue) => [pathOf(issue).join('.'), issue.message]))
}

/**
 * Holds the fields and files of a form against a schema of one object. Where the schema refuses a text it is asked again
 * with what the text can stand for: a number, a truth value, a date, a list. A schema is therefore asked several times.
 *
 * @param schema a schema of an object whose names are those of the fields
 * @param sent the form
 * @param ignored names that are no part of the data
 * @returns the data as the schema gives it, or messages by field
 */
export async function validateForm<S extends StandardSchema>(
  schema: S,
  sent: SentForm,
  ignored: readonly string[] = [],
): Promise<Validated<SchemaOutput<S>>> {
  const fields = new Map<string, Field>()
  for (const name of new Set([...sent.form.keys(), ...sent.files.keys()])) {
    if (ignored.includes(name)) continue
    fields.set(name, fieldOf([...sent.form.getAll(name), ...sent.files.getAll(name)]))
  }
  for (let round = 0; ; round++) {
    const result = await ask(schema, objectOf(fields))
    if (result.issues === undefined) return accepted(result.value as SchemaOutput<S>)
    if (!advance(fields, result.issues) || round === validationDefaults.maxRounds.value) {
      return refused(messagesOf(fields, result.issues))
    }
  }
}

/** A field while its candidates are tried. */
interface Field {
  readonly candidates: readonly unknown[]
  /** Which one is being tried. */
  current: number
  /** What the schema said to each. */
  readonly issues: SchemaIssue[][]
}

function fieldOf(sent: readonly SentValue[]): Field {
  return { candidates: candidatesOf(sent), current: 0, issues: [] }
}

function objectOf(fields: ReadonlyMap<string, Field>): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [name, { candidates, current }] of fields) {
    if (candidates[current] === undefined) continue
    // A plain property even if the name is `__proto__`.
    Object.defineProperty(object, name, {
      value: candidates[current],
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return object
}

/** Notes what was said of each field, and goes on to its next candidate. Is there anything new to ask? */
function advance(fields: Map<string, Field>, issues: readonly SchemaIssue[]): boolean {
  const byName = Map.groupBy(issues, (issue) => pathOf(issue)[0] ?? '')
  let more = false
  for (const [name, list] of byName) {
    if (name === '') continue
    const field = fields.get(name) ?? fieldOf([])
    fields.set(name, field)
    field.issues[field.current] = list
    if (field.current + 1 >= field.candidates.length) continue
    field.current++
    more = true
  }
  return more
}

/** Of a refused field the most telling messages: those to a candidate of the right type, else those to the text itself. */
function messagesOf(
  fields: ReadonlyMap<string, Field>,
  issues: readonly SchemaIssue[],
): (readonly [string, string])[] {
  const names = new Set(issues.map((issue) => pathOf(issue)[0] ?? ''))
  return [...names].flatMap((name) => {
    const tried = fields.get(name)?.issues ?? []
    const list =
      tried.find((said) => said?.every((issue) => !isTypeIssue(issue))) ??
      tried[0] ??
      issues.filter((issue) => (pathOf(issue)[0] ?? '') === name)
    return list.map((issue) => [name, issue.message] as const)
  })
}

async function ask(schema: StandardSchema, value: unknown): Promise<SchemaResult<unknown>> {
  return schema['~standard'].validate(value)
}

function accepted<Data>(data: Data): Validated<Data> {
  return Object.freeze({ ok: true, data, errors: Object.freeze(Object.create(null)) })
}

function refused(messages: readonly (readonly [string, string])[]): Validated<never> {
  const errors: Record<string, string[]> = Object.create(null)
  for (const [name, message] of messages) {
    errors[name] ??= []
    errors[name].push(message)
  }
  return Object.freeze({ ok: false, data: undefined, errors: Object.freeze(errors) })
}
