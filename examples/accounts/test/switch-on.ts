import { totpCode } from '@dewar/auth'
import type { TestClient } from 'dewar/testing'
import { expect } from 'vitest'
import type { Site } from './fixture.ts'

/** Switches the second factor on; gives the secret and the recovery codes. */
export async function switchOn({ users, clock, ada }: Site, client: TestClient) {
  await client.get('/account/second-factor/')
  const secret = users.byId(ada.id)?.totp_pending ?? ''
  const page = await client.post('/account/second-factor/', { form: { code: totpCode(secret, clock.now) } })
  expect(page.status).toBe(200)
  const codes = page.text.match(/[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}/g) ?? []
  expect(codes).toHaveLength(10)
  clock.now += 60
  return { secret, codes }
}
