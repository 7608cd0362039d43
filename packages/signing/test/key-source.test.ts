import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { generateKey, KeyRing, keyRingFromEnv, loadKeyRing } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'dewar-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const [key, older, oldest] = [generateKey(), generateKey(), generateKey()]
const ids = (...keys: string[]) => keys.flatMap((each) => new KeyRing(each).ids)
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('keyRingFromEnv', () => {
  it.each([
    ['a variable', { SECRET_KEY: key }, [key]],
    [
      'a variable with older keys, one per line',
      { SECRET_KEY: key, SECRET_KEY_FALLBACKS: `${older}\n${oldest}\n` },
      [key, older, oldest],
    ],
    [
      'older keys as JSON',
      { SECRET_KEY: key, SECRET_KEY_FALLBACKS: JSON.stringify([older, oldest]) },
      [key, older, oldest],
    ],
    ['no older keys', { SECRET_KEY: key, SECRET_KEY_FALLBACKS: '' }, [key]],
  ])('reads %s', (_, env, keys) => {
    expect(keyRingFromEnv({ env }).ids).toEqual(ids(...keys))
  })

  it('reads the files that _FILE variables name, without the line break at their end', () => {
    const env = {
      SECRET_KEY_FILE: write('key', `${key}\n`),
      SECRET_KEY_FALLBACKS_FILE: write('old', `${older}\r\n`),
    }
    expect(keyRingFromEnv({ env }).ids).toEqual(ids(key, older))
  })

  it('looks under another name when told so', () => {
    expect(keyRingFromEnv({ name: 'DEWAR_SECRET_KEY', env: { DEWAR_SECRET_KEY: key } }).ids).toEqual(ids(key))
  })

  it.each([
    ['nothing is set', {}, 'ERR_SIGNING_NO_KEYS'],
    ['the variable is empty', { SECRET_KEY: '' }, 'ERR_SIGNING_NO_KEYS'],
    ['both are set', { SECRET_KEY: key, SECRET_KEY_FILE: '/x' }, 'ERR_SIGNING_KEY_SOURCE'],
    ['the file is not there', { SECRET_KEY_FILE: join(folder, 'absent') }, 'ERR_SIGNING_KEY_SOURCE'],
    [
      'the older keys are broken JSON',
      { SECRET_KEY: key, SECRET_KEY_FALLBACKS: `["${older}` },
      'ERR_SIGNING_KEY_SOURCE',
    ],
    ['the key is weak', { SECRET_KEY: 'dev' }, 'ERR_SIGNING_WEAK_KEY'],
    ['an older key is weak', { SECRET_KEY: key, SECRET_KEY_FALLBACKS: 'dev' }, 'ERR_SIGNING_WEAK_KEY'],
  ])('says so when %s, and shows no key', (_, env, code) => {
    try {
      keyRingFromEnv({ env })
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code })
      expect(`${error} ${(error as Error).stack}`).not.toContain(older.slice(0, 8))
    }
  })
})

describe('loadKeyRing', () => {
  it('takes what a function fetches, and rotates when it is called again', async () => {
    const manager = { keys: [older] }
    const ring = await loadKeyRing(async () => manager.keys)
    manager.keys = [key, older]
    ring.replace(manager.keys)
    expect(ring.ids).toEqual(ids(key, older))
  })
})
