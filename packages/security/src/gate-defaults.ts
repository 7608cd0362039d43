/** Defaults of what is asked of requests: hosts, proxies, the CSRF proof, where redirects lead. */
import { settings } from '@dewar/base'

/** Which hosts this site answers for. */
export const hostDefaults = settings({
  trustedHosts: {
    value: null as readonly string[] | null,
    key: 'TRUSTED_HOSTS',
    accepts: 'strings',
    optional: true,
    guards: 'links, redirects and password-reset mails that lead to a host the attacker put into Host',
    source: 'Flask: TRUSTED_HOSTS; RFC 9110 §17.1',
  },
  hostMaxLength: {
    value: 259,
    unit: 'count',
    guards: 'long host names being compared and logged',
    source: 'RFC 1035 §2.3.4: 253 characters, a colon, five digits',
  },
})

/** How many proxies in front set each header: 0 means the header is the client's own and is not believed. */
export const proxyDefaults = settings({
  for: {
    value: 1,
    unit: 'count',
    minimum: 0,
    guards: 'clients that choose their own address',
    source: 'Werkzeug: ProxyFix x_for',
  },
  proto: {
    value: 1,
    unit: 'count',
    minimum: 0,
    guards: 'clients that claim https',
    source: 'Werkzeug: ProxyFix x_proto',
  },
  host: {
    value: 0,
    unit: 'count',
    minimum: 0,
    guards: 'clients that choose the host of links',
    source: 'Werkzeug: ProxyFix x_host',
  },
  port: {
    value: 0,
    unit: 'count',
    minimum: 0,
    guards: 'clients that choose the port of links',
    source: 'Werkzeug: ProxyFix x_port',
  },
  prefix: {
    value: 0,
    unit: 'count',
    minimum: 0,
    guards: 'clients that choose the path prefix of links',
    source: 'Werkzeug: ProxyFix x_prefix',
  },
  forwarded: {
    value: 0,
    unit: 'count',
    minimum: 0,
    guards: 'clients that send Forwarded themselves; if proxies set it, X-Forwarded-* are not read at all',
    source: 'RFC 7239 §8.1',
  },
  from: {
    value: null as readonly string[] | null,
    accepts: 'strings',
    optional: true,
    guards: 'connections that come past the proxy; null: the app can only be reached through it',
    source: 'ASVS 5.0 V15.3.4',
  },
})

/** From clear text to https. */
export const transportDefaults = settings({
  forceHttps: {
    value: true,
    key: 'FORCE_HTTPS',
    guards:
      'visits in clear text: what a declared proxy says came over http is sent to https, or refused if it changes things',
    source: 'Flask-Talisman: force_https; ASVS 5.0 V4.1.2',
  },
})

/** Where the CSRF token stands, and whose requests it belongs to. */
export const csrfDefaults = settings({
  csrfFieldName: {
    value: 'csrf_token',
    key: 'CSRF_FIELD_NAME',
    guards: 'the name of the form field that carries the token',
    source: 'Flask-WTF: WTF_CSRF_FIELD_NAME',
  },
  csrfHeaders: {
    value: ['X-CSRF-Token', 'X-CSRFToken'] as readonly string[],
    key: 'CSRF_HEADERS',
    guards: 'the request headers that carry the token of script clients',
    source: 'Flask-WTF: WTF_CSRF_HEADERS',
  },
  csrfTrustedOrigins: {
    value: [] as readonly string[],
    key: 'CSRF_TRUSTED_ORIGINS',
    guards: 'forms of other sites; listed origins pass the first leg, the token is still asked for',
    source: 'Django: CSRF_TRUSTED_ORIGINS',
  },
  csrfSslStrict: {
    value: null as boolean | null,
    key: 'CSRF_SSL_STRICT',
    accepts: 'boolean',
    optional: true,
    guards:
      'https requests that say nothing at all about where they come from; null: refused where the session cookie has no __Host- prefix, so that somebody on the wire could have planted it',
    source: 'Flask-WTF: WTF_CSRF_SSL_STRICT',
  },
  csrfSafeMethods: {
    value: ['GET', 'HEAD', 'OPTIONS', 'TRACE'] as readonly string[],
    guards: 'methods that only read need no proof; every other one does, known or not',
    source: 'RFC 9110 §9.2.1',
  },
  csrfSecretBytes: {
    value: 32,
    unit: 'bytes',
    guards: 'guessing the secret of a session',
    source: 'ASVS 5.0 V11.5.1: 128 bits at least',
  },
})

/** Where redirects may lead. */
export const redirectDefaults = settings({
  redirectMaxLength: {
    value: 8192,
    unit: 'count',
    guards: 'Location headers that clients and proxies refuse',
    source: 'RFC 9110 §4.1: 8000 octets at least',
  },
})
