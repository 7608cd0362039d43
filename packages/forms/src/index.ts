export { defaults, type FormLimits, uploadDefaults, uploadHeaderDefaults } from './defaults.ts'
export { uploadTypes } from './file-signatures.ts'
export { type FormRequest, type ParsedForm, type ParseFormOptions, parseForm } from './parse-form.ts'
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
