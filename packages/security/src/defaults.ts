/**
 * Every default of the gate and the stamp, in one table for each subject; `defaults` holds all that can be set in an
 * app's configuration. Loosening a value here is a visible line of a diff.
 */
import { settings } from '@dewar/base'

/** Sources by directive: `{ 'img-src': ["'self'", 'data:'] }`; a string is split at blanks. */
export type CspDirectives = Readonly<Record<string, string | readonly string[]>>

/** Allowed origins by feature: `{ camera: [], geolocation: ['self'] }`. */
export type PermissionsPolicy = Readonly<Record<string, readonly string[]>>

/** What a browser can be told to forget. */
export type SiteData =
  | 'cache'
  | 'clientHints'
  | 'cookies'
  | 'executionContexts'
  | 'prefetchCache'
  | 'prerenderCache'
  | 'storage'

const defaultPolicy: CspDirectives = {
  'default-src': ["'self'"],
  'script-src': ["'nonce'"],
  'style-src': ["'self'", "'nonce'"],
  'img-src': ["'self'", 'data:'],
  'worker-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
}

const defaultPermissions: PermissionsPolicy = {
  accelerometer: [],
  'browsing-topics': [],
  camera: [],
  'display-capture': [],
  geolocation: [],
  gyroscope: [],
  hid: [],
  'idle-detection': [],
  'local-fonts': [],
  magnetometer: [],
  microphone: [],
  midi: [],
  payment: [],
  'screen-wake-lock': [],
  serial: [],
  usb: [],
  'xr-spatial-tracking': [],
}

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
    value: true,
    key: 'CSRF_SSL_STRICT',
    guards: 'https requests that say nothing at all about where they come from',
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

/** What every answer says to the browser. */
export const headerDefaults = settings({
  contentSecurityPolicy: {
    value: defaultPolicy,
    key: 'CONTENT_SECURITY_POLICY',
    accepts: 'mapping',
    guards: 'injected script, style, frames, forms and base addresses',
    source: 'CSP 3; ASVS 5.0 V3.4.3',
  },
  contentSecurityPolicyReportOnly: {
    value: null as CspDirectives | null,
    key: 'CONTENT_SECURITY_POLICY_REPORT_ONLY',
    accepts: 'mapping',
    optional: true,
    guards: 'trying a stricter policy without breaking pages; null: not sent',
    source: 'CSP 3 §3.2',
  },
  hstsMaxAge: {
    value: 31_536_000,
    unit: 's',
    key: 'HSTS_MAX_AGE',
    minimum: 0,
    guards: 'the first request of a visit travelling in clear text; sent over https only',
    source: 'RFC 6797; ASVS 5.0 V3.4.1: one year at least',
  },
  hstsIncludeSubdomains: {
    value: true,
    key: 'HSTS_INCLUDE_SUBDOMAINS',
    guards: 'cookies set by a subdomain in clear text',
    source: 'RFC 6797 §14.4',
  },
  hstsPreload: {
    value: false,
    key: 'HSTS_PRELOAD',
    guards: 'the very first visit; hard to take back, so it is asked for',
    source: 'hstspreload.org',
  },
  contentTypeOptions: {
    value: 'nosniff',
    choices: ['nosniff'],
    guards: 'files run as something they are not',
    source: 'Fetch standard §3.6; ASVS 5.0 V3.4.4',
  },
  frameOptions: {
    value: 'DENY',
    key: 'FRAME_OPTIONS',
    choices: ['DENY', 'SAMEORIGIN'],
    guards: 'clickjacking in browsers without frame-ancestors',
    source: 'RFC 7034',
  },
  referrerPolicy: {
    value: 'strict-origin-when-cross-origin',
    key: 'REFERRER_POLICY',
    choices: [
      'strict-origin-when-cross-origin',
      'same-origin',
      'strict-origin',
      'origin',
      'origin-when-cross-origin',
      'no-referrer',
      'no-referrer-when-downgrade',
    ],
    guards:
      'paths told to other sites; no-referrer would make browsers send Origin: null and break the CSRF check',
    source: 'Referrer Policy; ASVS 5.0 V3.4.5',
  },
  permissionsPolicy: {
    value: defaultPermissions,
    key: 'PERMISSIONS_POLICY',
    accepts: 'mapping',
    guards: 'injected script and embedded frames that reach for devices',
    source: 'Permissions Policy §6.1',
  },
  crossOriginOpenerPolicy: {
    value: 'same-origin',
    key: 'CROSS_ORIGIN_OPENER_POLICY',
    choices: ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups', 'unsafe-none'],
    guards: 'other windows that hold a handle on this one',
    source: 'HTML standard §7.1.3; ASVS 5.0 V3.4.8',
  },
  crossOriginResourcePolicy: {
    value: 'same-origin',
    key: 'CROSS_ORIGIN_RESOURCE_POLICY',
    choices: ['same-origin', 'same-site', 'cross-origin'],
    guards: 'answers read across origins by speculative execution',
    source: 'Fetch standard §3.7',
  },
  crossOriginEmbedderPolicy: {
    value: null as 'require-corp' | 'credentialless' | null,
    key: 'CROSS_ORIGIN_EMBEDDER_POLICY',
    choices: ['require-corp', 'credentialless'],
    optional: true,
    guards: 'wanted only for cross-origin isolation; it blocks images and frames of other sites',
    source: 'HTML standard §7.1.4',
  },
  originAgentCluster: {
    value: '?1',
    choices: ['?1', '?0'],
    guards: 'sharing a process with other subdomains',
    source: 'HTML standard §7.1.2',
  },
  permittedCrossDomainPolicies: {
    value: 'none',
    choices: ['none', 'master-only'],
    guards: 'plug-ins that read answers across origins',
    source: 'OWASP Secure Headers Project',
  },
  unsafeOmitHeaders: {
    value: [] as readonly string[],
    key: 'UNSAFE_OMIT_HEADERS',
    guards: 'names of headers that are not to be sent',
    source: 'off by default: each name takes away a protection',
  },
})

/** How often is too often. */
export const rateDefaults = settings({
  name: {
    value: 'default',
    guards: 'two limits that would share their counts',
    source: 'RateLimit header fields for HTTP §2: the policy name',
  },
  unsafeAllowOnStoreError: {
    value: false,
    guards: 'a limit that vanishes when its store is down',
    source: 'Flask-Limiter: swallow_errors; ASVS 5.0 V2.4.1',
  },
})

/** What one client is. */
export const clientDefaults = settings({
  ipv6PrefixBits: {
    value: 64,
    unit: 'bits',
    minimum: 1,
    maximum: 128,
    guards: 'one customer with 2⁶⁴ addresses passing for as many clients',
    source: 'RFC 6177: a site gets a /64 at least',
  },
  rateKeyMaxLength: {
    value: 128,
    unit: 'count',
    guards: 'long or odd keys chosen by clients in the store; longer ones are hashed',
    source: 'Memcached keys: 250 bytes, no blanks',
  },
})

/** Nonces and the random bytes they come from. */
export const nonceDefaults = settings({
  nonceBytes: {
    value: 16,
    unit: 'bytes',
    guards: 'guessing the nonce of an answer',
    source: 'CSP 3 §7.1: 128 bits',
  },
  poolBytes: {
    value: 4096,
    unit: 'bytes',
    guards: 'a call into the kernel for each answer',
    source: 'measured: filling per answer costs more than all the headers together',
  },
})

/** What is kept of reports about a policy. */
export const cspReportDefaults = settings({
  cspReportsMax: {
    value: 20,
    unit: 'count',
    guards: 'a log filled by one request',
    source: 'browsers send a handful at once',
  },
  cspReportTextMax: {
    value: 512,
    unit: 'count',
    guards: 'a log filled by one report',
    source: 'CSP 3 §5.3: samples have 40 characters',
  },
})

/** What a browser forgets at logout. */
export const clearSiteDataDefaults = settings({
  clearSiteData: {
    value: ['cache', 'storage'] as readonly SiteData[],
    accepts: 'strings',
    guards: 'pages and stored data left on a shared machine',
    source: 'Clear Site Data §3.1; ASVS 5.0 V14.3.1',
  },
})

/** Who else may read answers. */
export const corsDefaults = settings({
  corsOrigins: {
    value: [] as readonly string[],
    guards: 'pages elsewhere that read what this site tells its visitor',
    source: 'Fetch standard §3.3; ASVS 5.0 V3.4.2',
  },
  corsMethods: {
    value: ['GET', 'HEAD', 'POST'] as readonly string[],
    guards: 'methods that the listed origins were not meant to use',
    source: 'Fetch standard §2.2.1: CORS-safelisted methods',
  },
  corsHeaders: {
    value: ['Content-Type', 'X-CSRF-Token'] as readonly string[],
    guards: 'request headers that the listed origins were not meant to send',
    source: 'Fetch standard §3.3.4',
  },
  corsExposeHeaders: {
    value: [] as readonly string[],
    guards: 'response headers that the listed origins were not meant to read',
    source: 'Fetch standard §3.3.3',
  },
  corsCredentials: {
    value: false,
    guards: "other origins that act with the visitor's cookies",
    source: 'Fetch standard §3.3.6',
  },
  corsMaxAge: {
    value: 600,
    unit: 's',
    minimum: 0,
    maximum: 86_400,
    guards: 'permissions that browsers keep after they were taken back',
    source: 'Fetch standard §3.3.3; Chromium: two hours at most',
  },
  unsafeAnyOrigin: {
    value: false,
    guards: 'every page on the web that reads the answers',
    source: 'off by default: for public data without cookies',
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

/** Every setting of this package by option name. */
export const defaults = settings({
  ...hostDefaults,
  trustedProxy: {
    value: null as Readonly<Record<string, unknown>> | null,
    key: 'TRUSTED_PROXY',
    accepts: 'mapping',
    optional: true,
    guards: 'forwarding headers that any client can send; null: none is believed',
    source: 'Werkzeug: ProxyFix',
  },
  ...csrfDefaults,
  ...headerDefaults,
  ...rateDefaults,
  ...clientDefaults,
  ...nonceDefaults,
  ...redirectDefaults,
  ...cspReportDefaults,
  ...clearSiteDataDefaults,
  ...corsDefaults,
})
