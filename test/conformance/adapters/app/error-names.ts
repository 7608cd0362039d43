/** The originals' names for classes of errors. */
import * as http from '@dewar/http'

/** The application's own. */
class Base extends Error {}
class Sub extends Base {}
class Other extends Error {}

/** Classes by the originals' names. */
export const errorClasses: Readonly<Record<string, new (message?: string) => Error>> = {
  ...(http.errorClasses &&
    Object.fromEntries(Object.values(http.errorClasses).map((type) => [type.name, type]))),
  Exception: Error,
  HTTPException: http.HttpError as never,
  ValueError: RangeError,
  KeyError: ReferenceError,
  Base,
  Sub,
  Other,
}

const names: ReadonlyMap<unknown, string> = new Map(
  Object.entries(errorClasses).map(([name, type]) => [type, name]),
)

/** The originals' classes for Dewar's codes. */
const byCode: Readonly<Record<string, string>> = {
  ERR_DEWAR_VIEW_VALUE: 'TypeError',
  ERR_HTTP_MISSING_KEY: 'BadRequestKeyError',
  ERR_ROUTING_BUILD: 'BuildError',
}

/** The original's name for an error's class. */
export function nameOf(error: Error): string {
  const code = 'code' in error ? byCode[String(error.code)] : undefined
  return code ?? names.get(error.constructor) ?? error.constructor.name
}
