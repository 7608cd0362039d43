/**
 * The gauntlet: an app with nothing but Dewar's defaults, attacked over raw sockets, row by row of docs/security.md.
 * Each subject has its attacks and, beside them, what honest visitors do.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contexts } from './cases/contexts.ts'
import { csrf } from './cases/csrf.ts'
import { framing } from './cases/framing.ts'
import { hosts } from './cases/hosts.ts'
import { injection } from './cases/injection.ts'
import { logins } from './cases/logins.ts'
import { paths } from './cases/paths.ts'
import { sessions } from './cases/sessions.ts'
import { uploads } from './cases/uploads.ts'
import { values } from './cases/values.ts'
import type { Sites, Subject } from './suite/case.ts'
import { openSite } from './suite/site.ts'

const subjects: readonly Subject[] = [
  framing,
  hosts,
  csrf,
  contexts,
  paths,
  injection,
  sessions,
  logins,
  uploads,
  values,
]

let sites: Sites

beforeAll(async () => {
  const [direct, proxied] = await Promise.all([openSite(), openSite({ GAUNTLET_HTTPS_PROXY: '1' })])
  sites = { direct, proxied }
}, 60_000)

afterAll(async () => {
  await Promise.all([sites?.direct.stop(), sites?.proxied.stop()])
})

for (const { name, inTurn = false, attacks, honest } of subjects) {
  describe(name, { concurrent: !inTurn }, () => {
    for (const { row, what, run } of attacks) it(`${row} attack: ${what}`, () => run(sites) as Promise<void>)
    for (const { row, what, run } of honest) it(`${row} honest: ${what}`, () => run(sites) as Promise<void>)
  })
}

it('has attacks and honest uses enough', () => {
  expect(subjects.flatMap(({ attacks }) => attacks).length).toBeGreaterThanOrEqual(10)
  expect(subjects.flatMap(({ honest }) => honest).length).toBeGreaterThanOrEqual(10)
})
