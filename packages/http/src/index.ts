export { abort, createAborter, errorClasses, errorForStatus, type HttpErrorClass } from './abort.ts'
export { Accept, type AcceptItem } from './accept.ts'
export {
  type Authorization,
  type OtherAuthorization,
  parseAuthorization,
  serializeAuthorization,
} from './authorization.ts'
export { RequestCacheControl, ResponseCacheControl } from './cache-control.ts'
export {
  type ConditionalOptions,
  type ConditionalRequest,
  isResourceModified,
  type ResourceVersion,
} from './conditional.ts'
export { contentDisposition } from './content-disposition.ts'
export {
  type ContentRangeFields,
  contentRangeHeader,
  isByteRangeValid,
  parseContentRange,
} from './content-range.ts'
export type { Conversion, ConversionTypes, Converted } from './conversion.ts'
export { cookieValues, type ParseCookieOptions, parseCookie, serializeCookieHeader } from './cookies.ts'
export { httpDate, parseAge, parseHttpDate, serializeAge } from './dates.ts'
export { defaults } from './defaults.ts'
export {
  BadGateway,
  BadHost,
  BadRequest,
  ClientDisconnected,
  Conflict,
  ExpectationFailed,
  FailedDependency,
  Forbidden,
  GatewayTimeout,
  Gone,
  HttpVersionNotSupported,
  ImATeapot,
  InternalServerError,
  LengthRequired,
  Locked,
  MethodNotAllowed,
  type MethodNotAllowedOptions,
  MisdirectedRequest,
  MissingKeyError,
  type MissingKeyOptions,
  NotAcceptable,
  NotFound,
  NotImplemented,
  PreconditionFailed,
  PreconditionRequired,
  RequestEntityTooLarge,
  RequestedRangeNotSatisfiable,
  RequestHeaderFieldsTooLarge,
  RequestRedirect,
  RequestTimeout,
  RequestUriTooLarge,
  type RetryOptions,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  type UnauthorizedOptions,
  UnavailableForLegalReasons,
  UnprocessableEntity,
  UnsupportedMediaType,
} from './errors.ts'
export { type Etag, Etags, generateEtag, parseEtag, quoteEtag } from './etags.ts'
export { encodeExtended } from './extended-value.ts'
export {
  isToken,
  type ParameterValue,
  parseDictHeader,
  parseListHeader,
  quoteHeaderValue,
  serializeDictHeader,
  serializeListHeader,
  unquoteHeaderValue,
} from './grammar.ts'
export { HeaderSet } from './header-set.ts'
export { Headers, type HeadersInit } from './headers.ts'
export { isHost } from './host.ts'
export {
  type ErrorPageRequest,
  type ErrorResponseOptions,
  HttpError,
  type HttpErrorOptions,
  type RangeErrorOptions,
} from './http-error.ts'
export { iriToUri, uriToIri } from './iri.ts'
export { contentTypeFor, isJsonMimetype } from './mimetype.ts'
export { type GetOptions, MultiDict, type MultiDictInit, type ReadonlyMultiDict } from './multi-dict.ts'
export { type OptionsHeader, parseOptionsHeader, serializeOptionsHeader } from './options-header.ts'
export { quoteUrl } from './percent-encoding.ts'
export { parseQuery, serializeQuery } from './query.ts'
export { IfRange, Range, type RangePart } from './range.ts'
export { redirectPage } from './redirect-page.ts'
export { type JsonOptions, Request, type RequestOptions } from './request.ts'
export type { RequestBody } from './request-body.ts'
export type { RequestFields } from './request-fields.ts'
export { type RequestLimits, requestLimits } from './request-limits.ts'
export { Response, type ResponseOptions } from './response.ts'
export type { ResponseBody, StreamedBody } from './response-body.ts'
export type { EmbedderPolicy, HeaderText, OpenerPolicy, ResponseFields } from './response-fields.ts'
export {
  type CookieOptions,
  parseSetCookie,
  type ReceivedCookie,
  type SameSite,
  serializeCookie,
} from './set-cookie.ts'
export { statusDescriptions, statusTexts } from './statuses.ts'
export type { FromWebOptions } from './web.ts'
export {
  isEntityHeader,
  isHopByHopHeader,
  removeEntityHeaders,
  removeHopByHopHeaders,
  type WireResponse,
} from './wire.ts'
export { parseWwwAuthenticate, WwwAuthenticate } from './www-authenticate.ts'
