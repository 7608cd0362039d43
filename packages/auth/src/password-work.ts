/** The work of hashing: on Node's threads, never on the event loop, and never on all threads at once. */
// Named imports of what older Nodes lack would not load there.
import crypto from 'node:crypto'
import { DewarError } from '@dewar/base'
import { HttpError } from '@dewar/http'
import { passwordLimits } from './defaults.ts'
import type { PasswordMethod, ScryptMethod } from './password-method.ts'

/** Derives the bytes that stand behind the second `$`. */
export type PasswordWork = (method: PasswordMethod, password: Uint8Array, salt: Uint8Array) => Promise<Buffer>

/** 503: so many passwords wait to be hashed that another would wait too long. */
export class TooManyPasswords extends HttpError {
  constructor(waiting: number) {
    super(503, 'Too many people are logging in at this moment. Please try again.', {
      code: 'ERR_AUTH_PASSWORD_QUEUE',
      headers: { 'Retry-After': String(passwordLimits.queueRetryAfter.value) },
      details: { waiting },
      fix: 'Give the login route a limit, as in { limit: "10/minute" }; a real crowd needs more processes.',
    })
  }
}

/**
 * Makes a worker that runs at most so many derivations at a time; the others wait in order, as many as the queue holds.
 *
 * @param concurrency how many run at a time
 * @param queueLength how many may wait
 * @throws {TooManyPasswords} 503 from the worker, if the queue is full
 */
export function createPasswordWork(
  concurrency: number = passwordLimits.concurrency.value,
  queueLength: number = passwordLimits.queueLength.value,
): PasswordWork {
  const waiting: (() => void)[] = []
  let running = 0
  return async (method, password, salt) => {
    if (running < concurrency) running++
    else if (waiting.length >= queueLength) throw new TooManyPasswords(waiting.length)
    // Who ends hands its place over without giving it back in between.
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await derive(method, password, salt)
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}

function derive(method: PasswordMethod, password: Uint8Array, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, key: Buffer) => (error === null ? resolve(key) : reject(error))
    if (method.kind === 'pbkdf2') {
      crypto.pbkdf2(password, salt, method.iterations, method.bytes, method.digest, done)
    } else if (method.kind === 'scrypt') {
      const { cost, blockSize, parallelization } = method
      const maxmem = scryptBytes(method)
      crypto.scrypt(password, salt, method.bytes, { cost, blockSize, parallelization, maxmem }, done)
    } else {
      checkArgon2()
      const { memory, passes, lanes: parallelism, bytes: tagLength } = method
      const parameters = { message: password, nonce: salt, memory, passes, parallelism, tagLength }
      crypto.argon2(method.variant, parameters, done)
    }
  })
}

/** What OpenSSL asks to be allowed: blocks of 128 · r bytes, N of them and p and three more (RFC 7914 §2), and a little. */
function scryptBytes({ cost, blockSize, parallelization }: ScryptMethod): number {
  return 128 * blockSize * (cost + parallelization + 3) + 1024
}

/** @throws {DewarError} `ERR_AUTH_NO_ARGON2` if this Node has none */
export function checkArgon2(): void {
  if (typeof crypto.argon2 === 'function') return
  throw new DewarError('ERR_AUTH_NO_ARGON2', 'A password hash is argon2, which this Node cannot compute.', {
    fix: 'Run Node 24.7 or later.',
  })
}
