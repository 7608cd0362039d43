import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  describeSetting,
  parseSetting,
  resolveSettings,
  type Setting,
  type SettingsOptions,
  type SettingsValues,
  settings,
} from '../src/index.ts'

const defaults = settings({
  lifetime: { value: 3600, unit: 's', key: 'LIFETIME', minimum: 1, guards: 'endless life', source: 'here' },
  secure: { value: true, key: 'SECURE', guards: 'clear text', source: 'here' },
  sameSite: {
    value: 'Lax',
    key: 'SAMESITE',
    choices: ['Lax', 'Strict', 'None'],
    guards: 'cross-site use',
    source: 'here',
  },
  hosts: {
    value: null as readonly string[] | null,
    key: 'HOSTS',
    accepts: 'strings',
    guards: 'poison',
    source: 'here',
  },
  key: {
    value: null as string | null,
    key: 'SECRET_KEY',
    accepts: 'secret',
    guards: 'forgery',
    source: 'here',
  },
})

describe('settings', () => {
  it('keeps the type of values and keys', () => {
    expectTypeOf<SettingsValues<typeof defaults>['lifetime']>().toEqualTypeOf<number>()
    expectTypeOf(defaults.lifetime.key).toEqualTypeOf<'LIFETIME'>()
    expectTypeOf<SettingsOptions<typeof defaults>['sameSite']>().toEqualTypeOf<
      'Lax' | 'Strict' | 'None' | undefined
    >()
  })

  it('freezes the table in depth', () => {
    expect(() => Object.assign(defaults.secure, { value: false })).toThrow(TypeError)
    expect(() => Object.assign(defaults, { secure: {} })).toThrow(TypeError)
  })
})

describe('resolveSettings', () => {
  it('gives the defaults where nothing is said', () => {
    expect(resolveSettings('test', defaults)).toEqual({
      lifetime: 3600,
      secure: true,
      sameSite: 'Lax',
      hosts: null,
      key: null,
    })
  })

  it('takes options over defaults, undefined for the default, and freezes the result', () => {
    const values = resolveSettings('test', defaults, {
      lifetime: 60,
      secure: undefined,
      hosts: ['a.example'],
    })
    expect(values).toMatchObject({ lifetime: 60, secure: true, hosts: ['a.example'] })
    expect(Object.isFrozen(values)).toBe(true)
  })

  it.each<{ options: object; message: string; fix?: string }>([
    { options: { liftime: 5 }, message: "'liftime' is not an option.", fix: "Did you mean 'lifetime'?" },
    { options: { constructor: 5 }, message: "'constructor' is not an option." },
    {
      options: { lifetime: '5' },
      message: "'lifetime' is a string.",
      fix: 'It takes an integer from 1 (s).',
    },
    { options: { lifetime: 0 }, message: "'lifetime' is 0, too small." },
    { options: { lifetime: 1.5 }, message: "'lifetime' is no whole number." },
    { options: { secure: 'no' }, message: "'secure' is a string.", fix: 'It takes true or false.' },
    { options: { sameSite: 'lax' }, message: "'sameSite' is none of its choices." },
    { options: { hosts: 'a.example' }, message: "'hosts' is a string." },
    { options: { secure: null }, message: "'secure' is null." },
  ])('refuses $options', ({ options, message, fix }) => {
    const error = expect.objectContaining({
      code: 'ERR_TEST_OPTION',
      message,
      ...(fix === undefined ? {} : { fix }),
    })
    expect(() => resolveSettings('test', defaults, options)).toThrow(error)
  })

  it('does not show the value of a setting that may be secret', () => {
    const attempt = () => resolveSettings('test', defaults, { key: ['hunter2'] } as object)
    expect(attempt).toThrow(expect.objectContaining({ message: "'key' is a list." }))
  })
})

describe('parseSetting', () => {
  const read = (setting: Setting, text: string) => parseSetting('DEWAR_X', setting, text, 'ERR_TEST_ENV')

  it.each<[Setting, string, unknown]>([
    [defaults.secure, 'on', true],
    [defaults.secure, 'FALSE', false],
    [defaults.secure, 'off', false],
    [defaults.lifetime, ' 90 ', 90],
    [defaults.sameSite, 'Strict', 'Strict'],
    [defaults.hosts, 'a.example, .b.example', ['a.example', '.b.example']],
    [defaults.hosts, '["a.example"]', ['a.example']],
    [defaults.hosts, '', null],
    [defaults.key, '12345', '12345'],
  ])('reads %o from %j', (setting, text, value) => {
    expect(read(setting, text)).toEqual(value)
  })

  it.each<[Setting, string]>([
    [defaults.secure, 'maybe'],
    [defaults.secure, ''],
    [defaults.lifetime, 'an hour'],
    [defaults.lifetime, '-5'],
    [defaults.lifetime, '1e9'],
    [defaults.sameSite, 'lax'],
    [defaults.hosts, '[1]'],
    [defaults.hosts, '["a"'],
  ])('refuses %o from %j without repeating the text', (setting, text) => {
    expect(() => read(setting, text)).toThrow(
      expect.objectContaining({ code: 'ERR_TEST_ENV', message: expect.stringMatching(/^'DEWAR_X' /) }),
    )
  })
})

describe('describeSetting', () => {
  it.each<[Setting, string]>([
    [defaults.lifetime, 'an integer from 1 (s)'],
    [defaults.sameSite, 'one of "Lax", "Strict", "None"'],
    [defaults.hosts, 'a list of strings, or null'],
  ])('puts %o into words', (setting, words) => {
    expect(describeSetting(setting)).toBe(words)
  })
})
