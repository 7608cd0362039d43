import { DewarError } from '@dewar/base'
import { MarkupError } from '@dewar/markup'
import { columns } from './position.ts'

/** Every code of this package; `docs` of each code: README, Errors. */
export type TemplateErrorCode =
  | 'ERR_TEMPLATES_NOT_FOUND'
  | 'ERR_TEMPLATES_SYNTAX'
  | 'ERR_TEMPLATES_NAME'
  | 'ERR_TEMPLATES_UNDEFINED'
  | 'ERR_TEMPLATES_TYPE'
  | 'ERR_TEMPLATES_VALUE'
  | 'ERR_TEMPLATES_DIVISION'
  | 'ERR_TEMPLATES_ARGUMENT'
  | 'ERR_TEMPLATES_LIMIT'
  | 'ERR_TEMPLATES_CONTEXT'
  | 'ERR_TEMPLATES_RENDER'
  | 'ERR_TEMPLATES_PRECOMPILED'
  | 'ERR_TEMPLATES_REFUSED'

/** Where in a template something is wrong; lines and columns start at 1, a column of 0 is unknown. */
export interface TemplatePlace {
  template: string
  line: number
  column: number
}

/** What a {@link TemplateError} is made of. */
export interface TemplateErrorOptions {
  fix?: string
  place?: TemplatePlace
  /** The source of the template, for the excerpt. */
  source?: string
  details?: Record<string, unknown>
  cause?: unknown
}

/**
 * A template is missing, malformed, or failed while it rendered.
 *
 * `template`, `line` and `column` say where; the message shows the lines around it. Errors thrown by functions that a
 * template calls are never wrapped in this one.
 */
export class TemplateError extends DewarError {
  /** The template's name, or `<string>`. */
  readonly template: string
  /** The line, from 1; 0 if unknown. */
  readonly line: number
  /** The column, from 1; 0 if unknown. */
  readonly column: number
  /** From where templates that include, import, extend or call each other came to it, the nearest first. */
  readonly chain: TemplatePlace[] = []

  /**
   * @param code which mistake it is
   * @param message what is wrong, without the place
   * @param options the place, the source and the fix
   */
  constructor(code: TemplateErrorCode, message: string, options: TemplateErrorOptions = {}) {
    const { place, source, fix = 'Correct the template.' } = options
    const text = place === undefined ? message : `${message}${placeText(place)}${excerpt(place, source)}`
    super(code, text, {
      fix,
      details: { ...place, ...options.details },
      ...('cause' in options ? { cause: options.cause } : {}),
    })
    this.template = place?.template ?? ''
    this.line = place?.line ?? 0
    this.column = place?.column ?? 0
  }
}

/**
 * Gives a mistake the place it happened at, or adds the place to the way to it; what functions of the app throw stays as
 * it is.
 *
 * @param error what was thrown
 * @param template the template that ran
 * @param position where, as `positionOf` has it
 * @param source its source
 */
export function located(error: unknown, template: string, position: number, source: string): unknown {
  const place = { template, line: Math.floor(position / columns), column: position % columns }
  if (error instanceof RangeError && /call stack|Invalid string length/.test(error.message)) {
    const message = error.message.startsWith('Invalid')
      ? 'A text grows too long.'
      : 'A macro or a value calls itself without end.'
    return new TemplateError('ERR_TEMPLATES_LIMIT', message, { place, source })
  }
  if (error instanceof TemplateFault) {
    return new TemplateError(error.code, error.message, { fix: error.fix, place, source })
  }
  if (error instanceof TemplateError) {
    const last = error.chain.at(-1) ?? error
    if (last.template === template && (last.line === place.line || place.line === 0)) return error
    error.chain.push(place)
    error.message += `\n  from ${placeText(place).slice(2, -1)}`
    return error
  }
  if (error instanceof MarkupError) {
    const code: TemplateErrorCode =
      error.code === 'ERR_MARKUP_FORMAT_TYPE' ? 'ERR_TEMPLATES_TYPE' : 'ERR_TEMPLATES_VALUE'
    return new TemplateError(code, error.message, { fix: error.fix, place, source, cause: error })
  }
  return error
}

/**
 * A mistake found while a template runs, before anybody knows the line. The function it happens in turns it into a
 * {@link TemplateError}; it never leaves the package.
 */
export class TemplateFault extends Error {
  readonly code: TemplateErrorCode
  readonly fix: string

  constructor(
    code: TemplateErrorCode,
    message: string,
    fix = 'Correct the template or the values it is given.',
  ) {
    super(message)
    this.code = code
    this.fix = fix
  }
}

function placeText({ template, line, column }: TemplatePlace): string {
  if (line === 0) return ` (${template})`
  return column === 0 ? ` (${template}, line ${line})` : ` (${template}, line ${line}, column ${column})`
}

/** The line before, the line itself and a mark under the column. */
function excerpt({ line, column }: TemplatePlace, source: string | undefined): string {
  if (source === undefined || line === 0) return ''
  const lines = source.split(/\r\n|\r|\n/)
  const from = Math.max(1, line - 1)
  const width = String(line).length
  const shown = lines.slice(from - 1, line).map((text, index) => {
    const number = from + index
    return `\n${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`
  })
  const mark = column > 0 ? `\n${' '.repeat(width + 5 + column - 1)}^` : ''
  return shown.join('') + mark
}
