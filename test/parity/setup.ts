/** What the tests of Flask's behaviours share: an app in test mode, whose log goes nowhere. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type App, type AppOptions, createApp } from 'dewar'
import { onTestFinished } from 'vitest'

export const secretKey = 'Kq3vJ8xZt1Lw7Yd5Rb0Hn6Mc2Pf9Sg4U'

/** An app for a test; `config` is laid over a key and `TESTING`. */
export function makeApp({ config, ...options }: AppOptions = {}): App {
  return createApp({
    environment: {},
    logger: { level: 'silent' },
    config: { SECRET_KEY: secretKey, TESTING: true, ...config },
    ...options,
  })
}

/** A folder with these files, gone when the test ends. */
export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-parity-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}
