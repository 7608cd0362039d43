/** The app, and browsers for it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import type { TestClient } from 'dewar/testing'
import { onTestFinished } from 'vitest'
import { createSignIn } from '../app.ts'
import type { ProviderOptions } from '../providers.ts'

export const origin = 'https://app.example'

/** The app with these providers; its folder is deleted when the test is over. */
export function setUp(providers: readonly ProviderOptions[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'dewar-oidc-'))
  const clock = { ahead: 0 }
  const { app, close } = createSignIn({
    providers,
    dataDir,
    unsafeHttp: true,
    config: { SECRET_KEY: generateKey(), TRUSTED_HOSTS: ['app.example'], LOG_LEVEL: 'silent' },
    now: () => Date.now() / 1000 + clock.ahead,
  })
  onTestFinished(async () => {
    await app.stop()
    close()
    rmSync(dataDir, { recursive: true })
  })
  const browser = () => app.testClient({ baseUrl: origin, defaults: { headers: { Accept: 'text/html' } } })
  return { app, clock, browser }
}

/** Leaves for a provider; gives the address there. */
export async function leave(client: TestClient, path = '/login/honest'): Promise<URL> {
  return new URL((await client.get(path)).location ?? 'none:')
}

/** Comes back with an answer; gives where that leads. */
export async function comeBack(client: TestClient, answer: URL | string): Promise<string | null> {
  const { pathname, search } = new URL(answer, origin)
  return (await client.get(pathname + search)).location
}

/** Whom the app greets, or `null` for a stranger. */
export async function greeted(client: TestClient): Promise<string | null> {
  return /<h1>Hello, ([^<]+)</.exec((await client.get('/')).text)?.[1] ?? null
}
