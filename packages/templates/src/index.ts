export type { TemplateAudit, TemplateReport } from './check.ts'
export type {
  ContextTypesOptions,
  TemplateArguments,
  TemplateContext,
  TemplateContexts,
  TemplateValues,
} from './context-types.ts'
export { defaults } from './defaults.ts'
export type { TransMessage } from './environment.ts'
export { TemplateError, type TemplateErrorCode, type TemplatePlace } from './errors.ts'
export type { TemplateExplanation } from './explain.ts'
export { isKeywords, type Keywords, keywords } from './keywords.ts'
export type { LoadAttempt } from './loader.ts'
export type { CompileNote } from './notes.ts'
export type { TemplateOptions } from './options.ts'
export type { TemplateExtension } from './parser.ts'
export type { PrecompiledTemplates } from './precompiled.ts'
export { sanitize } from './sanitize.ts'
export { createTemplates, type TemplateFunction, type Templates } from './templates.ts'
export type { Delimiters } from './tokens.ts'
export type { UserTemplateOptions } from './user-template.ts'
