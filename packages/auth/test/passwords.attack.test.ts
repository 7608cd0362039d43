import { describe, expect, it } from 'vitest'
import { createPasswordWork } from '../src/password-work.ts'
import { hashPassword, verifyPassword } from '../src/passwords.ts'

const hex =
  'a212690b100ba2a10e2cd44e88de0d1869a1b4e5e8f9cbe2eb11f11a5ff57d51a62a5ab78a2ef6d9a83c1d0ec1bc161c58c2cd2bfa59fc8f38088416896d49f4'
const cheap = { method: 'scrypt:1024:8:1' }

describe('stored hashes that are broken or forged', () => {
  it.each([
    ['empty', ''],
    ['without dollars', 'secret'],
    ['two dollars', '$$'],
    ['without hash', 'scrypt:1024:8:1$saltsalt'],
    ['an empty hash', 'scrypt:1024:8:1$saltsalt$'],
    ['plain text', 'plain$saltsalt$secret'],
    ['another method', 'md5$saltsalt$a212690b100ba2a10e2cd44e88de0d18'],
    ['other parameters', `scrypt:2048:8:1$saltsalt$${hex}`],
    ['another salt', `scrypt:1024:8:1$saltsaltx$${hex}`],
    ['no salt', `scrypt:1024:8:1$$${hex}`],
    ['upper case', `scrypt:1024:8:1$saltsalt$${hex.toUpperCase()}`],
    ['one character short', `scrypt:1024:8:1$saltsalt$${hex.slice(0, -1)}`],
    ['one character more', `scrypt:1024:8:1$saltsalt$${hex}0`],
    ['a line break behind it', `scrypt:1024:8:1$saltsalt$${hex}\n`],
    ['another dollar', `scrypt:1024:8:1$saltsalt$${hex}$`],
    ['characters outside ASCII', `scrypt:1024:8:1$saltsalt$${hex.slice(0, -1)}ü`],
    ['a parameter of zero', `scrypt:0:8:1$saltsalt$${hex}`],
    ['no parameters that are numbers', `scrypt:x:8:1$saltsalt$${hex}`],
    ['a terabyte', `scrypt:1073741824:8:1$saltsalt$${hex}`],
    ['an hour', `pbkdf2:sha256:9999999999$saltsalt$${hex.slice(0, 64)}`],
    ['endless lanes', `scrypt:1024:8:1048576$saltsalt$${hex}`],
    ['a gigabyte of scrypt, as Django writes it', 'scrypt$1048576$seasalt$8$1$ECMIUp+LMxM='],
    [
      'a gigabyte of scrypt, as PHC',
      '$scrypt$ln=20,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    ],
    [
      '2^99 of scrypt',
      '$scrypt$ln=99,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    ],
    [
      'four gigabytes of argon2',
      '$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
    [
      'an hour of argon2',
      '$argon2id$v=19$m=65536,t=999999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
    [
      'an army of argon2',
      '$argon2id$v=19$m=65536,t=2,p=8192$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
    [
      'argon2 with less memory than lanes need',
      '$argon2id$v=19$m=8,t=1,p=4$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
    ['argon2 without salt', '$argon2id$v=19$m=64,t=1,p=1$$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
    ['argon2 without hash', '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$'],
    ['a byte of argon2, right for one in 256', '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CT'],
    [
      'argon2 of a version that nobody computes',
      '$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
    ['a megabyte of PBKDF2 output', `$pbkdf2-sha256$1000$c29tZXNhbHQ$${'A'.repeat(900)}`],
    ['a hash of a megabyte', `pbkdf2:sha256:1000$saltsalt$${'a'.repeat(1_000_000)}`],
    ['bcrypt', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
    ["Django's unusable password", '!x5WYvZ6Yk2pTzGmJr0aN3dLq8HsBf7CuEo1iRlVw'],
  ])('never match and never throw: %s', async (_, hash) => {
    expect(await verifyPassword(hash, 'secret', cheap)).toEqual({ ok: false, needsRehash: false })
    expect((await verifyPassword(hash, '', cheap)).ok).toBe(false)
  })

  it('leave the honest one alone', async () => {
    expect((await verifyPassword(`scrypt:1024:8:1$saltsalt$${hex}`, 'secret', cheap)).ok).toBe(true)
  })
})

describe('a login form', () => {
  it('takes as long for names that do not exist', async () => {
    const stored = await hashPassword('right password')
    const time = async (hash: string | null) => {
      const started = performance.now()
      await verifyPassword(hash, 'wrong password')
      return performance.now() - started
    }
    const known: number[] = []
    const unknown: number[] = []
    for (let round = 0; round < 5; round++) {
      known.push(await time(stored))
      unknown.push(await time(null))
    }
    // The fastest of each is the work itself, without the machine's other business.
    const ratio = Math.min(...unknown) / Math.min(...known)
    expect(ratio).toBeGreaterThan(0.7)
    expect(ratio).toBeLessThan(1.4)
  })

  it('takes as long for an account whose hash is older', async () => {
    const stored = await hashPassword('right password', {
      method: 'scrypt:32768:8:1',
      unsafeWeakMethod: true,
    })
    const time = async (hash: string | null) => {
      const started = performance.now()
      await verifyPassword(hash, 'wrong password')
      return performance.now() - started
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let round = 0; round < 4; round++) {
      known.push(await time(stored))
      unknown.push(await time(null))
    }
    const ratio = Math.min(...unknown) / Math.min(...known)
    expect(ratio).toBeGreaterThan(0.6)
    expect(ratio).toBeLessThan(1.6)
  })

  it('does the same work for passwords that are too long', async () => {
    const stored = await hashPassword('right password')
    const started = performance.now()
    expect(await verifyPassword(stored, 'x'.repeat(5_000_000))).toEqual({ ok: false, needsRehash: false })
    expect(performance.now() - started).toBeGreaterThan(10)
  })

  it('makes no more people wait than it can serve soon: the others get 503 at once', async () => {
    const work = createPasswordWork(1, 3)
    const method = { kind: 'scrypt', cost: 1024, blockSize: 8, parallelization: 1, bytes: 64 } as const
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => work(method, Buffer.from('x'), Buffer.from('salt'))),
    )
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused).toHaveLength(6)
    expect(refused[0]).toMatchObject({ status: 503, code: 'ERR_AUTH_PASSWORD_QUEUE' })
    expect(refused[0].headers.get('Retry-After')).toBe('5')
    await expect(work(method, Buffer.from('x'), Buffer.from('salt'))).resolves.toHaveLength(64)
  })

  it('cannot take more threads than it is given, and gives each back', async () => {
    const work = createPasswordWork(2)
    const method = { kind: 'scrypt', cost: 1024, blockSize: 8, parallelization: 1, bytes: 64 } as const
    const broken = { ...method, cost: 3 }
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        work(index % 2 ? method : broken, Buffer.from('x'), Buffer.from('salt')),
      ),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    await expect(work(method, Buffer.from('x'), Buffer.from('salt'))).resolves.toHaveLength(64)
  })
})
