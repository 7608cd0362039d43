/** Cookies as sites really set them, and all that the grammar of RFC 6265 §4.1.1 and §4.2.1 allows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCookie, parseSetCookie, serializeCookie, serializeCookieHeader } from '../src/index.ts'

// cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
const octets = Array.from({ length: 0x5e }, (_, index) => String.fromCharCode(0x21 + index)).filter(
  (char) => !'",;\\'.includes(char),
)
const tokenChars = octets.filter((char) => !'()<>@:/[]?={}'.includes(char))
const cookieName = fc.string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 20 })
const cookieOctets = fc.string({ unit: fc.constantFrom(...octets), maxLength: 60 })
const cookiePairs = fc.uniqueArray(fc.tuple(cookieName, cookieOctets, fc.boolean()), {
  selector: ([name]) => name,
  maxLength: 12,
})

/** Names and values of the shapes that analytics, load balancers, consent banners, carts and log-ins set. */
const seen: readonly (readonly [string, string])[] = [
  ['_ga', 'GA1.2.1234567890.1700000000'],
  ['_ga_ABCDEF1234', 'GS1.1.1700000000.3.1.1700000123.0.0.0'],
  ['_gid', 'GA1.2.987654321.1700000000'],
  ['_fbp', 'fb.1.1700000000000.1234567890'],
  ['__cf_bm', 'kq1.Z~aB_c-1700000000-1-AbC/dEf+GhI=='],
  ['__Secure-3PSID', 'g.a000AbCd-EfGh_IjKl.MnOp'],
  ['__Host-session', 'eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.AbC-dEf_123'],
  ['NID', '511=AbC-dEf:GhI=JkL'],
  ['CONSENT', 'PENDING+123'],
  ['OptanonConsent', 'isGpcEnabled=0&datestamp=Mon+Nov+20+2023&groups=C0001%3A1%2CC0002%3A0'],
  ['euconsent-v2', 'CPzAAAAPzAAAAAGABCENDZ-AAAAAAA.YAAAAAAAAAAA'],
  ['JSESSIONID', '0000AbCdEf:1a2b3c4d'],
  ['PHPSESSID', 'abcdefghijklmnopqrstuv0123'],
  ['ASP.NET_SessionId', 'abcdefghijklmnopqrstuvwx'],
  ['.AspNetCore.Antiforgery.AbC', 'CfDJ8AbC-dEf_gHi'],
  ['laravel_session', 'eyJpdiI6IkFiQyJ9%3D%3D'],
  ['connect.sid', 's%3AAbCdEf.GhIjKl%2FMnOp%3D'],
  ['csrftoken', 'AbCdEf0123456789'],
  ['XSRF-TOKEN', 'AbC|dEf|1700000000'],
  ['AWSALB', 'aBcD/eFgH+iJkL=='],
  ['BIGipServer~Common~pool', '!AbC=123.45.67.89:80'],
  ['incap_ses_123_456', 'AbC!dEf$gHi=='],
  ['ajs_user_id', '%22user-123%22'],
  ['mp_abc_mixpanel', '%7B%22distinct_id%22%3A%20%22x%22%7D'],
  ['amplitude_id', "eyJkIjoiJyJ9'*("],
  ['s_cc', 'true'],
  ['wp-settings-1', 'libraryContent=browse&editor=tinymce'],
  ['wordpress_logged_in_0123abc', 'admin|1700000000|AbC|dEf'],
  ['cart', '[{id:1;qty:2}]'.replace(';', '.')],
  ['tz', 'Europe/Vienna'],
  ['lang', 'de-AT'],
  ['empty', ''],
  ['theme', '#fff@2x?a=b'],
  ['*', '~^`{}|'],
]

describe('cookies that sites set', () => {
  it.each(seen)('%s is read as it was sent', (name, value) => {
    expect([...parseCookie(`${name}=${value}`)]).toEqual([[name, value]])
  })

  it('is read beside all the others', () => {
    const header = seen.map(([name, value]) => `${name}=${value}`).join('; ')

    expect([...parseCookie(header)]).toEqual(seen)
  })

  it.each(seen)('%s is written as it is, without quotes', (name, value) => {
    const header = serializeCookie(name, value, { secure: true })

    expect(header.startsWith(`${name}=${value}; Secure`)).toBe(true)
  })
})

describe('all that the grammar allows', () => {
  it('is read as it was sent, quoted or not', () => {
    fc.assert(
      fc.property(cookiePairs, (pairs) => {
        const header = pairs.map(([name, value, quoted]) => `${name}=${quoted ? `"${value}"` : value}`)
        expect([...parseCookie(header.join('; '))]).toEqual(pairs.map(([name, value]) => [name, value]))
      }),
    )
  })

  it('is written as it is, and read back by a client', () => {
    fc.assert(
      fc.property(cookieName, cookieOctets, (name, value) => {
        fc.pre(!/^__(?:host|secure)-/i.test(name))
        const header = serializeCookie(name, value, { secure: false, httpOnly: false, sameSite: null })
        expect(header).toBe(`${name}=${value}; Path=/`)
        expect(parseSetCookie(header)).toEqual({ name, value, options: { path: '/' } })
      }),
    )
  })

  it('is sent back by a client as servers read it', () => {
    fc.assert(
      fc.property(cookiePairs, (pairs) => {
        const cookies = Object.fromEntries(pairs.map(([name, value]) => [name, value]))
        expect(parseCookie(serializeCookieHeader(cookies)).toObject()).toEqual({ ...cookies })
      }),
    )
  })
})
