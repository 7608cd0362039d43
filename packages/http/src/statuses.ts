/** What each HTTP status is called, and what to tell the person who meets it. */
import { DewarError } from '@dewar/base'

/** The registered status codes and their phrases. @see RFC 9110 §15, IANA HTTP Status Code Registry */
export const statusTexts: Readonly<Record<number, string>> = Object.freeze({
  100: 'Continue',
  101: 'Switching Protocols',
  102: 'Processing',
  103: 'Early Hints',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  208: 'Already Reported',
  226: 'IM Used',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  305: 'Use Proxy',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  414: 'Request URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  417: 'Expectation Failed',
  418: "I'm a teapot",
  421: 'Misdirected Request',
  422: 'Unprocessable Entity',
  423: 'Locked',
  424: 'Failed Dependency',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates',
  507: 'Insufficient Storage',
  508: 'Loop Detected',
  510: 'Not Extended',
  511: 'Network Authentication Required',
})

/** What the client reads on an error page when the app says nothing itself. */
export const statusDescriptions: Readonly<Record<number, string>> = Object.freeze({
  400: 'The server could not make sense of this request.',
  401: 'You need to sign in, and with the right credentials, to see this.',
  403: 'You are not allowed to see or do this. Signing in again will not change that.',
  404: 'There is nothing at this address. If you typed it, check the spelling.',
  405: 'This address does not take requests of this method.',
  406: 'This resource is not available in any form that your client accepts.',
  408: 'The request took too long to arrive, and the connection was closed.',
  409: 'The request conflicts with the present state of what it wants to change.',
  410: 'What was here is gone for good.',
  411: 'A request of this kind must announce its length.',
  412: 'The resource has changed, so the condition of this request does not hold.',
  413: 'The request is larger than the server accepts.',
  414: 'The address is longer than the server accepts.',
  415: 'The server does not take content of this type here.',
  416: 'The requested part lies outside of the resource.',
  417: 'The server cannot do what the Expect header asks for.',
  418: 'This server is a teapot, not a coffee machine.',
  421: 'This request reached a server that does not answer for its host.',
  422: 'The request was understood, but what it says is not valid.',
  423: 'The resource is locked.',
  424: 'The request depended on another one that failed.',
  428: 'This request must say which version of the resource it is about.',
  429: 'Too many requests came in a short time. Wait a moment and try again.',
  431: 'The headers of the request are larger than the server accepts.',
  451: 'This is not available for legal reasons.',
  500: 'Something went wrong on the server. It is not your fault; try again later.',
  501: 'The server does not know how to do what was asked.',
  502: 'The server got an invalid answer from another one that it depends on.',
  503: 'The server cannot answer right now. Try again later.',
  504: 'Another server that this one depends on did not answer in time.',
  505: 'The server does not speak the HTTP version of this request.',
})

/**
 * Passes a status on.
 *
 * @param status a whole number from 100 to 599
 * @throws {DewarError} `ERR_HTTP_STATUS` for any other
 */
export function checkStatus(status: number): number {
  if (Number.isInteger(status) && status >= 100 && status <= 599) return status
  throw new DewarError('ERR_HTTP_STATUS', `${status} is no HTTP status.`, { fix: 'Use 100 to 599.' })
}

/**
 * Passes a status text on.
 *
 * @param text the phrase behind the status
 * @throws {DewarError} `ERR_HTTP_STATUS` if it cannot stand in a status line
 */
export function checkStatusText(text: string): string {
  if (!/[^\t\x20-\x7e\x80-\xff]/.test(text)) return text
  throw new DewarError('ERR_HTTP_STATUS', 'The status text holds a control character.', {
    fix: 'Use plain words.',
  })
}
