import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { type ConfigInput, createApp, type Environment, Secret } from '../src/index.ts'
import { secretKey } from './setup.ts'

declare module 'dewar' {
  interface Config {
    API_TOKEN: Secret
    APP_NAME: string
  }
}

const configOf = (config: ConfigInput, environment: Environment = {}) =>
  createApp({ config, environment }).config

describe('app.config', () => {
  it('has a default for every setting', () => {
    const config = configOf({})
    expect(config.SESSION_COOKIE_SECURE).toBe(true)
    expect(config.DEBUG).toBe(false)
    expect(config.TRUSTED_HOSTS).toBeNull()
  })

  it('takes what the app says over defaults, and the environment over both', () => {
    const config = configOf({ SESSION_COOKIE_NAME: 'mine', MAX_FORM_PARTS: 5 }, { DEWAR_MAX_FORM_PARTS: '7' })
    expect([config.SESSION_COOKIE_NAME, config.MAX_FORM_PARTS]).toEqual(['mine', 7])
  })

  it.each([
    ['off', false],
    ['on', true],
    ['0', false],
  ])('reads DEWAR_DEBUG=%s as %s', (text, debug) => {
    expect(configOf({}, { DEWAR_DEBUG: text }).DEBUG).toBe(debug)
  })

  it('keeps settings of the app beside its own, secrets as secrets', () => {
    const config = configOf(
      { APP_NAME: 'Blog', API_TOKEN: new Secret('t0ken') },
      { DEWAR_API_TOKEN: 'fr0m-env' },
    )
    expect(config.APP_NAME).toBe('Blog')
    expect(config.API_TOKEN.reveal()).toBe('fr0m-env')
  })

  it('reads a secret from the file that a variable names', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'dewar-')), 'key')
    const key = generateKey()
    writeFileSync(path, `${key}\n`)
    const config = configOf({}, { DEWAR_SECRET_KEY_FILE: path })
    expect((config.SECRET_KEY as Secret).reveal()).toBe(key)
  })

  it('never prints a secret', () => {
    const config = configOf({ SECRET_KEY: secretKey, SECRET_KEY_FALLBACKS: [generateKey()] })
    expect(JSON.stringify(config)).not.toContain(secretKey)
    expect(String(config.SECRET_KEY)).toBe('[secret]')
    expect(JSON.stringify(config)).toContain('"SECRET_KEY_FALLBACKS":["[secret]"]')
  })

  it('is frozen', () => {
    const config = configOf({})
    expect(() => Object.assign(config, { SESSION_COOKIE_SECURE: false })).toThrow(TypeError)
  })

  it.each([
    {
      what: 'a misspelt setting',
      config: { SESION_COOKIE_NAME: 'x' },
      code: 'ERR_DEWAR_CONFIG',
      fix: 'SESSION_COOKIE_NAME',
    },
    { what: 'a setting in small letters', config: { debug: true }, code: 'ERR_DEWAR_CONFIG', fix: 'DEBUG' },
    {
      what: 'an ill-typed setting',
      config: { DEBUG: 'yes' },
      code: 'ERR_DEWAR_CONFIG',
      fix: 'true or false',
    },
    {
      what: 'fallbacks that are a text',
      config: { SECRET_KEY_FALLBACKS: 'old' },
      code: 'ERR_DEWAR_CONFIG',
      fix: 'a list',
    },
    {
      what: 'a host that is none',
      config: { TRUSTED_HOSTS: ['https://x'] },
      code: 'ERR_SECURITY_TRUSTED_HOST',
      fix: 'no scheme',
    },
  ])('refuses $what', ({ config, code, fix }) => {
    expect(() => configOf(config as ConfigInput)).toThrow(
      expect.objectContaining({ code, fix: expect.stringContaining(fix) }),
    )
  })

  it.each([
    { what: 'an unknown variable', env: { DEWAR_SECRT_KEY: 'hunter2hunter2' }, fix: 'DEWAR_SECRET_KEY' },
    { what: 'an ill-typed variable', env: { DEWAR_MAX_FORM_PARTS: 'hunter2' }, fix: 'an integer' },
    { what: 'a boolean that is none', env: { DEWAR_DEBUG: 'hunter2' }, fix: 'true or false' },
  ])('refuses $what, naming it and never its value', ({ env, fix }) => {
    try {
      configOf({}, env)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_DEWAR_CONFIG_ENV', fix: expect.stringContaining(fix) })
      expect(String((error as Error).stack)).not.toContain('hunter2')
    }
  })

  it('leaves other variables alone', () => {
    expect(() => configOf({}, { PATH: '/bin', DEWAR_APP: 'x', DEWAR_RUN_PORT: '1' })).not.toThrow()
  })

  it('names a secret file that cannot be read', () => {
    expect(() => configOf({}, { DEWAR_SECRET_KEY_FILE: '/nowhere/key' })).toThrow(
      expect.objectContaining({
        code: 'ERR_DEWAR_SECRET_FILE',
        message: expect.stringContaining('/nowhere/key'),
      }),
    )
  })
})

describe('a key that can be guessed', () => {
  it.each(['dev', 'secret', 'changeme', 'x'.repeat(64), 'short-but-random-9'])(
    'is refused at once: %s',
    (key) => {
      try {
        configOf({ SECRET_KEY: key })
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({
          code: 'ERR_SIGNING_WEAK_KEY',
          fix: expect.stringContaining('dewar secret'),
        })
        expect(String((error as Error).stack)).not.toContain(`'${key}'`)
      }
    },
  )

  it('is allowed while debugging', () => {
    expect(() => configOf({ SECRET_KEY: 'dev', DEBUG: true })).not.toThrow()
  })
})

describe('debug in production', () => {
  it.each(['DEBUG', 'TESTING'] as const)('is refused at once: %s', (mode) => {
    expect(() => configOf({ [mode]: true }, { NODE_ENV: 'production' })).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_DEBUG_IN_PRODUCTION' }),
    )
  })
})

describe('createApp', () => {
  it('refuses a misspelt option', () => {
    expect(() => createApp({ rooot: '/x' } as object)).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_OPTION', fix: "Did you mean 'root'?" }),
    )
  })
})
