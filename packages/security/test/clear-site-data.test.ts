import { describe, expect, it } from 'vitest'
import { serializeClearSiteData } from '../src/index.ts'

describe('serializeClearSiteData', () => {
  it('forgets cache and storage, not the cookies of other subdomains', () => {
    expect(serializeClearSiteData()).toBe('"cache", "storage"')
  })

  it('writes each kind in quotes', () => {
    expect(serializeClearSiteData(['cookies'])).toBe('"cookies"')
  })
})
