import { describe, expect, it } from 'vitest'
import { checkNames, nameRemedy, systemClock } from '../src/index.ts'

describe('checkNames', () => {
  it('lets known names pass, inherited ones and those that are undefined included', () => {
    checkNames('ERR_TEST_OPTION', 'A thing', Object.create({ size: 1 }, {}), ['size', 'colour'])
    checkNames('ERR_TEST_OPTION', 'A thing', { colour: undefined }, new Set(['size', 'colour']))
  })

  it.each([
    ['a slip', { colur: 1 }, "Did you mean 'colour'?"],
    ['a stranger', { weight: 1 }, 'Known: size, colour.'],
    ['a name of prototypes', { toString: 1 }, 'Known: size, colour.'],
  ])('refuses %s', (_name, options, fix) => {
    const [name] = Object.keys(options)
    expect(() => checkNames('ERR_TEST_OPTION', 'A thing', options, ['size', 'colour'])).toThrow(
      expect.objectContaining({
        code: 'ERR_TEST_OPTION',
        message: `A thing has no option '${name}'.`,
        fix,
        details: { option: name },
      }),
    )
  })

  it('says how to mend a name of any kind', () => {
    expect(nameRemedy('scirpt-src', ['script-src'])).toBe("Did you mean 'script-src'?")
  })
})

describe('systemClock', () => {
  it('gives seconds since the epoch', () => {
    expect(Math.abs(systemClock() - Date.now() / 1000)).toBeLessThan(5)
  })
})
