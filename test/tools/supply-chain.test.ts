import { describe, expect, it } from 'vitest'
import { billOfMaterials, judgeAudit } from './supply-chain.ts'

describe('npm run sbom', () => {
  it('names every package that is published and what it depends on, with versions', () => {
    const { status, out } = billOfMaterials()
    expect(status, out).toBe(0)
    const bom: { specVersion: string; components: { purl: string }[] } = JSON.parse(out)
    const purls = bom.components.map(({ purl }) => purl)
    expect(bom.specVersion).toBe('1.6')
    expect(purls).toContainEqual(expect.stringMatching(/^pkg:npm\/dewar@\d/))
    expect(purls).toContainEqual(expect.stringMatching(/^pkg:npm\/pino@\d/))
    expect(purls.filter((purl) => /\/(?:vitest|typescript)@/.test(purl))).toEqual([])
    expect(purls.every((purl) => /@\d/.test(purl))).toBe(true)
  }, 120_000)
})

describe('npm run audit', () => {
  it.each([
    ['nothing is found', 0, 'No known vulnerabilities found', false],
    [
      'the registry has no audits',
      1,
      'ERR_PNPM_AUDIT_BAD_RESPONSE The audit endpoint (advisories/bulk) responded with 405',
      false,
    ],
    ['there is no network', 1, 'request failed: getaddrinfo EAI_AGAIN', false],
    ['something is found', 1, '1 vulnerabilities found\nSeverity: 1 high', true],
  ])('says so where %s', (_, status, out, failed) => {
    const judged = judgeAudit({ status, out })
    expect(judged.failed).toBe(failed)
    expect(judged.message).not.toBe('')
  })
})
