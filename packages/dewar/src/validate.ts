/** What a client sent, held against a schema: the door from `request.validate` to the forms room. */
import {
  type SchemaOutput,
  type StandardSchema,
  type Validated,
  ValidationError,
  validate,
  validateForm,
} from '@dewar/forms'
import { useContext } from './context.ts'
import type { AppRequest } from './request.ts'

/**
 * Reads the body, JSON or a form, and holds it against a schema.
 *
 * @param request the request, within its own context
 * @param schema the schema
 * @returns data or messages
 * @internal
 */
export async function examineBody<S extends StandardSchema>(
  request: AppRequest,
  schema: S,
): Promise<Validated<SchemaOutput<S>>> {
  if (request.isJson) return validate(schema, await request.json())
  const { app } = useContext('request.validate()')
  const sent = { form: await request.form(), files: await request.files() }
  return validateForm(schema, sent, [app.config.CSRF_FIELD_NAME])
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
