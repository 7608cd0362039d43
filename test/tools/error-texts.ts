/** What `docs/errors.md` says of codes whose texts the sources put together from parts. */

/** A code's message and remedy. */
export interface ErrorTexts {
  readonly message?: string
  readonly fix?: string
}

const named = 'The message names it, and the nearest known name or what is expected.'
const shown = 'The message says what, and its fix how to mend it.'
const client = 'Nothing to mend in the app: the client has to send something else.'

/** Texts by code; they go before what is found in the sources. */
export const errorTexts: Readonly<Record<string, ErrorTexts>> = {
  ERR_MARKUP_FORMAT_TYPE: { message: 'Arguments of the wrong number or kind.', fix: shown },
  'ERR_MARKUP_FORMAT_…': {
    message: 'A format string and its values do not fit.',
    fix: 'Compare the format string with its values.',
  },
  ERR_MARKUP_PLACE: { fix: 'Put quotes round the attribute, or the value into one and read it from there.' },
  ERR_ROUTING_BUILD: {
    message: 'No rule of the endpoint can be built with these values.',
    fix: 'The error names the endpoint and suggests what was meant.',
  },
  ERR_ROUTING_VALUE: { fix: 'Give a value that the converter of the rule would read back.' },
  ERR_HTTP_COOKIE_OPTION: { message: 'An attribute of a cookie is unknown or impossible.', fix: named },
  ERR_HTTP_OPTION: { message: 'An option of a response is unknown.', fix: named },
  ERR_HTTP_RESPONSE: {
    message: '`abort` was called with a response, which is the answer.',
    fix: 'Nothing: let it pass.',
  },
  ERR_HTTP_URL_HOST: {
    message: 'The URL has a host that is none.',
    fix: 'Check the host, or refuse the address.',
  },
  ERR_SIGNING_BAD_TIME_SIGNATURE: {
    fix: 'Refuse the token: it was altered, or made with another key or salt.',
  },
  ERR_STORES_ARGUMENT: { fix: shown },
  ERR_STORES_TOO_LONG: { fix: 'Shorten it, or raise maxKeyLength or maxValueLength.' },
  ERR_STORES_UNAVAILABLE: { fix: 'Look after the file or server; the app answers 503 meanwhile.' },
  ERR_FORMS_ENCODING: { message: 'A field is not in the encoding that the body claims.', fix: client },
  ERR_FORMS_MALFORMED: { message: 'The body is no form of its type.', fix: client },
  ERR_FORMS_UPLOAD_TOO_LARGE: {
    message: 'A file or a picture is too large.',
    fix: 'Raise maxSize or maxPixels of the policy.',
  },
  ERR_FORMS_UPLOAD_TYPE: {
    message: 'The file is not of a type that the policy takes.',
    fix: 'Name its type in types.',
  },
  ERR_FORMS_VALIDATION: {
    message: 'Some of the values are not acceptable.',
    fix: 'Show `errors` beside the fields.',
  },
  ERR_SECURITY_CSP_DIRECTIVE: { fix: named },
  ERR_SECURITY_CSP_REPORT: { message: 'This is no report about a Content-Security-Policy.', fix: client },
  ERR_SECURITY_CSP_SOURCE: { fix: shown },
  'ERR_SECURITY_CSRF_…': {
    message:
      '403: `…_ORIGIN`, `…_REFERER`, `…_MISSING`, `…_SESSION`, `…_TOKEN` say which proof was missing or false.',
    fix: 'Send the token of the page: `csrf_token` in a field, or the header X-CSRFToken. See docs/csrf.md.',
  },
  ERR_SECURITY_HTTPS_REQUIRED: { message: '403: a request that changes something came in clear text.' },
  ERR_SECURITY_RATE_STORE: {
    message: '503: the store of the rate limits cannot be reached.',
    fix: 'Look after the store; a request is refused rather than left uncounted.',
  },
  ERR_TEMPLATES_CONTEXT: {
    message: 'A value stands where HTML cannot be made safe, or an include ends inside a tag that it opens.',
    fix: 'The message shows the place; move the value between tags or into a quoted attribute.',
  },
  ERR_TEMPLATES_DIVISION: { fix: 'Ask first whether the number is zero.' },
  ERR_TEMPLATES_RENDER: { fix: named },
  ERR_DEWAR_AUTHENTICATION_REQUIRED: {
    message: '401: the route is for those who are logged in.',
    fix: 'Handle it, or send them to a login.',
  },
  ERR_DEWAR_FRESH_LOGIN_REQUIRED: {
    message: '401: the route asks for a fresh login.',
    fix: 'Send them to a login that asks for the password.',
  },
  ERR_DEWAR_CLI_COMPILE: { message: 'A file of the app does not compile.' },
  ERR_DEWAR_CLI_LOCK: { message: 'The app cannot be served with --locked here.', fix: shown },
  ERR_DEWAR_CLI_NEW: { fix: shown },
  ERR_DEWAR_CLI_USAGE: { fix: 'The message shows a command line that works; --help shows them all.' },
  ERR_DEWAR_COMMAND: { fix: shown },
  ERR_DEWAR_CONFIG_FILE: { message: 'A config file is missing or cannot be read.', fix: shown },
  ERR_DEWAR_FORM_FIELD: { message: 'An option of a form field is unknown.', fix: named },
  ERR_DEWAR_ERROR_HANDLER: { message: 'An error handler is registered for what is no error.' },
  ERR_DEWAR_RESOURCE: { fix: shown },
  ERR_AUTH_MAIL: { message: 'A mail has an address or a subject that is none.' },
  ERR_AUTH_PASSWORD_TOO_LONG: { message: '422: the password is too long to be hashed.' },
}
