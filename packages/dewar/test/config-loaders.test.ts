import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { type AppOptions, createApp, getNamespace } from '../src/index.ts'
import { testClient } from '../src/testing.ts'

declare module '../src/index.ts' {
  interface Config {
    MAIL_HOST: string
    MAIL_PORT: number
    DB: { readonly HOST?: string; readonly PORT?: number }
    COLOUR: string
  }
}

function makeApp(options: AppOptions = {}) {
  return createApp({ environment: {}, logger: { level: 'silent' }, ...options })
}

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

describe('app.config.from…', () => {
  it.each([
    { name: 'config.json', text: '{"MAIL_PORT": 25, "DEBUG": true, "comment": "left alone"}' },
    { name: 'config.toml', text: 'MAIL_PORT = 25\nDEBUG = true\ncomment = "left alone"\n' },
  ])('reads $name from the root', ({ name, text }) => {
    const app = makeApp({ root: folderWith({ [name]: text }) })
    expect(app.config.fromFile(name)).toBe(true)
    expect([app.config.MAIL_PORT, app.debug]).toEqual([25, true])
    expect(Object.keys(app.config)).not.toContain('comment')
  })

  it('reads from the instance folder if told so, and in other formats', () => {
    const app = makeApp({ instancePath: folderWith({ 'x.ini': 'mail=25' }), instanceRelativeConfig: true })
    app.config.fromFile('x.ini', { parse: (text) => ({ MAIL_PORT: Number(text.split('=')[1]) }) })
    expect(app.config.MAIL_PORT).toBe(25)
  })

  it('takes a module, an object, a class with its parents', () => {
    // biome-ignore lint/complexity/noStaticOnlyClass: Flask's way of writing settings
    class Base {
      static MAIL_HOST = 'base'
      static MAIL_PORT = 1
    }
    class Production extends Base {
      static override MAIL_PORT = 2
      static get COLOUR() {
        return 'green'
      }
    }
    const app = makeApp()
    app.config.fromObject(Production)
    expect([app.config.MAIL_HOST, app.config.MAIL_PORT, app.config.COLOUR]).toEqual(['base', 2, 'green'])
  })

  it('takes the file a variable names', () => {
    const root = folderWith({ 'local.json': '{"COLOUR": "blue"}' })
    const app = makeApp({ environment: { SHOP_SETTINGS: join(root, 'local.json') } })
    app.config.fromEnvVar('SHOP_SETTINGS')
    expect(app.config.COLOUR).toBe('blue')
    expect(app.config.fromEnvVar('OTHER', { silent: true })).toBe(false)
  })

  it('takes variables of another prefix, into objects too', () => {
    const app = makeApp({
      config: { DB: { PORT: 1 } },
      environment: { SHOP_DB__HOST: 'db.example', SHOP_MAIL_PORT: '25', SHOP_SESSION_COOKIE_NAME: 'shop' },
    })
    app.config.fromPrefixedEnv('SHOP')
    expect(app.config.DB).toEqual({ HOST: 'db.example', PORT: 1 })
    expect([app.config.MAIL_PORT, app.config.SESSION_COOKIE_NAME]).toEqual([25, 'shop'])
  })

  it('reads a .env file, under what the process has', () => {
    const root = folderWith({ '.env': 'DEWAR_SESSION_COOKIE_NAME=file\nDEWAR_COLOUR="red"\nOTHER=1\n' })
    const app = makeApp({ root, environment: { DEWAR_SESSION_COOKIE_NAME: 'process' } })
    expect(app.config.fromEnvFile('.env')).toBe(true)
    expect([app.config.SESSION_COOKIE_NAME, app.config.COLOUR]).toEqual(['process', 'red'])
    expect(app.config.fromEnvFile('.env.absent', { silent: true })).toBe(false)
  })

  it('leaves what DEWAR_ variables say on top, of the app’s own settings as well', () => {
    const app = makeApp({
      environment: { DEWAR_SESSION_COOKIE_NAME: 'env', DEWAR_MAIL_PORT: '26', DEWAR_DB__PORT: '5' },
    })
    app.config.fromMapping({ SESSION_COOKIE_NAME: 'file', MAIL_PORT: 25, DB: { HOST: 'h' } })
    expect([app.config.SESSION_COOKIE_NAME, app.config.MAIL_PORT]).toEqual(['env', 26])
    expect(app.config.DB).toEqual({ HOST: 'h', PORT: 5 })
  })

  it('takes effect in what the app is made of', async () => {
    const app = makeApp()
    app.config.fromMapping({
      SECRET_KEY: generateKey(),
      SESSION_COOKIE_NAME: 'late',
      TRUSTED_HOSTS: ['ok.example'],
    })
    app.get('/', () => 'fine')
    expect(app.sessions.cookieName).toBe('__Host-late')
    expect((await testClient(app).get('/', { host: 'other.example' })).status).toBe(400)
    expect((await testClient(app).get('/', { host: 'ok.example' })).text).toBe('fine')
  })

  it.each([
    { what: 'a misspelt setting', values: { SESION_COOKIE_NAME: 'x' }, code: 'ERR_DEWAR_CONFIG' },
    { what: 'an ill-typed one', values: { MAX_CONTENT_LENGTH: 'big' }, code: 'ERR_DEWAR_CONFIG' },
    { what: 'one of Dewar’s in small letters', values: { debug: true }, code: 'ERR_DEWAR_CONFIG' },
    { what: 'a key that can be guessed', values: { SECRET_KEY: 'dev' }, code: 'ERR_SIGNING_WEAK_KEY' },
  ])('refuses $what', ({ values, code }) => {
    const app = makeApp()
    expect(() => app.config.fromMapping(values as Record<string, unknown>)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('takes over nothing of what it refuses', () => {
    const app = makeApp()
    expect(() =>
      app.config.fromMapping({ COLOUR: 'red', MAX_CONTENT_LENGTH: 'big' } as Record<string, unknown>),
    ).toThrow()
    expect('COLOUR' in app.config).toBe(false)
  })

  it.each([
    { what: 'a file that is not there', name: 'absent.json', files: {} },
    { what: 'a broken file', name: 'x.json', files: { 'x.json': '{"SECRET_KEY": "hunter2' } },
    { what: 'a broken TOML file', name: 'x.toml', files: { 'x.toml': 'SECRET_KEY = hunter2' } },
    { what: 'a list', name: 'x.json', files: { 'x.json': '[]' } },
    { what: 'an unknown ending', name: 'x.yaml', files: { 'x.yaml': 'A: 1' } },
  ])('names $what, and no value of it', ({ name, files }) => {
    const app = makeApp({ root: folderWith(files as Record<string, string>) })
    expect(() => app.config.fromFile(name)).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_CONFIG_FILE' }),
    )
    expect(() => app.config.fromFile(name)).not.toThrow(/hunter2/)
  })

  it('is over at the first request', async () => {
    const app = makeApp()
    app.get('/', () => 'x')
    await testClient(app).get('/')
    expect(() => app.config.fromMapping({ COLOUR: 'red' })).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_FROZEN' }),
    )
    expect(Object.isFrozen(app.config)).toBe(true)
  })

  it('reports a DEWAR_ variable that nothing asked for, at the latest when the app starts', () => {
    const app = makeApp({ environment: { DEWAR_PAYMENT_GATEWAY: 'x' } })
    expect(() => app.freeze()).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_CONFIG_ENV' }))
  })
})

describe('getNamespace', () => {
  it('gives the settings under a prefix', () => {
    const app = makeApp({ config: { MAIL_HOST: 'h', MAIL_PORT: 25 } })
    expect(app.config.getNamespace('MAIL_')).toEqual({ host: 'h', port: 25 })
    expect(getNamespace({ MAIL_HOST: 'h' }, 'MAIL_', { lowercase: false, trimNamespace: false })).toEqual({
      MAIL_HOST: 'h',
    })
  })
})
