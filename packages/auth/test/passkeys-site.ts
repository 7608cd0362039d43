/** What the tests of passkeys share: a site with one account, and a browser with a device. */
import { generateKey } from '@dewar/signing'
import { type ConfigInput, createApp, request } from 'dewar'
import type { TestClient } from 'dewar/testing'
import { type Passkey, Passkeys } from '../src/passkeys.ts'
import { SoftAuthenticator } from './soft-authenticator.ts'

export const origin = 'https://accounts.example'

export function makeSite(config: ConfigInput = {}) {
  const clock = { now: 1_800_000_000 }
  const stored = new Map<string, Passkey>()
  const app = createApp({
    config: { SECRET_KEY: generateKey(), TRUSTED_HOSTS: ['accounts.example', 'other.example'], ...config },
    now: () => clock.now,
    logger: { level: 'silent' },
  })
  const passkeys = new Passkeys(app, { name: 'Accounts' })
  app.post('/register/begin', async () =>
    passkeys.beginRegistration({ id: 1, name: 'ada@mail.example', passkeys: [...stored.values()] }),
  )
  app.post('/register/finish', async () => {
    const passkey = await passkeys.finishRegistration(1, await request.json())
    if (passkey !== null) stored.set(passkey.id, passkey)
    return { ok: passkey !== null }
  })
  app.post('/register/finish-as-bob', async () => ({
    ok: (await passkeys.finishRegistration(2, await request.json())) !== null,
  }))
  app.post('/login/begin', async () => passkeys.beginLogin())
  app.post('/login/finish', async () => {
    const passkey = await passkeys.finishLogin(await request.json(), (id) => stored.get(id))
    if (passkey !== null) stored.set(passkey.id, passkey)
    return { ok: passkey !== null }
  })
  const browser = () => app.testClient({ baseUrl: origin })
  return { app, clock, stored, browser, device: new SoftAuthenticator(origin) }
}

/** Posts and reads the answer. */
export async function ask(client: TestClient, path: string, json: object = {}): Promise<Answer> {
  return (await client.post(path, { json })).json() as Answer
}

export interface Answer {
  readonly ok?: boolean
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly rpId: string
  readonly user: { readonly id: string }
  readonly excludeCredentials: { readonly id: string }[]
  readonly allowCredentials?: unknown[]
  readonly userVerification: string
}
