/** The walk of a request, as `docs/architecture.md` tells it: sixteen steps in this order, over a real socket. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { createApp, flash, renderTemplate, type StepMessage } from 'dewar'
import { describe, expect, it } from 'vitest'

/** The steps as the documentation tells them: the table's second column. */
const walk = Array.from(
  readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8').matchAll(
    /^\| (\d+) \| `(\w+)` \|/gm,
  ),
  ([, , name = '']) => name,
)

function makeApp() {
  const root = mkdtempSync(join(tmpdir(), 'dewar-walk-'))
  mkdirSync(join(root, 'templates'))
  writeFileSync(join(root, 'templates', 'page.html'), '<p>{{ who }}</p>')
  const config = { SECRET_KEY: generateKey() }
  const app = createApp({ root, config, environment: {}, logger: { level: 'silent' } })
  app.identify(() => ({ name: 'ada' }))
  app.get('/', { access: 'authenticated' }, () => {
    flash('seen')
    return renderTemplate('page.html', { who: 'you' })
  })
  app.get('/boom', () => {
    throw new Error('boom')
  })
  return app
}

/** Records the steps while `run` runs. */
async function record(run: () => Promise<void>): Promise<string[]> {
  const steps: string[] = []
  const listener = (message: unknown) => void steps.push((message as StepMessage).step)
  subscribe('dewar:step', listener)
  try {
    await run()
  } finally {
    unsubscribe('dewar:step', listener)
  }
  return steps
}

describe('the walk of a request', () => {
  it('takes sixteen steps in order', async () => {
    const app = makeApp()
    await using server = await app.run({ port: 0 })
    const steps = await record(async () => {
      const response = await fetch(server.url)
      expect(await response.text()).toBe('<p>you</p>')
    })
    expect(walk).toHaveLength(16)
    expect(steps).toEqual(walk)
  })

  it('takes the same way out after an error', async () => {
    const app = makeApp()
    await using server = await app.run({ port: 0 })
    const steps = await record(async () => {
      expect((await fetch(`${server.url}/boom`)).status).toBe(500)
    })
    const skipped = ['openSession', 'renderTemplate', 'makeResponse']
    expect(steps).toEqual(walk.filter((step) => !skipped.includes(step)))
  })

  it('skips what a request does not need: no session is opened that nobody looks at', async () => {
    const app = makeApp()
    await using server = await app.run({ port: 0 })
    const steps = await record(async () => {
      expect((await fetch(`${server.url}/nowhere`)).status).toBe(404)
    })
    expect(steps).not.toContain('openSession')
    expect(steps).not.toContain('callView')
    expect(steps.at(-1)).toBe('leaveContext')
  })
})
