/** Every default of passwords: how they are kept, what their hashes may ask for, which new ones are taken. */
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
    value: 250,
    unit: 'count',
    guards: 'a flood of logins that leaves honest ones waiting for minutes: over it, 503',
    source: 'half a minute of work at two at a time, which is as long as people and proxies wait',
  },
  queueRetryAfter: {
    value: 5,
    unit: 's',
    guards: 'clients that come back at once',
    source: 'RFC 9110 §10.2.3',
  },
  scryptMethod: {
    value: [32_768, 8, 1] as readonly number[],
    guards: 'nothing: N, r and p of the method named scrypt alone; new hashes are made with method',
    source: 'Werkzeug: generate_password_hash',
  },
  scryptBytes: {
    value: 64,
    unit: 'bytes',
    guards: 'chance',
    source: 'Werkzeug and Django: 64; Python: hashlib.scrypt',
  },
  argon2Method: {
    value: [19_456, 2, 1] as readonly number[],
    guards:
      'guessing passwords from a stolen table: KiB, passes and lanes of the method named argon2id alone',
    source: 'OWASP Password Storage Cheat Sheet',
  },
  pbkdf2Iterations: {
    value: 1_000_000,
    guards: 'guessing passwords from a stolen table, where the method is named pbkdf2 alone',
    source: 'Werkzeug: generate_password_hash',
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
  scryptMaxCost: {
    value: 8_388_608,
    unit: 'count',
    guards: 'a stored hash that asks for minutes: N · r · p',
    source: 'ten times the default',
  },
  argon2TagBytes: { value: 32, unit: 'bytes', guards: 'chance', source: 'RFC 9106 §4: 256 bits' },
  argon2MaxMemory: {
    value: 262_144,
    unit: 'count',
    guards: 'a stored hash that asks for all memory, in KiB',
    source: 'two and a half times what Django 5 writes',
  },
  argon2MaxWork: {
    value: 2_097_152,
    unit: 'count',
    guards: 'a stored hash that asks for minutes: KiB times passes',
    source: 'ten times what Django 5 writes',
  },
  argon2MaxLanes: {
    value: 16,
    unit: 'count',
    guards: 'a stored hash that asks for threads',
    source: 'RFC 9106 §4: 4 lanes',
  },
  argon2MinWork: {
    value: 35_840,
    unit: 'count',
    guards: 'weak parameters: KiB times passes',
    source: 'OWASP Password Storage Cheat Sheet: m=7168, t=5, p=1 is the least of equals',
  },
  argon2MinMemory: {
    value: 7168,
    unit: 'count',
    guards: 'weak parameters: KiB',
    source: 'OWASP Password Storage Cheat Sheet: m=7168, t=5, p=1',
  },
  commonParts: {
    value: 3,
    unit: 'count',
    guards: 'two common passwords and a mark behind them taken for a good one',
    source: 'NIST SP 800-63B-4 §3.1.1.2: derivatives of blocked words; three words of 49,000 are 47 bits',
  },
  longestPart: {
    value: 24,
    unit: 'count',
    guards: 'the time of looking for common parts',
    source: 'as long as common passwords get',
  },
  hashMaxLength: {
    value: 1024,
    unit: 'count',
    guards: 'a stored text that is no hash',
    source: 'the longest readable one has about 200 characters',
  },
  hashMinBytes: {
    value: 16,
    unit: 'bytes',
    guards: 'a stored hash so short that a wrong password is right by chance',
    source: 'NIST SP 800-132 §5.2: 112 bits',
  },
  hashMaxBytes: {
    value: 64,
    unit: 'bytes',
    guards: 'a stored hash whose length multiplies the work',
    source: 'Werkzeug, Django: 64',
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

/** Which new passwords are taken. */
export const passwordPolicyDefaults = settings({
  minLength: {
    value: 15,
    unit: 'count',
    minimum: 8,
    guards: 'guessing; 8 where a second factor is asked for as well',
    source: 'NIST SP 800-63B-4 §3.1.1.2: 15 characters as the only factor, 8 beside another',
  },
  maxLength: {
    value: 256,
    unit: 'count',
    minimum: 64,
    guards: 'work for a stranger; passphrases fit',
    source: 'NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 V6.2.9: 64 at the least are taken',
  },
  shortestWord: {
    value: 3,
    unit: 'count',
    minimum: 1,
    guards: 'passwords built around a name or address, without refusing every password with an "a" in it',
    source: 'NIST SP 800-63B-4 §3.1.1.2: context-specific words',
  },
})
