/** RFC 7516 appendix A.1 and RFC 7520 §4.4 and §5.2, through the same functions that make and open our tokens. */
import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { encodeBase64url } from '../src/base64url.ts'
import { makeHmac } from '../src/hmac.ts'
import { signCompact, splitCompact, verifyCompact } from '../src/jws.ts'
import { decrypt, encrypt } from '../src/sealer.ts'

const maxLength = 65_536
const flip = (text: string) => `${text.slice(0, 7)}${text[7] === 'A' ? 'B' : 'A'}${text.slice(8)}`

/** The content encryption of each: how the key itself is wrapped there is none of our business. */
const sealed = [
  {
    name: 'RFC 7516 A.1',
    header: 'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ',
    key: 'saH0gFSP4XM_tAP_a5rU9ooHbltwLiJpL4LLLnrqQPw',
    iv: '48V1_ALb6US04U3b',
    text: '5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A',
    tag: 'XFBoMYUZodetZdvTiFvSkQ',
    plain: 'The true sign of intelligence is not knowledge but imagination.',
  },
  {
    name: 'RFC 7520 §5.2',
    header:
      'eyJhbGciOiJSU0EtT0FFUCIsImtpZCI6InNhbXdpc2UuZ2FtZ2VlQGhvYmJpdG9uLmV4YW1wbGUiLCJlbmMiOiJBMjU2R0NNIn0',
    key: 'mYMfsggkTAm0TbvtlFh2hyoXnbEzJQjMxmgLN3d8xXA',
    iv: '-nBoKLH0YkLZPSI9',
    text: [
      'o4k2cnGN8rSSw3IDo1YuySkqeS_t2m1GXklSgqBdpACm6UJuJowOHC5ytjqYgR',
      'L-I-soPlwqMUf4UgRWWeaOGNw6vGW-xyM01lTYxrXfVzIIaRdhYtEMRBvBWbEw',
      'P7ua1DRfvaOjgZv6Ifa3brcAM64d8p5lhhNcizPersuhw5f-pGYzseva-TUaL8',
      'iWnctc-sSwy7SQmRkfhDjwbz0fz6kFovEgj64X1I5s7E6GLp5fnbYGLa1QUiML',
      '7Cc2GxgvI7zqWo0YIEc7aCflLG1-8BboVWFdZKLK9vNoycrYHumwzKluLWEbSV',
      'maPpOslY2n525DxDfWaVFUfKQxMF56vn4B9QMpWAbnypNimbM8zVOw',
    ].join(''),
    tag: 'UCGiqJxhBI3IFVdPalHHvA',
    plain: [
      'You can trust us to stick with you through thick and thin–to the bitter end. ',
      'And you can trust us to keep any secret of yours–closer than you keep it yourself. ',
      'But you cannot trust us to let you face trouble alone, and go off without a word. ',
      'We are your friends, Frodo.',
    ].join(''),
  },
] as const

describe.each(sealed)('$name: AES-256-GCM', ({ header, key, iv, text, tag, plain }) => {
  const secret = createSecretKey(key, 'base64url')

  it('opens the ciphertext of the RFC', () => {
    expect(decrypt(header, iv, text, tag, secret)?.toString('utf8')).toBe(plain)
  })

  it('makes the ciphertext of the RFC, given its initialization vector', () => {
    const token = encrypt(header, plain, secret, Buffer.from(iv, 'base64url'))
    expect(token).toBe(`${header}..${iv}.${text}.${tag}`)
  })

  it.each([
    ['header', [flip(header), iv, text, tag]],
    ['initialization vector', [header, flip(iv), text, tag]],
    ['ciphertext', [header, iv, flip(text), tag]],
    ['tag', [header, iv, text, flip(tag)]],
    ['tag, cut short,', [header, iv, text, tag.slice(0, 16)]],
  ] as const)('does not open it with another %s', (_, [h, i, c, t]) => {
    expect(decrypt(h, i, c, t, secret)).toBeNull()
  })
})

describe('RFC 7520 §4.4: HMAC SHA-256', () => {
  const key = createSecretKey('hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg', 'base64url')
  const header = encodeBase64url('{"alg":"HS256","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037"}')
  const payload = encodeBase64url(
    [
      'It’s a dangerous business, Frodo, going out your door. You step onto the road, and if you ',
      "don't keep your feet, there’s no knowing where you might be swept off to.",
    ].join(''),
  )
  const token = `${header}.${payload}.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0`

  it('makes the token of the RFC', () => {
    expect(signCompact(header, payload, makeHmac(key))).toBe(token)
  })

  it('verifies it, and not with a changed payload', () => {
    const good = splitCompact(token, maxLength)
    const bad = splitCompact(token.replace(payload, flip(payload)), maxLength)
    expect(good && verifyCompact(good, makeHmac(key))).toBe(true)
    expect(bad && verifyCompact(bad, makeHmac(key))).toBe(false)
  })
})
