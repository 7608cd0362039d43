/**
 * The key that signs the session cookies. It is made at the first start and kept beside the database, so that nobody is
 * logged out by a restart and no key stands in the source.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkKey, generateKey } from '@dewar/signing'

/** Reads the key of a data folder, and makes one if there is none. */
export function secretKeyOf(dataDir: string): string {
  const path = join(dataDir, 'secret-key')
  const key = readKey(path) ?? createKey(path)
  try {
    checkKey(key)
  } catch (cause) {
    const remedy = 'Delete the file to have a new one made; everybody has to log in again then.'
    throw new Error(`${path} holds no key that protects anybody. ${remedy}`, { cause })
  }
  return key
}

function readKey(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Written whole under another name and then linked: two apps that start together end up with one key, never half of one. */
function createKey(path: string): string {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${generateKey()}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(path, 'utf8').trim()
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
