import { describe, expect, it } from 'vitest'
import { checkCsrfToken, createCsrfSecret, csrfToken } from '../src/index.ts'

const secret = createCsrfSecret()
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function isAccepted(token: string | null, key: string | undefined = secret): boolean {
  try {
    checkCsrfToken(token, key)
    return true
  } catch {
    return false
  }
}

describe('forged CSRF tokens', () => {
  it('are refused with any character changed, spare bits of the last one included', () => {
    const token = csrfToken(secret)
    const accepted = Array.from(token).flatMap((character, index) =>
      Array.from(alphabet)
        .filter((other) => other !== character)
        .map((other) => token.slice(0, index) + other + token.slice(index + 1))
        .filter((forged) => isAccepted(forged)),
    )
    expect(accepted).toEqual([])
  })

  it.each([
    ['a token of another session', csrfToken(createCsrfSecret())],
    ['the bare secret', secret],
    ['the secret twice', secret + secret],
    ['64 zero bytes', 'A'.repeat(86)],
    ['a token cut short', csrfToken(secret).slice(0, -1)],
    ['a token with more behind it', `${csrfToken(secret)}A`],
    ['a token with blanks inside', csrfToken(secret).replace(/.$/, ' ')],
    ['a token in another alphabet', `${csrfToken(secret).slice(0, -1)}+`],
    ['a padded token', `${csrfToken(secret)}==`],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('are refused: %s', (_, token) => {
    expect(isAccepted(token)).toBe(false)
  })

  it.each([
    ['empty', ''],
    ['too short', 'AAAA'],
    ['no base64', '!'.repeat(43)],
  ])('do not pass for a session whose secret is %s', (_, broken) => {
    expect(isAccepted('A'.repeat(86), broken)).toBe(false)
  })

  it('share no run of characters from one page to the next', () => {
    const [a, b] = [csrfToken(secret), csrfToken(secret)]
    const runs = Array.from({ length: 86 - 8 }, (_, index) => a.slice(index, index + 8))
    expect(runs.filter((run) => b.includes(run))).toEqual([])
  })

  it('do not stop the honest one', () => {
    expect(isAccepted(csrfToken(secret))).toBe(true)
  })
})
