/**
 * The gauntlet: an app with nothing but Dewar's defaults, attacked over raw sockets, row by row of docs/security.md.
 * Each subject has its attacks and, beside them, what honest visitors do. See docs/gauntlet.md.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answers } from './cases/answers.ts'
import { contexts } from './cases/contexts.ts'
import { csrf } from './cases/csrf.ts'
import { framing } from './cases/framing.ts'
import { hosts } from './cases/hosts.ts'
import { injection } from './cases/injection.ts'
import { limits } from './cases/limits.ts'
import { load } from './cases/load.ts'
import { logins } from './cases/logins.ts'
import { oddities } from './cases/oddities.ts'
import { paths } from './cases/paths.ts'
import { privacy } from './cases/privacy.ts'
import { sessions } from './cases/sessions.ts'
import { patient, slow } from './cases/slow.ts'
import { starting } from './cases/starting.ts'
import { uploads } from './cases/uploads.ts'
import { values } from './cases/values.ts'
import type { Case, Sites, Subject } from './suite/case.ts'
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
  limits,
  answers,
  oddities,
  privacy,
  load,
  starting,
]

let sites: Sites
const begun = new Map<Case, Promise<unknown>>()

beforeAll(async () => {
  const [direct, proxied] = await Promise.all([openSite(), openSite({ GAUNTLET_HTTPS_PROXY: '1' })])
  sites = { direct, proxied }
  for (const slowCase of [...slow, ...patient]) {
    const outcome = slowCase.run(sites)
    // It is awaited, and may fail, in its test at the end.
    outcome.catch(() => undefined)
    begun.set(slowCase, outcome)
  }
}, 60_000)

afterAll(async () => {
  await Promise.all([sites?.direct.stop(), sites?.proxied.stop()])
}, 30_000)

for (const { name, inTurn = false, attacks, honest } of subjects) {
  describe(name, { concurrent: !inTurn, timeout: 60_000 }, () => {
    for (const { row, what, run } of attacks) it(`${row} attack: ${what}`, () => run(sites) as Promise<void>)
    for (const { row, what, run } of honest) it(`${row} honest: ${what}`, () => run(sites) as Promise<void>)
  })
}

describe('slow clients', { timeout: 90_000 }, () => {
  for (const item of slow) it(`${item.row} attack: ${item.what}`, () => begun.get(item) as Promise<void>)
  for (const item of patient) it(`${item.row} honest: ${item.what}`, () => begun.get(item) as Promise<void>)
})

it('has attacks and honest uses enough, and a name for each', () => {
  const attacks = [...subjects.flatMap(({ attacks: items }) => items), ...slow]
  const honest = [...subjects.flatMap(({ honest: items }) => items), ...patient]
  expect(attacks.length).toBeGreaterThanOrEqual(500)
  expect(honest.length).toBeGreaterThanOrEqual(150)
  for (const items of [attacks, honest]) {
    const names = items.map(({ row, what }) => `${row} ${what}`)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  }
})
