/** What tokens are for: password reset, confirming an address, signed downloads. Each with its misuse. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateKey, KeyRing, Signer, TimedSigner } from '../src/index.ts'

const now = 1_750_000_000
const keys = new KeyRing(generateKey())

describe('a password-reset link, bound to the password’s hash', () => {
  const resets = new TimedSigner({ keys, purpose: 'password-reset', maxAge: 900, now: () => now })
  const users = new Map([['7', { passwordHash: 'scrypt:32768:8:1$salt$0123' }]])
  const fingerprint = (hash: string) => createHash('sha256').update(hash).digest('base64url').slice(0, 16)
  const linkFor = (id: string) =>
    resets.sign(JSON.stringify([id, fingerprint(users.get(id)?.passwordHash ?? '')]))

  function reset(token: string, passwordHash: string, at = now): boolean {
    const result = resets.verify(token, { now: at })
    if (!result.ok) return false
    const [id, print] = JSON.parse(result.payload) as [string, string]
    const user = users.get(id)
    if (user === undefined || fingerprint(user.passwordHash) !== print) return false
    user.passwordHash = passwordHash
    return true
  }

  it('works once, and then never again', () => {
    const token = linkFor('7')
    expect(reset(token, 'scrypt:32768:8:1$salt$4567')).toBe(true)
    expect(reset(token, 'scrypt:32768:8:1$salt$89ab')).toBe(false)
  })

  it('dies with a change of the password by other means, and with older links', () => {
    const [first, second] = [linkFor('7'), linkFor('7')]
    expect(reset(second, 'scrypt:32768:8:1$salt$cdef')).toBe(true)
    expect(reset(first, 'scrypt:32768:8:1$salt$0000')).toBe(false)
  })

  it('works for a quarter of an hour', () => {
    const token = linkFor('7')
    expect(reset(token, 'x', now + 900)).toBe(false)
    expect(reset(token, 'x', now + 899)).toBe(true)
  })

  it('shows nothing of the hash', () => {
    const payload = Buffer.from(linkFor('7').split('.')[1] ?? '', 'base64url').toString()
    expect(payload).not.toContain('scrypt')
  })
})

describe('a link that confirms an address', () => {
  const confirmations = new TimedSigner({ keys, purpose: 'confirm-email', maxAge: 86_400, now: () => now })

  it('confirms the address it was sent to, not one that was entered later', () => {
    const account = { id: 7, pending: 'ann@mail.example' }
    const token = confirmations.sign(JSON.stringify([account.id, account.pending]))
    const confirm = () => {
      const [id, address] = JSON.parse(confirmations.unsign(token)) as [number, string]
      return id === account.id && address === account.pending
    }
    expect(confirm()).toBe(true)
    account.pending = 'eve@mail.example'
    expect(confirm()).toBe(false)
  })

  it('is worth nothing as a password reset, nor the other way round', () => {
    const resets = new TimedSigner({ keys, purpose: 'password-reset', now: () => now })
    expect(resets.verify(confirmations.sign('[7,"x"]')).ok).toBe(false)
    expect(confirmations.verify(resets.sign('[7,"x"]')).ok).toBe(false)
  })
})

describe('a signed download', () => {
  const downloads = new TimedSigner({ keys, purpose: 'download', maxAge: 300, now: () => now })
  const isAllowed = (path: string, token: string | null, at = now) => {
    const result = downloads.verify(token, { now: at })
    return result.ok && result.payload === path
  }

  it('opens the file it was made for, for five minutes', () => {
    const token = downloads.sign('/files/report.pdf')
    expect(isAllowed('/files/report.pdf', token)).toBe(true)
    expect(isAllowed('/files/report.pdf', token, now + 300)).toBe(false)
  })

  it.each(['/files/payroll.pdf', '/files/report.pdf/../payroll.pdf', '/files/REPORT.pdf', ''])(
    'does not open %j',
    (path) => expect(isAllowed(path, downloads.sign('/files/report.pdf'))).toBe(false),
  )

  it.each([null, '', 'x', 'a.b.c'])('is not opened by %j', (token) => {
    expect(isAllowed('/files/report.pdf', token)).toBe(false)
  })
})

describe('an unsubscribe link', () => {
  it('never ends, and is good for nothing else', () => {
    const unsubscribe = new Signer({ keys, purpose: 'unsubscribe' })
    expect(unsubscribe.unsign(unsubscribe.sign('ann@mail.example'))).toBe('ann@mail.example')
    expect(new Signer({ keys, purpose: 'login' }).verify(unsubscribe.sign('7')).ok).toBe(false)
  })
})
