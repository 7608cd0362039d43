import { describe, expect, it } from 'vitest'
import { createNonceSource } from '../src/index.ts'

describe('createNonceSource', () => {
  it('gives 132 bits of text that is safe in attributes and headers', () => {
    expect(createNonceSource()()).toMatch(/^[\w-]{22}$/)
  })

  it('never gives the same one twice, over many fillings of the pool', () => {
    const next = createNonceSource()
    expect(new Set(Array.from({ length: 10_000 }, next)).size).toBe(10_000)
  })

  it('asks for random bytes once in about 250 nonces', () => {
    let calls = 0
    const next = createNonceSource({
      random: (size) => {
        calls++
        return new Uint8Array(size)
      },
    })
    for (let i = 0; i < 500; i++) next()
    expect(calls).toBe(3)
  })

  it('uses each random bit once', () => {
    const next = createNonceSource({
      random: (size) => Uint8Array.from({ length: size }, (_, i) => i & 0xff),
    })
    const text = Array.from({ length: 12 }, next).join('')
    const bytes = Buffer.from(Uint8Array.from({ length: 198 }, (_, i) => i & 0xff))
    expect(text).toBe(bytes.toString('base64url'))
  })
})
