export { defaults, type FormLimits } from './defaults.ts'
export { type FormRequest, type ParsedForm, type ParseFormOptions, parseForm } from './parse-form.ts'
export { UploadedFile } from './uploaded-file.ts'
export { parseUrlencoded } from './urlencoded.ts'
