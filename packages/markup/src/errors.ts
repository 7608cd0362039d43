/** What can be wrong with a format string, its arguments, or a place in an `html` literal. */
export type MarkupErrorCode =
  | 'ERR_MARKUP_FORMAT_SYNTAX'
  | 'ERR_MARKUP_FORMAT_INDEX'
  | 'ERR_MARKUP_FORMAT_KEY'
  | 'ERR_MARKUP_FORMAT_VALUE'
  | 'ERR_MARKUP_FORMAT_TYPE'
  | 'ERR_MARKUP_PLACE'

/**
 * A format string or an `html` literal, or what was handed to it, is wrong.
 *
 * `code` says which: `…_SYNTAX` (the format string), `…_INDEX` and `…_KEY` (a value it names is missing),
 * `…_VALUE` (a value does not suit its format), `…_TYPE` (arguments of the wrong number or kind);
 * `ERR_MARKUP_PLACE`: a value stands where escaping does not keep it.
 */
export class MarkupError extends Error {
  /** Stable; branch on it rather than on the message. */
  readonly code: MarkupErrorCode
  /** What to do next. */
  readonly fix: string

  /**
   * @param code which mistake it is
   * @param message what is wrong, with the value
   * @param fix what to do next
   */
  constructor(code: MarkupErrorCode, message: string, fix: string) {
    super(message)
    this.name = 'MarkupError'
    this.code = code
    this.fix = fix
  }
}
