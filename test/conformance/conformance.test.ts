import { describe, expect, test } from 'vitest'
import { loadAdapter } from './adapter.ts'
import { differences } from './differences.ts'
import { describeMiss, runArea } from './report.ts'
import { areasIn, vectorFolder } from './vectors.ts'

const areas: string[] = []
for (const area of areasIn(vectorFolder)) if ((await loadAdapter(area)) !== null) areas.push(area)

describe('the originals and Dewar give the same answers', () => {
  test.each(areas)('%s', async (area) => {
    const report = await runArea(vectorFolder, area)
    expect(report.failed.map(describeMiss)).toEqual([])
    expect(report.passed).toBeGreaterThan(0)
  })
})

describe('departures', () => {
  test.each(differences.map((difference) => [difference.text, difference] as const))(
    '%s',
    (_, difference) => {
      expect(['safer', 'python']).toContain(difference.reason)
      expect(Object.keys(difference.when).length).toBeGreaterThan(0)
      expect(Object.keys(difference.ours).length).toBeGreaterThan(0)
      for (const place of Object.keys(difference.when)) expect(place).toMatch(/^(in|out|error|detail)(\.|$)/)
    },
  )
})
