/** Defaults of how often clients may come, and of who else may read answers. */
import { settings } from '@dewar/base'

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

/** Who else may read answers. */
export const corsDefaults = settings({
  origins: {
    value: [] as readonly string[],
    guards: 'pages elsewhere that read what this site tells its visitor',
    source: 'Fetch standard §3.3; ASVS 5.0 V3.4.2',
  },
  methods: {
    value: ['GET', 'HEAD', 'POST'] as readonly string[],
    guards: 'methods that the listed origins were not meant to use',
    source: 'Fetch standard §2.2.1: CORS-safelisted methods',
  },
  headers: {
    value: ['Content-Type', 'X-CSRF-Token'] as readonly string[],
    guards: 'request headers that the listed origins were not meant to send',
    source: 'Fetch standard §3.3.4',
  },
  exposeHeaders: {
    value: [] as readonly string[],
    guards: 'response headers that the listed origins were not meant to read',
    source: 'Fetch standard §3.3.3',
  },
  credentials: {
    value: false,
    guards: "other origins that act with the visitor's cookies",
    source: 'Fetch standard §3.3.6',
  },
  maxAge: {
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
