import { Headers } from '@dewar/http'
import { MemoryStore } from '@dewar/stores'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bindCsrfSecret,
  ContentSecurityPolicy,
  checkCsrfToken,
  clientKey,
  createCsrfSecret,
  csrfToken,
  isTrustedHost,
  parseHost,
  RateLimit,
  trustProxy,
} from '../src/index.ts'

describe('parseHost', () => {
  it('agrees with the URL standard about every host it accepts', () => {
    const parts = fc.constantFrom(
      'a',
      'example',
      'org',
      '.',
      ':',
      '-',
      '[',
      ']',
      '::1',
      '80',
      '0x7f',
      '@',
      '%',
      '/',
      '1',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(parts, { maxLength: 8 }).map((list) => list.join('')),
          fc.string(),
        ),
        (text) => {
          const parsed = parseHost(text)
          if (parsed === null) return true
          const url = URL.parse(`http://${text}/`)
          // Numbers such as 0x7f are addresses to the URL standard: the name must then be refused there or be the same.
          return (
            url === null ||
            (url.username === '' &&
              url.pathname === '/' &&
              (url.hostname === parsed.name || /^[\d.]+$/.test(url.hostname)))
          )
        },
      ),
      { numRuns: 5000 },
    )
  })

  it('never trusts a host that is neither listed nor below a listed one', () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const trusted = isTrustedHost(domain, ['.example.org'])
        return trusted === (domain === 'example.org' || domain.endsWith('.example.org'))
      }),
    )
  })
})

describe('csrfToken', () => {
  it('passes for its own secret and for no other', () => {
    fc.assert(
      fc.property(fc.string(), fc.webPath(), (method, path) => {
        const [secret, other] = [createCsrfSecret(), createCsrfSecret()]
        const bound = bindCsrfSecret(secret, method, path)
        checkCsrfToken(csrfToken(bound), bound)
        expect(() => checkCsrfToken(csrfToken(bound), other)).toThrow()
      }),
    )
  })

  it('never throws anything but a CsrfError, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (token, secret) => {
        expect(() => checkCsrfToken(token, secret)).toThrow(expect.objectContaining({ status: 403 }))
      }),
    )
  })
})

describe('ContentSecurityPolicy', () => {
  it('reads back what it writes', () => {
    const source = fc.constantFrom(
      "'self'",
      "'nonce'",
      'https:',
      'https://cdn.example',
      "'unsafe-inline'",
      'data:',
    )
    const names = fc.constantFrom('script-src', 'img-src', 'style-src', 'frame-ancestors')
    fc.assert(
      fc.property(fc.dictionary(names, fc.uniqueArray(source)), (directives) => {
        const policy = new ContentSecurityPolicy(directives)
        const text = policy.serialize('n0nce')
        expect(ContentSecurityPolicy.parse(text).serialize()).toBe(text)
      }),
    )
  })
})

describe('clientKey', () => {
  it('gives one key for all addresses of a /64 and for all spellings', () => {
    const group = fc.integer({ min: 1, max: 0xffff }).map((n) => n.toString(16))
    fc.assert(
      fc.property(fc.tuple(group, group, group, group), fc.tuple(group, group), (network, [a, b]) => {
        const key = clientKey(`${network.join(':')}::${a}`)
        return (
          key === clientKey(`${network.join(':')}:0:${b}:${a}:1`) &&
          key === clientKey(`[${network.join(':').toUpperCase()}::${b}]:443`)
        )
      }),
    )
  })

  it('always gives a short printable key', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4()), (text) =>
        /^[\w.:/]{1,48}$/.test(clientKey(text)),
      ),
    )
  })
})

describe('trustProxy', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom(',', '"', '\\', ' ', ';', '=', 'for=127.0.0.1', '127.0.0.1', 'proto=https', 'a'),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  )
  const head = (name: string, value: string) => ({
    headers: Headers.fromRaw([name, value]),
    remoteAddr: '10.0.0.1',
    scheme: 'http',
    rootPath: '',
  })

  it('never takes a value the client wrote in front of what the proxy appended', () => {
    fc.assert(
      fc.property(hostile, (written) => {
        const { remoteAddr } = trustProxy(head('X-Forwarded-For', `${written}, 203.0.113.9`))
        return remoteAddr === '203.0.113.9' || remoteAddr === '10.0.0.1'
      }),
      { numRuns: 3000 },
    )
  })

  it('nor in Forwarded, nor its scheme', () => {
    fc.assert(
      fc.property(hostile, (written) => {
        const seen = trustProxy(head('Forwarded', `${written}, for=203.0.113.9;proto=http`), { forwarded: 1 })
        return seen.scheme === 'http' && (seen.remoteAddr === '203.0.113.9' || seen.remoteAddr === '10.0.0.1')
      }),
      { numRuns: 3000 },
    )
  })
})

describe('RateLimit', () => {
  it('never allows more than its count within a window that slides, but for the share it estimates', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }), async (pauses) => {
        const clock = { now: 1_800_000_000 }
        const now = () => clock.now
        const limit = new RateLimit({ limit: '5/minute', store: new MemoryStore({ now }), now })
        const times: number[] = []
        for (const pause of pauses) {
          clock.now += pause
          const result = await limit.hit('a')
          if (result.allowed) times.push(clock.now)
          else expect(result.retryAfter).toBeGreaterThan(0)
        }
        // A sliding counter takes the last window's hits as evenly spread: at most twice the count can fall together.
        for (const start of times) {
          expect(times.filter((time) => time >= start && time < start + 60).length).toBeLessThan(10)
        }
        for (let window = Math.floor(1_800_000_000 / 60); window <= clock.now / 60; window++) {
          expect(times.filter((time) => Math.floor(time / 60) === window).length).toBeLessThanOrEqual(5)
        }
      }),
      { numRuns: 50 },
    )
  })
})
