import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'

const text = 'wJalrXUtnFEMI'

describe('Secret', () => {
  it('gives its text to whoever asks for it by name', () => {
    expect(new Secret(text).reveal()).toBe(text)
  })

  it.each<[string, (secret: Secret) => string]>([
    ['a template literal', (secret) => `${secret}`],
    ['concatenation', (secret) => `key: ${secret}`],
    ['String()', (secret) => String(secret)],
    ['JSON.stringify', (secret) => JSON.stringify({ secret })],
    ['util.inspect', (secret) => inspect({ secret }, { depth: 9, showHidden: true })],
    ['util.inspect of itself', (secret) => inspect(secret)],
    ['Object.entries', (secret) => JSON.stringify(Object.entries(secret))],
    ['an error message', (secret) => new Error(`bad ${secret}`).message],
  ])('never shows it through %s', (_way, show) => {
    expect(show(new Secret(text))).not.toContain(text)
  })
})
