/** The defaults of sessions and their cookie, with their reasons. */
import { settings } from '@dewar/base'
import type { SameSite } from '@dewar/http'

/** Which requests from other sites carry the cookie. */
const sameSites: readonly SameSite[] = ['Strict', 'Lax', 'None']

/** The ways of keeping sessions. */
const kinds: readonly ('signed' | 'sealed' | 'stored')[] = ['signed', 'sealed', 'stored']

/** The defaults of all kinds of sessions. */
export const defaults = settings({
  kind: {
    value: 'signed' as 'signed' | 'sealed' | 'stored',
    key: 'SESSION_TYPE',
    choices: kinds,
    guards:
      'nothing: signed needs no server side and is the fastest; sealed hides the data; stored takes any amount',
    source: 'Flask: a signed cookie; Flask-Session: SESSION_TYPE',
  },
  cookieName: {
    value: 'session',
    key: 'SESSION_COOKIE_NAME',
    guards:
      'the __Host- or __Secure- prefix goes before it; a name of its own keeps two applications on one host apart',
    source: 'Flask: session',
  },
  secure: {
    value: true,
    key: 'SESSION_COOKIE_SECURE',
    guards: 'the cookie travelling in clear text',
    source: 'RFC 6265 §4.1.2.5, ASVS 5.0 §3.3.1',
  },
  httpOnly: {
    value: true,
    key: 'SESSION_COOKIE_HTTPONLY',
    guards: 'an injected script reading the cookie',
    source: 'RFC 6265 §4.1.2.6, ASVS 5.0 §3.3.4',
  },
  sameSite: {
    value: 'Lax' as SameSite | null,
    key: 'SESSION_COOKIE_SAMESITE',
    optional: true,
    choices: sameSites,
    guards: 'other sites posting in the name of a visitor',
    source: 'RFC 6265bis §5.6.7, ASVS 5.0 §3.3.2',
  },
  path: {
    value: '/',
    key: 'SESSION_COOKIE_PATH',
    guards: 'nothing: paths do not separate applications; another path drops the __Host- prefix',
    source: 'RFC 6265bis §4.1.3.2',
  },
  domain: {
    value: null as string | null,
    key: 'SESSION_COOKIE_DOMAIN',
    accepts: 'string',
    optional: true,
    guards: 'every subdomain reading the session; a domain drops the __Host- prefix',
    source: 'RFC 6265bis §4.1.3.2; Flask: None',
  },
  partitioned: {
    value: false,
    key: 'SESSION_COOKIE_PARTITIONED',
    guards: 'for pages embedded in other sites: one session for each of them',
    source: 'CHIPS; Flask: False',
  },
  lifetime: {
    value: 43_200,
    unit: 's',
    key: 'PERMANENT_SESSION_LIFETIME',
    minimum: 1,
    maximum: 34_560_000,
    guards: 'a stolen cookie that works for ever',
    source: 'ASVS 5.0 §7.3.2, NIST SP 800-63B §4.2.3: 12 hours',
  },
  idleTimeout: {
    value: 1800 as number | null,
    unit: 's',
    key: 'SESSION_IDLE_TIMEOUT',
    accepts: 'integer',
    optional: true,
    minimum: 1,
    guards: 'a session left open on a shared machine',
    source: 'ASVS 5.0 §7.3.1, NIST SP 800-63B §4.2.3: 30 minutes of inactivity',
  },
  refreshEachRequest: {
    value: true,
    key: 'SESSION_REFRESH_EACH_REQUEST',
    guards: 'visitors who only read being signed out; false counts idleness from the last change instead',
    source: 'Flask: True',
  },
  refreshInterval: {
    value: 60,
    unit: 's',
    key: 'SESSION_REFRESH_INTERVAL',
    minimum: 0,
    guards: 'a new cookie on each answer; a session may end this much early',
    source: 'a thirtieth of the idle timeout',
  },
  maxCookieSize: {
    value: 4093,
    unit: 'bytes',
    key: 'MAX_COOKIE_SIZE',
    minimum: 512,
    guards: 'a cookie that browsers drop without a word',
    source: 'RFC 6265 §6.1; Flask: 4093',
  },
  idBytes: {
    value: 32,
    unit: 'bytes',
    minimum: 16,
    guards: 'a session id that can be guessed',
    source: 'ASVS 5.0 §7.2.3: at least 128 bits; Flask-Session: 32 bytes',
  },
  maxCandidates: {
    value: 3,
    unit: 'count',
    minimum: 1,
    guards: 'a false cookie of the same name, set from a subdomain, hiding the true one',
    source: 'RFC 6265 §8.6',
  },
  maxDepth: {
    value: 32,
    unit: 'count',
    guards: 'a value that contains itself',
    source: 'far deeper than data in 4 kB',
  },
  idHash: {
    value: 'sha256',
    guards: 'whoever reads the store becoming everybody who is signed in',
    source: 'ids are random: one round of a fast hash is enough',
  },
  keyPrefix: {
    value: 'session:',
    guards: 'two kinds of entries of one store meeting',
    source: 'Flask-Session: session:',
  },
  lockTimeout: {
    value: 5,
    unit: 's',
    minimum: 1,
    guards: 'two requests of one session undoing each other; and a killed process locking it for ever',
    source: 'far above the time of one save',
  },
  lockPause: {
    value: 32,
    unit: 'ms',
    guards: 'requests that wait for a lock keeping the store from whoever holds it; pauses double up to this',
    source: 'own measurement: a save takes one or two milliseconds',
  },
  maxPerOwner: {
    value: 100,
    unit: 'count',
    minimum: 1,
    guards: 'a list of sessions that grows with every login of a script',
    source: 'ASVS 5.0 §7.1.2: a limit of concurrent sessions; far more than anybody has devices',
  },
  leeway: {
    value: 5,
    unit: 's',
    minimum: 0,
    guards: 'refusing a cookie of Flask made a moment ago by a server whose clock is ahead',
    source: 'RFC 7519 §4.1.4, as for signed tokens',
  },
})
