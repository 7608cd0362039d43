/** What a client sent, held against a schema: the door from `request.validate` to the forms room. */
import {
  type SchemaOutput,
  type StandardSchema,
  type UploadPolicy,
  type Validated,
  ValidationError,
  validate,
  validateForm,
} from '@dewar/forms'
import { useContext } from './context.ts'
import type { AppRequest } from './request.ts'

/** A policy for each field of files. */
export type UploadPolicies = Readonly<Record<string, UploadPolicy>>

/**
 * Reads the body, JSON or a form, and holds it against a schema.
 *
 * @param request the request, within its own context
 * @param schema the schema
 * @param uploads what the files of fields must be
 * @returns data or messages
 * @internal
 */
export async function examineBody<S extends StandardSchema>(
  request: AppRequest,
  schema: S,
  uploads: UploadPolicies = {},
): Promise<Validated<SchemaOutput<S>>> {
  if (request.isJson) return validate(schema, await request.json())
  const { app } = useContext('request.validate()')
  const sent = { form: await request.form(), files: await request.files() }
  const result = await validateForm(schema, sent, [app.config.CSRF_FIELD_NAME])
  const errors: Record<string, readonly string[]> = Object.assign(Object.create(null), result.errors)
  for (const [name, policy] of Object.entries(uploads)) {
    const problems = await policy.problems(sent.files.getAll(name))
    if (problems.length > 0) errors[name] = [...(errors[name] ?? []), ...problems]
  }
  if (Object.keys(errors).length === 0) return result
  return Object.freeze({ ok: false, data: undefined, errors: Object.freeze(errors) })
}

/**
 * Reads the body and gives the data as the schema has it.
 *
 * @param request the request, within its own context
 * @param schema the schema
 * @throws {ValidationError} 422, `ERR_FORMS_VALIDATION`
 * @internal
 */
export async function validateBody<S extends StandardSchema>(
  request: AppRequest,
  schema: S,
): Promise<SchemaOutput<S>> {
  const { ok, data, errors } = await examineBody(request, schema)
  if (!ok) throw new ValidationError(errors, request.isJson)
  return data
}
