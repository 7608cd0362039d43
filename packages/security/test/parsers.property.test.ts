/** Whatever comes, the parsers of this package answer or refuse, within bounds. */
import { DewarError } from '@dewar/base'
import { BadRequest, Headers } from '@dewar/http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ContentSecurityPolicy,
  createCors,
  parseCspReports,
  parseForwarded,
  parseRate,
  securityHeaders,
  serializePermissions,
} from '../src/index.ts'

/** What a call gives, or `null` if it refuses as it should. */
function attempt<T>(call: () => T, refusal: abstract new (...args: never[]) => Error): T | null {
  try {
    return call()
  } catch (error) {
    expect(error).toBeInstanceOf(refusal)
    return null
  }
}

const text = fc.string({ unit: 'binary', maxLength: 60 })

describe('parseCspReports', () => {
  const type = fc.constantFrom('application/csp-report', 'application/reports+json', 'text/plain', '')
  const body = fc.oneof(
    text,
    fc.json(),
    fc.record({ 'csp-report': fc.dictionary(text, fc.anything()) }).map((value) => JSON.stringify(value)),
    fc
      .array(fc.record({ type: fc.constantFrom('csp-violation', 'other'), url: text, body: fc.jsonValue() }))
      .map((value) => JSON.stringify(value)),
  )

  it('gives few reports of short plain text, or refuses', () => {
    fc.assert(
      fc.property(type, body, (contentType, sent) => {
        const reports = attempt(() => parseCspReports(contentType, sent), BadRequest) ?? []
        expect(reports.length).toBeLessThanOrEqual(20)
        for (const { line, ...texts } of reports) {
          expect(Number.isSafeInteger(line) && line >= 0).toBe(true)
          for (const value of Object.values(texts)) {
            expect(value.length).toBeLessThanOrEqual(512)
            expect(value).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/)
          }
        }
      }),
    )
  })
})

describe('createCors', () => {
  const listed = 'https://app.example'
  const origin = fc.oneof(
    text,
    fc.webUrl(),
    fc.tuple(text, text).map(([before, after]) => `${before}${listed}${after}`),
    fc.constantFrom(listed, 'HTTPS://APP.EXAMPLE', 'https://app.example:443', 'null', '*'),
  )

  it('allows the listed origin as browsers write it, and no other text', () => {
    const cors = createCors({ origins: [listed], methods: ['PUT'], credentials: true })
    fc.assert(
      fc.property(origin, (asked) => {
        const headers = attempt(() => new Headers({ Origin: asked }), DewarError)
        if (headers === null) return
        expect(cors.answer(headers).allowed).toBe(headers.get('Origin') === listed)
        headers.set('Access-Control-Request-Method', 'PUT')
        expect(cors.preflight('OPTIONS', headers)?.allowed).toBe(headers.get('Origin') === listed)
      }),
    )
  })
})

describe('ContentSecurityPolicy.parse', () => {
  const part = fc.constantFrom(
    'script-src',
    'img-src',
    'report-to',
    "'self'",
    "'none'",
    "'nonce'",
    "'unsafe-inline'",
    'data:',
    ';',
    ',',
    ' ',
    '\n',
    "'",
    '*',
    'https://a.example',
  )
  const policy = fc.oneof(
    text,
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join(' ')),
  )

  it('refuses, or reads back what it writes, in one line that is one policy', () => {
    fc.assert(
      fc.property(policy, (sent) => {
        const parsed = attempt(() => ContentSecurityPolicy.parse(sent), DewarError)
        if (parsed === null) return
        const written = parsed.serialize('r4nd0m')
        expect(written).toMatch(/^[\x20-\x7e]*$/)
        expect(written).not.toContain(',')
        expect(ContentSecurityPolicy.parse(written).serialize()).toBe(written)
      }),
    )
  })
})

describe('parseRate', () => {
  it('gives whole numbers above zero, or refuses', () => {
    const rate = fc.oneof(
      text,
      fc
        .tuple(fc.nat(), fc.constantFrom('/', ' per '), fc.constantFrom('minute', '2 hours', 'x'))
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(rate, (sent) => {
        const parsed = attempt(() => parseRate(sent), DewarError)
        if (parsed === null) return
        expect(Number.isSafeInteger(parsed.count) && parsed.count > 0).toBe(true)
        expect(Number.isSafeInteger(parsed.seconds) && parsed.seconds > 0).toBe(true)
      }),
    )
  })
})

describe('parseForwarded', () => {
  it('never throws, and takes no more than a moment for a long header', () => {
    const pair = fc.constantFrom(
      'for=1.2.3.4',
      'proto=https',
      'for="[::1]:80"',
      ';',
      ',',
      '"',
      '\\',
      '=',
      ' ',
      'by=_x',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(pair, { maxLength: 20 }).map((parts) => parts.join('')),
        ),
        (sent) => {
          for (const element of parseForwarded(sent) ?? []) {
            for (const value of Object.values(element)) expect(value).not.toMatch(/[\r\n\0]/)
          }
        },
      ),
    )
    const started = performance.now()
    parseForwarded(`${'for="'.repeat(20_000)}${'\\'.repeat(20_000)}`)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('options that become headers', () => {
  it('are refused, or fit into one header line each', () => {
    fc.assert(
      fc.property(text, text, (name, value) => {
        const permissions = attempt(() => serializePermissions({ [name]: [value] }), DewarError)
        if (permissions !== null) expect(permissions).toMatch(/^[\x21-\x7e]*$/)
        const stamp = attempt(() => securityHeaders({ cspReportUri: value }), DewarError)
        for (const [, line] of stamp?.describe(true) ?? []) expect(line).toMatch(/^[\x20-\x7e]*$/)
        if (stamp !== null) expect(stamp.policy.get('report-uri')).toEqual([value])
      }),
    )
  })
})
