import { describe, expect, it } from 'vitest'
import { parseCspReports } from '../src/index.ts'

describe('parseCspReports', () => {
  it('reads what report-uri sends', () => {
    const body = JSON.stringify({
      'csp-report': {
        'document-uri': 'https://shop.example/',
        'blocked-uri': 'inline',
        'violated-directive': 'script-src',
        'effective-directive': 'script-src-elem',
        'original-policy': "script-src 'self'",
        disposition: 'enforce',
        'source-file': 'https://shop.example/',
        'line-number': 7,
        'script-sample': 'alert(1)',
      },
    })
    expect(parseCspReports('application/csp-report; charset=utf-8', body)).toEqual([
      {
        documentUrl: 'https://shop.example/',
        blockedUrl: 'inline',
        directive: 'script-src-elem',
        disposition: 'enforce',
        sourceFile: 'https://shop.example/',
        line: 7,
        sample: 'alert(1)',
      },
    ])
  })

  it('reads what report-to sends, and leaves out reports of other kinds', () => {
    const body = JSON.stringify([
      { type: 'deprecation', url: 'https://shop.example/', body: {} },
      {
        type: 'csp-violation',
        url: 'https://shop.example/page',
        body: {
          blockedURL: 'https://evil.example/x.js',
          effectiveDirective: 'script-src',
          disposition: 'report',
        },
      },
    ])
    expect(parseCspReports('application/reports+json', body)).toEqual([
      {
        documentUrl: 'https://shop.example/page',
        blockedUrl: 'https://evil.example/x.js',
        directive: 'script-src',
        disposition: 'report',
        sourceFile: '',
        line: 0,
        sample: '',
      },
    ])
  })

  it('cuts texts, takes control characters out of them and keeps twenty reports', () => {
    const body = {
      documentURL: `https://a.example/\r\nFAKE LINE\u2028${'x'.repeat(5000)}`,
      lineNumber: -1,
      sample: { a: 1 },
    }
    const reports = parseCspReports(
      'application/reports+json',
      JSON.stringify(Array.from({ length: 100 }, () => ({ type: 'csp-violation', body }))),
    )
    expect(reports).toHaveLength(20)
    expect(reports[0]?.documentUrl).toHaveLength(512)
    expect(reports[0]?.documentUrl).toMatch(/^https:\/\/a.example\/ {2}FAKE LINE x+$/)
    expect(reports[0]).toMatchObject({ line: 0, sample: '' })
  })

  it.each([
    ['another type', 'application/json', '{"csp-report":{}}'],
    ['no JSON', 'application/csp-report', '<xml>'],
    ['no report', 'application/csp-report', '{}'],
    ['null', 'application/csp-report', 'null'],
    ['a list in place of a report', 'application/csp-report', '{"csp-report":[]}'],
    ['a report in place of a list', 'application/reports+json', '{"type":"csp-violation"}'],
  ])('answers 400 to %s', (_, type, body) => {
    expect(() => parseCspReports(type, body)).toThrow(
      expect.objectContaining({ status: 400, code: 'ERR_SECURITY_CSP_REPORT' }),
    )
  })

  it('is not led astray by prototype keys and broken entries', () => {
    expect(
      parseCspReports('application/reports+json', '[null,1,"x",[],{"__proto__":{"type":"csp-violation"}}]'),
    ).toEqual([])
    expect(
      parseCspReports('application/reports+json', '[{"type":"csp-violation","body":null}]'),
    ).toHaveLength(1)
  })
})
