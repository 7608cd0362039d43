/** Every default of this package, with its reason. */
import { settings } from '@dewar/base'

/** How passwords are kept. */
export const passwordDefaults = settings({
  method: {
    value: 'scrypt:32768:8:3',
    guards: 'guessing passwords from a stolen table: 32 MiB and about a fifth of a second for each try',
    source: 'OWASP Password Storage Cheat Sheet: scrypt with N=2^15, r=8, p=3',
  },
  unsafeWeakMethod: {
    value: false,
    guards: 'hashes that a graphics card tries by the million',
    source: 'OWASP Password Storage Cheat Sheet',
  },
  unsafeSalt: {
    value: null as string | null,
    accepts: 'string',
    optional: true,
    guards: 'equal passwords with equal hashes; for tests against known hashes only',
    source: 'Werkzeug: gen_salt',
  },
})

/** Bounds of the work that a stored hash or a password may ask for. */
export const passwordLimits = settings({
  saltBytes: {
    value: 16,
    unit: 'bytes',
    guards: 'tables computed ahead',
    source: 'NIST SP 800-132 §5.1: 128 bits',
  },
  passwordMaxBytes: {
    value: 4096,
    unit: 'bytes',
    guards: 'megabytes being hashed for a stranger',
    source: 'ASVS 5.0 V6.2.9: at least 64 characters are taken',
  },
  concurrency: {
    value: 2,
    unit: 'count',
    guards: "a flood of logins taking all of Node's four threads from files and names",
    source: 'libuv: UV_THREADPOOL_SIZE 4',
  },
  queueLength: {
    value: 60,
    unit: 'count',
    guards: 'a flood of logins that leaves honest ones waiting for minutes: over it, 503',
    source: 'about seven seconds of work at two at a time',
  },
  queueRetryAfter: {
    value: 5,
    unit: 's',
    guards: 'clients that come back at once',
    source: 'RFC 9110 §10.2.3',
  },
  scryptMaxMemory: {
    value: 268_435_456,
    unit: 'bytes',
    guards: 'a stored hash that asks for all memory',
    source: 'RFC 7914 §2: 128 · N · r bytes',
  },
  scryptMaxParallelization: {
    value: 16,
    unit: 'count',
    guards: 'a stored hash that asks for minutes',
    source: 'RFC 7914 §2',
  },
  scryptMinCost: {
    value: 786_432,
    unit: 'count',
    guards: 'weak parameters: N · r · p',
    source: 'OWASP Password Storage Cheat Sheet: N=2^15, r=8, p=3',
  },
  pbkdf2MaxIterations: {
    value: 10_000_000,
    unit: 'count',
    guards: 'a stored hash that asks for minutes',
    source: 'ten times what Werkzeug 3.1 writes',
  },
  pbkdf2MinIterations: {
    value: 600_000,
    unit: 'count',
    guards: 'weak parameters',
    source: 'OWASP Password Storage Cheat Sheet: PBKDF2-HMAC-SHA256',
  },
})

/** Every setting of this package by option name. */
export const defaults = settings({ ...passwordDefaults })
