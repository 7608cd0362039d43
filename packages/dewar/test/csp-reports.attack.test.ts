import { channel } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SecurityEvent } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const events: SecurityEvent[] = []
const keep = (event: unknown): void => void events.push(event as SecurityEvent)
beforeEach(() => {
  events.length = 0
  channel('dewar:security').subscribe(keep)
})
afterEach(() => {
  channel('dewar:security').unsubscribe(keep)
})

function watched() {
  const app = makeApp()
  app.cspReports('/csp-reports')
  app.get('/', () => 'x')
  return testClient(app)
}

const report = {
  type: 'csp-violation',
  url: 'https://shop.example/search?q=secret',
  body: {
    documentURL: 'https://shop.example/search?q=secret#x',
    blockedURL: 'https://evil.example/x.js?token=secret',
    effectiveDirective: 'script-src-elem',
    disposition: 'enforce',
    lineNumber: 7,
    sample: 'secret typed by a visitor',
  },
}

const json = (contentType: string) => ({ csrf: false, headers: { 'Content-Type': contentType } }) as const

describe('cspReports', () => {
  it('tells browsers where to send reports, in both ways they know', async () => {
    const { headers } = await watched().get('/')
    expect(headers.get('Content-Security-Policy')).toMatch(/report-uri \/csp-reports; report-to csp$/)
    expect(headers.get('Reporting-Endpoints')).toBe('csp="/csp-reports"')
  })

  it('makes an event of each report, without queries and samples', async () => {
    const body = JSON.stringify([report, report])
    const response = await watched().post('/csp-reports', { ...json('application/reports+json'), body })
    expect([response.status, response.text]).toEqual([204, ''])
    expect(events.map(({ type }) => type)).toEqual(['csp-violation', 'csp-violation'])
    expect(events[0]?.details).toEqual({
      documentUrl: 'https://shop.example/search',
      blockedUrl: 'https://evil.example/x.js',
      directive: 'script-src-elem',
      disposition: 'enforce',
      sourceFile: '',
      line: 7,
    })
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  it('takes them from browsers that prove nothing, as reports come', async () => {
    const body = JSON.stringify({ 'csp-report': { 'document-uri': 'https://shop.example/' } })
    const init = json('application/csp-report')
    const headers = { ...init.headers, Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }
    expect((await watched().post('/csp-reports', { ...init, headers, body })).status).toBe(204)
  })

  it.each([
    ['another type', 'application/json', '[]', 400],
    ['no JSON', 'application/csp-report', '{', 400],
    ['a body over the limit', 'application/csp-report', `{"csp-report":{"a":"${'x'.repeat(70_000)}"}}`, 413],
  ])('refuses %s', async (_what, type, body, status) => {
    expect((await watched().post('/csp-reports', { ...json(type), body })).status).toBe(status)
    expect(events.filter(({ type }) => type === 'csp-violation')).toEqual([])
  })

  it('keeps twenty reports of a body, and sixty bodies a minute of a client', async () => {
    const client = watched()
    const many = JSON.stringify(Array.from({ length: 100 }, () => report))
    await client.post('/csp-reports', { ...json('application/reports+json'), body: many })
    expect(events).toHaveLength(20)
    const statuses = new Set<number>()
    for (let i = 0; i < 60; i++) {
      statuses.add(
        (await client.post('/csp-reports', { ...json('application/reports+json'), body: '[]' })).status,
      )
    }
    expect([...statuses]).toEqual([204, 429])
  })

  it.each(['https://evil.example"; script-src *', '//evil.example', 'javascript:alert(1)', '/a b', '/<x>'])(
    'refuses an address that could break a header: %s',
    (path) => {
      expect(() => makeApp({ config: { CSP_REPORT_URI: path } })).toThrow(
        expect.objectContaining({ code: 'ERR_SECURITY_REPORT_URI' }),
      )
    },
  )
})
