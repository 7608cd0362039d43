/** The rooms of the house, furnished with the app's settings. */
import { join } from 'node:path'
import { type FormLimits, defaults as formsDefaults } from '@dewar/forms'
import type { RequestOptions } from '@dewar/http'
import {
  headerDefaults,
  type SecurityHeaders,
  type SecurityHeadersOptions,
  securityHeaders,
} from '@dewar/security'
import type { HandOver } from '@dewar/server'
import {
  createSessions,
  type Sessions,
  type StoredSessions,
  defaults as sessionsDefaults,
} from '@dewar/sessions'
import type { KeyRing } from '@dewar/signing'
import type { Store } from '@dewar/stores'
import { createTemplates, type LoadAttempt, type Templates } from '@dewar/templates'
import type { SessionData } from './augment.ts'
import type { AppConfig } from './config.ts'
import type { AppOptions } from './create-app.ts'
import { createGate, type Gate } from './gate.ts'
import { roomOptions } from './known-settings.ts'
import { createHandOver } from './send-file-settings.ts'

/** Where an app's sessions come from: await what `open` and `save` give, stored sessions take their time. */
export type AppSessions = Sessions<SessionData> | StoredSessions<SessionData>

/** What an app passes a request through. @internal */
export interface Rooms {
  readonly securityHeaders: SecurityHeaders
  readonly gate: Gate
  /** What every request of the app starts from. */
  readonly requestDefaults: Pick<RequestOptions, 'maxContentLength' | 'limits'>
  readonly formLimits: FormLimits
  readonly handOver: HandOver | undefined
  /** @param explain gets a line for each template that is read, under `EXPLAIN_TEMPLATE_LOADING` */
  createTemplates(explain: (line: string) => void): Templates
  createSessions(keys: KeyRing | null, store: Store): AppSessions
}

/** @throws {DewarError} for settings that a room refuses @internal */
export function createRooms(config: AppConfig, options: AppOptions): Rooms {
  return {
    createTemplates: (explain) =>
      createTemplates({
        ...options.templates,
        ...(config.EXPLAIN_TEMPLATE_LOADING && {
          onLoad: (name, attempts) => explain(placesOf(name, attempts)),
        }),
        folders: templateFolders(options),
        ...templateSettings(config, options),
      }),
    securityHeaders: securityHeaders(roomOptions(headerDefaults, config) as SecurityHeadersOptions),
    gate: createGate(config),
    requestDefaults: {
      maxContentLength: config.MAX_CONTENT_LENGTH,
      limits: {
        maxQueryFields: config.MAX_QUERY_FIELDS,
        maxCookies: config.MAX_COOKIES,
        maxJsonDepth: config.MAX_JSON_DEPTH,
        maxJsonParts: config.MAX_JSON_PARTS,
      },
    },
    formLimits: roomOptions(formsDefaults, config),
    handOver: createHandOver(config),
    createSessions: (keys, store) =>
      createSessions<SessionData>({
        keys: keys ?? undefined,
        store,
        owner: options.sessionOwner,
        now: options.now,
        ...roomOptions(sessionsDefaults, config),
        // While debugging on this machine there is no https; a declared proxy or DEBUG decides, never the socket.
        secure: config.SESSION_COOKIE_SECURE && !config.DEBUG,
      }),
  }
}

/** What the app's settings say about its templates. @internal */
export function templateSettings(config: AppConfig, { templates }: AppOptions) {
  return {
    autoReload: config.TEMPLATES_AUTO_RELOAD ?? config.DEBUG,
    csrfFieldName: config.CSRF_FIELD_NAME,
    strictNames: templates?.strictNames ?? config.DEBUG,
  }
}

/** Where a template was looked for, in a line. Flask: `explain_template_loading_attempts`. */
function placesOf(name: string, attempts: readonly LoadAttempt[]): string {
  const places = attempts.map(({ folder, found }, i) => `${i + 1}: ${folder}${found ? ' (found)' : ''}`)
  const end = attempts.at(-1)?.found === true ? '' : ' It is in none of them.'
  return `Looking for the template '${name}': ${places.join(', ') || 'there are no folders'}.${end}`
}

function templateFolders({ root, templateFolder = 'templates' }: AppOptions): readonly string[] {
  return root === undefined || templateFolder === null ? [] : [join(root, templateFolder)]
}
