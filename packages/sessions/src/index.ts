export { type CreateSessionsOptions, createSessions, type SessionKind } from './create-sessions.ts'
export { defaults } from './defaults.ts'
export { EndedSessions, type EndedSessionsOptions, type KnownSession } from './ended-sessions.ts'
export { type RefusalReason, SessionError, type SessionRefusal } from './errors.ts'
export {
  type FlaskCookieSessionsOptions,
  type FlaskData,
  type FlaskKeys,
  type FlaskSerializerOptions,
  flaskCookieSessions,
  flaskSerializer,
} from './flask-cookie-sessions.ts'
export { FlaskUuid, flaskTuple, isFlaskTuple } from './flask-values.ts'
export { type SealedCookieSessionsOptions, sealedCookieSessions } from './sealed-cookie-sessions.ts'
export { type Flash, Session, type SessionSource } from './session.ts'
export { parseRecord, type SessionRecord, serializeRecord } from './session-record.ts'
export type { SessionOptions } from './session-settings.ts'
export type { ListedSession, Sessions, StoredSessions } from './sessions.ts'
export { type SignedCookieSessionsOptions, signedCookieSessions } from './signed-cookie-sessions.ts'
export { withLock } from './store-lock.ts'
export { type StoredSessionsOptions, storedSessions } from './stored-sessions.ts'
export type { StoredHtml, ValueCodec } from './values.ts'
