import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from '../src/passwords.ts'

/** Cheap parameters, so that the suite is about behaviour and not about heat. */
const cheap = { method: 'scrypt:1024:8:1', unsafeWeakMethod: true }

/** The same for checks: the work for a name that is not there, and for older hashes. */
const cheapToo = { method: 'scrypt:1024:8:1' }

describe('hashPassword', () => {
  it("writes scrypt with OWASP's parameters in Werkzeug's form", async () => {
    const hash = await hashPassword('correct horse')
    expect(hash).toMatch(/^scrypt:32768:8:3\$[\w-]{22}\$[\da-f]{128}$/)
    expect(await verifyPassword(hash, 'correct horse')).toEqual({ ok: true, needsRehash: false })
  })

  it('never writes the same hash twice', async () => {
    const hashes = await Promise.all(Array.from({ length: 5 }, () => hashPassword('same', cheap)))
    expect(new Set(hashes).size).toBe(5)
  })

  it.each([
    [
      'scrypt',
      'scrypt:1024:8:1',
      'Salt0AbCdEf0123',
      'f99b1afffd4db23ea536e0e49c8f92ddca1a75ade63cb3ec8429dd4b2326e338726440b37c0984a5cebcc3dae97872659d0b1d7f1b8879f5ffa69f6df4c70612',
    ],
    [
      'PBKDF2',
      'pbkdf2:sha256:1000',
      'Salt0AbCdEf0123',
      '5211843c0e83044786716d240a68b4899892dd682fca2afd3b088160106737ec',
    ],
    [
      'PBKDF2 with SHA-3',
      'pbkdf2:sha3_256:10',
      'abcdefghijklmnop',
      '416b823fcd1cdcf30952e77eaa4d390b928c9a0e7d7cec1f1b239c078b724536',
    ],
  ])('agrees with Werkzeug about %s', async (_, method, salt, hex) => {
    const options = { method, unsafeSalt: salt, unsafeWeakMethod: true }
    expect(await hashPassword('secret', options)).toBe(`${method}$${salt}$${hex}`)
  })

  it.each([
    'bcrypt',
    'scrypt:1',
    'scrypt:a:b:c',
    'scrypt:3:8:1',
    'scrypt:0:8:1',
    'scrypt:1024:8:1:1',
    'SCRYPT:32768:8:3',
    'pbkdf2:sha256:x',
    'pbkdf2:sha256:0',
    'pbkdf2:sha256:-1',
    'pbkdf2:md5:1000000',
    'scrypt:4194304:8:1',
    'scrypt:32768:8:17',
    'pbkdf2:sha256:10000001',
    'argon2id:19456',
    'argon2id:4194304:1:1',
    'argon2id:19456:200:1',
    'argon2id:64:1:16',
    'argon2i:19456:2:1',
    '',
  ])('refuses the method %j', async (method) => {
    await expect(hashPassword('x', { method, unsafeWeakMethod: true })).rejects.toMatchObject({
      code: 'ERR_AUTH_PASSWORD_METHOD',
      fix: expect.stringContaining('scrypt:32768:8:3'),
    })
  })

  it.each([
    'scrypt:16384:8:1',
    'scrypt:32768:8:1',
    'pbkdf2:sha256:1000',
    'pbkdf2:sha1:1000000',
    'argon2id:8192:2:1',
    'argon2id:1024:64:1',
  ])('writes the weak method %s only under its unsafe name', async (method) => {
    await expect(hashPassword('x', { method })).rejects.toMatchObject({ code: 'ERR_AUTH_PASSWORD_METHOD' })
  })

  it('refuses passwords of more than 4096 bytes', async () => {
    await expect(hashPassword('x'.repeat(4097), cheap)).rejects.toMatchObject({
      status: 422,
      code: 'ERR_AUTH_PASSWORD_TOO_LONG',
      details: { maximum: 4096 },
    })
    await expect(hashPassword('é'.repeat(2049), cheap)).rejects.toMatchObject({ details: { actual: 4098 } })
    expect(await hashPassword('é'.repeat(2048), cheap)).toContain('scrypt')
  })

  it('refuses unknown options with the nearest known one', async () => {
    await expect(hashPassword('x', { methd: 'scrypt' } as object)).rejects.toMatchObject({
      code: 'ERR_AUTH_OPTION',
      fix: expect.stringContaining("'method'"),
    })
  })
})

describe('verifyPassword', () => {
  it.each([
    ['umlauts', 'pässwörd'],
    ['other scripts', '日本語のパスワード'],
    ['emoji', '🎉'.repeat(8)],
    ['blanks at the ends', ' lead and trail '],
    ['a NUL', 'a\0b'],
    ['dollars', '$dollar$'],
    ['nothing', ''],
  ])('knows a password with %s from its neighbour', async (_, password) => {
    const hash = await hashPassword(password, cheap)
    expect((await verifyPassword(hash, password)).ok).toBe(true)
    expect((await verifyPassword(hash, `${password}x`)).ok).toBe(false)
  })

  it.each([
    [
      'Werkzeug 3',
      'scrypt:32768:8:1$abcdefghijklmnop$2098a7c25c0a0a626a77c6bb619c1cb62e3595cdd318877cfcae6f29f6bc3c0a96c382016c051a26f7f2071b3cb5f082a6fb7efcf6d61b466055c44fc47317b0',
    ],
    [
      'Werkzeug 2',
      'pbkdf2:sha256:1000000$abcdefghijklmnop$f143f7d7346caea4f67df9f29bda3732eb7858fddc390c4dbf905a7b854021cd',
    ],
    [
      'Werkzeug without iterations',
      'pbkdf2:sha256$abcdefghijklmnop$f143f7d7346caea4f67df9f29bda3732eb7858fddc390c4dbf905a7b854021cd',
    ],
    ['Werkzeug 0.x', 'pbkdf2:sha1:500$Salt0AbCdEf0123$ff0618f0e61bfd5d12feb8d27777e4911f41613a'],
  ])('reads hashes of %s and says that they are outgrown', async (_, hash) => {
    expect(await verifyPassword(hash, 'secret')).toEqual({ ok: true, needsRehash: true })
    expect(await verifyPassword(hash, 'Secret')).toEqual({ ok: false, needsRehash: false })
  })

  it.each([
    [
      'scrypt of Django',
      'scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw==',
      'lètmein',
    ],
    [
      'PBKDF2 of Django',
      'pbkdf2_sha256$20000$seasalt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0=',
      'lètmein',
    ],
    ['PBKDF2 with SHA-1 of Django', 'pbkdf2_sha1$20000$seasalt$PW/H5xF0MPTAW7JTY/RAPV+r8mo=', 'lètmein'],
    [
      'argon2id of Django',
      'argon2$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
      'password',
    ],
    [
      'argon2id of the reference',
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
      'password',
    ],
    [
      'argon2i of the reference',
      '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
      'password',
    ],
    [
      'scrypt as PHC',
      '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
      'password',
    ],
    [
      'PBKDF2 of passlib',
      '$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44',
      'password',
    ],
    [
      'PBKDF2 with SHA-512 of passlib',
      '$pbkdf2-sha512$25000$MDEyMzQ1Njc4OWFiY2RlZg$uxdHU.JH8vyHyz/DeXpgS7H6Tjz9A.lBWgSoOvvbH2iwTOWkhoRip9yMdB0AZCvZtIdBg46qUM3yPQkKDTKUSg',
      'password',
    ],
    [
      'PBKDF2 with SHA-1 of passlib',
      '$pbkdf2$10000$MDEyMzQ1Njc4OWFiY2RlZg$BsjQogkBcbCVuymXlg0BxCLzTRs',
      'password',
    ],
    [
      'PBKDF2 as PHC',
      '$pbkdf2-sha256$i=10000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$0YdT6cDcX5qiDagy0ie+FrM2RN8V8MC0buKrDrj+aAU',
      'password',
    ],
  ])('reads %s', async (_, hash, password) => {
    expect((await verifyPassword(hash, password, cheapToo)).ok).toBe(true)
    expect((await verifyPassword(hash, `${password}x`, cheapToo)).ok).toBe(false)
  })

  it('writes argon2id as a PHC string and rehashes it only when parameters have grown', async () => {
    const hash = await hashPassword('correct horse', { method: 'argon2id' })
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]+\$[\w+/]{43}$/)
    const check = (method: string) => verifyPassword(hash, 'correct horse', { method })
    expect(await check('argon2id')).toEqual({ ok: true, needsRehash: false })
    expect(await check('argon2id:12288:3:1')).toEqual({ ok: true, needsRehash: false })
    expect(await check('argon2id:65536:3:4')).toEqual({ ok: true, needsRehash: true })
  })

  it('knows a password by its normal form, whatever keyboard it came from', async () => {
    const checked = 'pa\u0308sswo\u0308rd'.normalize('NFKC')
    const hash = await hashPassword(checked, cheap)
    expect((await verifyPassword(hash, 'pa\u0308sswo\u0308rd', cheapToo)).ok).toBe(true)
    const asTyped = await hashPassword('pa\u0308sswo\u0308rd', cheap)
    expect((await verifyPassword(asTyped, 'pa\u0308sswo\u0308rd', cheapToo)).ok).toBe(true)
    expect((await verifyPassword(hash, 'passwo\u0308rd', cheapToo)).ok).toBe(false)
  })

  it('measures against the method of the app', async () => {
    const hash = await hashPassword('x', cheap)
    expect((await verifyPassword(hash, 'x', { method: 'scrypt:1024:8:1' })).needsRehash).toBe(false)
    expect((await verifyPassword(hash, 'x', { method: 'scrypt:2048:8:1' })).needsRehash).toBe(true)
    expect((await verifyPassword(hash, 'x', { method: 'pbkdf2:sha256:1000' })).needsRehash).toBe(true)
    await expect(verifyPassword(hash, 'x', { method: 'md5' })).rejects.toMatchObject({
      code: 'ERR_AUTH_PASSWORD_METHOD',
    })
  })

  it('keeps the event loop free and runs two at a time', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    const started = performance.now()
    await Promise.all(Array.from({ length: 4 }, () => verifyPassword(null, 'x')))
    clearInterval(timer)
    const elapsed = performance.now() - started
    expect(turns).toBeGreaterThan(elapsed / 50)
  })
})
