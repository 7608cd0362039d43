/** Values held against a schema: JSON as it is, the fields of a form as what they stand for. */
import type { MultiDict } from '@dewar/http'
import { validationDefaults } from './defaults.ts'
import type { SentValue } from './field-candidates.ts'
import { FieldTree } from './field-tree.ts'
import { pathOf, type SchemaOutput, type SchemaResult, type StandardSchema } from './standard-schema.ts'
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
 * `1.0` stands for a number where the schema takes fractions, and for none where it wants a whole one.
 *
 * Names such as `address[street]`, `items[0][name]`, `tags[]`, and with hyphens `address-street` and `items-0-name` as
 * WTForms writes them, lead into objects and lists if the schema has those; messages come under the names as they were sent.
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
  const fields = new Map<string, readonly SentValue[]>()
  for (const name of new Set([...sent.form.keys(), ...sent.files.keys()])) {
    if (!ignored.includes(name)) fields.set(name, [...sent.form.getAll(name), ...sent.files.getAll(name)])
  }
  const tree = new FieldTree(fields)
  for (let round = 0; ; round++) {
    const result = await ask(schema, tree.value())
    if (result.issues === undefined) {
      const messages = await wholeOnly(schema, tree)
      return messages.length > 0 ? refused(messages) : accepted(result.value as SchemaOutput<S>)
    }
    if (!tree.advance(result.issues) || round === validationDefaults.maxRounds.value) {
      return refused(tree.messages(result.issues))
    }
  }
}

/**
 * Fields that were sent as `1.0`, where the schema takes no number between two whole ones: what it says to both neighbours.
 * One of them alone may be beyond a bound. All fields are asked about at once, however many there are.
 */
async function wholeOnly(schema: StandardSchema, tree: FieldTree): Promise<[string, string][]> {
  const fields = tree.wholeFractions()
  if (fields.length === 0) return []
  const below = tree.saidOf((await ask(schema, tree.valueWith(fields, -0.5))).issues ?? [])
  const above = tree.saidOf((await ask(schema, tree.valueWith(fields, 0.5))).issues ?? [])
  return fields.flatMap((field) => {
    const issue = below.has(field) ? above.get(field)?.[0] : undefined
    return issue === undefined ? [] : [[field.name, issue.message]]
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
