/** The area `app`: Flask's application, as data. */

import type { Adapter } from '../adapter.ts'
import { app_setup, app_trace } from './app/applications.ts'
import { json_dumps, json_response } from './app/json.ts'
import { flash, session_lifetime } from './app/sessions.ts'
import { url_for } from './app/urls.ts'

const setup = [
  'ERR_DEWAR_FROZEN',
  'ERR_DEWAR_ENDPOINT_TAKEN',
  'ERR_DEWAR_ENDPOINT_NAME',
  'ERR_DEWAR_BLUEPRINT_NAME',
  'ERR_DEWAR_BLUEPRINT_TAKEN',
  'ERR_DEWAR_BLUEPRINT_NESTED',
  'ERR_DEWAR_ERROR_HANDLER',
  'ERR_DEWAR_METHODS',
  'ERR_DEWAR_NO_VIEW',
  'ERR_ROUTING_RULE_SYNTAX',
  'ERR_ROUTING_EXPRESS_RULE',
  'ERR_ROUTING_REPEATED_VARIABLE',
  'ERR_ROUTING_UNKNOWN_CONVERTER',
  'ERR_ROUTING_CONVERTER_ARGUMENT',
  'ERR_ROUTING_DUPLICATE',
  'ERR_ROUTING_METHODS',
  'ERR_ROUTING_HOST',
  'ERR_HTTP_COOKIE_PREFIX',
]

export const adapter: Adapter = {
  operations: { app_trace, app_setup, url_for, flash, json_dumps, json_response, session_lifetime },
  kinds: {
    ...Object.fromEntries(setup.map((code) => [code, 'SetupError'])),
    ERR_ROUTING_BUILD: 'BuildError',
    ERR_ROUTING_VALUE: 'ValueError',
    ERR_DEWAR_URL_SCHEME: 'ValueError',
    ERR_DEWAR_NO_TRUSTED_HOST: 'RuntimeError',
    ERR_DEWAR_JSON: 'TypeError',
  },
}
