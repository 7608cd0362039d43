/** What the tests of this package share: an app with a key, whose log goes nowhere. */
import { generateKey } from '@dewar/signing'
import { type App, type AppOptions, createApp } from '../src/index.ts'

export const secretKey = generateKey()

/** An app for a test; `config` is laid over a key. */
export function makeApp({ config, ...options }: AppOptions = {}): App {
  return createApp({
    environment: {},
    logger: { level: 'silent' },
    config: { SECRET_KEY: secretKey, ...config },
    ...options,
  })
}
