/** Defaults of what answers say to browsers: headers, nonces, reports. */
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
  strictDynamic: {
    value: false,
    key: 'CSP_STRICT_DYNAMIC',
    guards: 'lists of hosts for scripts: true lets scripts with the nonce load others, and nothing else does',
    source: 'CSP 3 §8.2',
  },
  trustedTypes: {
    value: null as readonly string[] | null,
    key: 'TRUSTED_TYPES',
    accepts: 'strings',
    optional: true,
    guards:
      'scripts that write text of strangers into the page: only the named policies may, none for []; null: not asked',
    source: 'Trusted Types §3; ASVS 5.0 V3.4.3',
  },
  cspReportUri: {
    value: null as string | null,
    key: 'CSP_REPORT_URI',
    accepts: 'string',
    optional: true,
    guards: 'attacks that the policy stops and nobody hears of: where browsers send reports',
    source: 'CSP 3 §6.5; Reporting API §3',
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
  cspReportBodyMax: {
    value: 65_536,
    unit: 'bytes',
    guards: 'reports that cost memory; longer ones get 413',
    source: 'twenty reports with long addresses',
  },
  cspReportLimit: {
    value: '60/minute',
    guards: 'a log filled by one client',
    source: 'a page sends a handful at once',
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
    key: 'CLEAR_SITE_DATA',
    accepts: 'strings',
    guards: 'pages and stored data left on a shared machine',
    source: 'Clear Site Data §3.1; ASVS 5.0 V14.3.1',
  },
})
