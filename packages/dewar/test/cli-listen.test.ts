import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readListenFlags } from '../src/cli-listen.ts'

const folder = mkdtempSync(join(tmpdir(), 'dewar-listen-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(folder, name)) as [string, string]
writeFileSync(cert, 'a certificate')
writeFileSync(key, 'a key')

describe('the flags of run and serve', () => {
  it('name an address, and have a port of their own', () => {
    expect(readListenFlags({})).toMatchObject({ port: 5000, tls: undefined })
    expect(readListenFlags({ host: '0.0.0.0', port: '80' })).toMatchObject({ host: '0.0.0.0', port: 80 })
  })

  it('want a certificate with its key, and files that can be read', () => {
    expect(readListenFlags({ cert, key }).tls).toEqual({ cert: 'a certificate', key: 'a key' })
    for (const flags of [{ cert }, { key }, { cert: 'adhoc', key }]) {
      expect(() => readListenFlags(flags)).toThrow()
    }
    expect(() => readListenFlags({ cert, key: join(folder, 'gone.pem') })).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_CLI_PEM' }),
    )
  })

  it.each(['-1', '65536', 'http', '80.5'])('refuse the port %s', (port) => {
    expect(() => readListenFlags({ port })).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_CLI_USAGE' }))
  })
})
