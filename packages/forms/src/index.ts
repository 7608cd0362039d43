export {
  defaults,
  type FormLimits,
  uploadDefaults,
  uploadHeaderDefaults,
  validationDefaults,
} from './defaults.ts'
export { uploadTypes } from './file-signatures.ts'
export { type FormRequest, type ParsedForm, type ParseFormOptions, parseForm } from './parse-form.ts'
export type { SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from './standard-schema.ts'
export { uploadHeaders } from './upload-headers.ts'
export {
  type StoredUpload,
  type UploadPolicy,
  type UploadPolicyOptions,
  uploadPolicy,
} from './upload-policy.ts'
export { diskStorage, type UploadStore } from './upload-store.ts'
export { UploadedFile } from './uploaded-file.ts'
export { parseUrlencoded } from './urlencoded.ts'
export { type FieldErrors, type SentForm, type Validated, validate, validateForm } from './validate.ts'
export { ValidationError } from './validation-error.ts'
