/** What a form can be refused for. All of it is the client's doing, so all of it is a 4xx. */
import { LimitError, type SettingsTable } from '@dewar/base'
import { BadRequest, type HttpError, RequestEntityTooLarge, RequestHeaderFieldsTooLarge } from '@dewar/http'
import { defaults } from './defaults.ts'

type LimitName = Extract<keyof typeof defaults, `max${string}`>

/** Which status says that a limit was passed: most are about size, some about what a part's head may say. */
const statusOfLimit: Readonly<Record<LimitName, 400 | 413 | 431>> = {
  maxFormMemorySize: 413,
  maxFormParts: 413,
  maxFiles: 413,
  maxFileSize: 413,
  maxFieldNameSize: 400,
  maxFilenameSize: 400,
  maxPartHeadSize: 431,
  maxPartHeaders: 431,
}

const classOfStatus = {
  400: BadRequest,
  413: RequestEntityTooLarge,
  431: RequestHeaderFieldsTooLarge,
} as const

/**
 * The error for a limit that was passed; its `cause` is a `LimitError`.
 *
 * @param name the limit
 * @param maximum the bound in force
 * @param actual what was counted when counting stopped
 * @returns code `ERR_FORMS_LIMIT`, with limit, maximum and actual in `details`
 */
export function limitPassed(name: LimitName, maximum: number, actual: number): HttpError {
  const { key, unit }: SettingsTable[string] = defaults[name]
  const limit = key ?? name
  const size = unit === 'bytes' ? ' bytes' : ''
  const cause = new LimitError('ERR_FORMS_LIMIT', `The form passed ${limit}: more than ${maximum}${size}.`, {
    limit,
    maximum,
    actual,
    fix: `Raise ${limit} for the routes that need more.`,
  })
  const { fix, details } = cause
  return new classOfStatus[statusOfLimit[name]](null, { code: 'ERR_FORMS_LIMIT', fix, details, cause })
}

/**
 * The error for a body that is no form of the type it claims to be.
 *
 * @param description what is wrong, without quoting the body
 * @returns 400, code `ERR_FORMS_MALFORMED`
 */
export function malformed(description: string): BadRequest {
  return new BadRequest(description, { code: 'ERR_FORMS_MALFORMED' })
}

/**
 * The error for a multipart body that the guard and busboy, or other parsers, read differently.
 *
 * @returns 400, code `ERR_FORMS_MALFORMED`
 */
export function ambiguous(): BadRequest {
  return malformed('The multipart body can be read in more than one way.')
}

/**
 * The error for text in the wrong character set.
 *
 * @param description what is wrong, without quoting the body
 * @returns 400, code `ERR_FORMS_ENCODING`
 */
export function badEncoding(description: string): BadRequest {
  return new BadRequest(description, { code: 'ERR_FORMS_ENCODING' })
}
