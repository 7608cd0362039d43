/** Flask's test_config.py. Each name begins with that of Flask's test. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeApp, makeFolder, secretKey } from './setup.ts'

const values = { TEST_KEY: 'foo', SECRET_KEY: secretKey }

it('config_from_pyfile, config_from_file_json, config_from_file_toml: files of settings', () => {
  const root = makeFolder({
    'static/config.json': JSON.stringify({ ...values, ignored: 1 }),
    'static/config.toml': `TEST_KEY = "foo"\nSECRET_KEY = "${secretKey}"\n`,
  })
  for (const name of ['config.json', 'config.toml']) {
    const app = makeApp({ root })
    expect(app.config.fromFile(join('static', name))).toBe(true)
    const config = app.config as unknown as Record<string, unknown>
    expect([config['TEST_KEY'], 'ignored' in config]).toEqual(['foo', false])
  }
})

it('config_from_object, config_from_class, config_from_mapping: objects, classes with their parents, mappings', () => {
  // biome-ignore lint/complexity/noStaticOnlyClass: settings as classes, which fromObject takes
  class Base {
    static TEST_KEY = 'foo'
  }
  class Child extends Base {
    static SECRET_KEY = secretKey
  }
  for (const source of [values, Child]) {
    const app = makeApp()
    app.config.fromObject(source)
    expect((app.config as unknown as Record<string, unknown>)['TEST_KEY']).toBe('foo')
  }
  const app = makeApp()
  app.config.fromMapping(values as never)
  expect((app.config as unknown as Record<string, unknown>)['TEST_KEY']).toBe('foo')
})

it('from_prefixed_env, from_prefixed_env_custom_prefix, from_prefixed_env_nested: variables, as JSON or text, into objects', () => {
  const environment = {
    NOT_A: '1',
    MY_STRING: 'value',
    MY_BOOL: 'true',
    MY_INT: '1',
    MY_FLOAT: '1.2',
    MY_LIST: '[1, 2]',
    MY_DICT: '{"k": "v"}',
    MY_NEST__KEY: '2',
    MY_NEST__DEEP__KEY: 'x',
  }
  const app = makeApp({ environment, config: { NEST: { OLD: 1 } } as never })
  app.config.fromPrefixedEnv('MY')
  const config = app.config as unknown as Record<string, unknown>
  const names = ['STRING', 'BOOL', 'INT', 'FLOAT', 'LIST', 'DICT', 'NEST', 'NOT_A', 'A']
  expect(Object.fromEntries(names.map((name) => [name, config[name]]))).toEqual({
    STRING: 'value',
    BOOL: true,
    INT: 1,
    FLOAT: 1.2,
    LIST: [1, 2],
    DICT: { k: 'v' },
    NEST: { OLD: 1, KEY: 2, DEEP: { KEY: 'x' } },
    NOT_A: undefined,
    A: undefined,
  })
})

it('config_from_envvar, config_from_envvar_missing, config_missing, config_missing_file: a file named by a variable, or none', () => {
  const root = makeFolder({ 'a.json': JSON.stringify(values) })
  const app = makeApp({ root, environment: { FOO_SETTINGS: join(root, 'a.json'), GONE: 'missing.json' } })
  expect(app.config.fromEnvVar('FOO_SETTINGS')).toBe(true)
  expect(() => app.config.fromEnvVar('BAR_SETTINGS')).toThrow(/BAR_SETTINGS/)
  expect(app.config.fromEnvVar('BAR_SETTINGS', { silent: true })).toBe(false)
  expect(() => app.config.fromEnvVar('GONE')).toThrow(/missing\.json/)
  expect(app.config.fromEnvVar('GONE', { silent: true })).toBe(false)
  expect(() => app.config.fromFile('missing.json')).toThrow(
    expect.objectContaining({ code: 'ERR_DEWAR_CONFIG_FILE' }),
  )
  expect(app.config.fromFile('missing.json', { silent: true })).toBe(false)
})

it('session_lifetime: in seconds', () => {
  expect(makeApp({ config: { PERMANENT_SESSION_LIFETIME: 42 } }).config.PERMANENT_SESSION_LIFETIME).toBe(42)
})

it('get_namespace: settings under a prefix', () => {
  const config = { FOO_OPTION_1: 'foo option 1', FOO_OPTION_2: 'foo option 2', BAR_STUFF_1: 'bar stuff 1' }
  const app = makeApp({ config: config as never })
  expect(app.config.getNamespace('FOO_')).toEqual({ option_1: 'foo option 1', option_2: 'foo option 2' })
  expect(app.config.getNamespace('FOO_', { lowercase: false })).toEqual({
    OPTION_1: 'foo option 1',
    OPTION_2: 'foo option 2',
  })
  expect(app.config.getNamespace('BAR_', { trimNamespace: false })).toEqual({ bar_stuff_1: 'bar stuff 1' })
})
