/** examples/sign-in-with-oidc in a real Chromium: two sites, whose cookies, policies and redirects only a browser enforces. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import type { App } from 'dewar'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSignIn } from '../../examples/sign-in-with-oidc/app.ts'
import { type RunningProvider, startProvider } from '../../examples/sign-in-with-oidc/test/honest-provider.ts'
import { describeWithChromium } from '../tools/services.ts'

describeWithChromium('signing in with a provider, in Chromium', (executablePath) => {
  let provider: RunningProvider
  let site: { app: App; close: () => void }
  let server: Awaited<ReturnType<App['run']>>
  let browser: Browser
  let page: Page
  let url: string
  const dataDir = mkdtempSync(join(tmpdir(), 'dewar-oidc-'))
  const complaints: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    // Another site than the provider's 127.0.0.1.
    url = `http://localhost:${port}`
    provider = await startProvider('honest', url)
    site = createSignIn({
      providers: [provider.options],
      dataDir,
      unsafeHttp: true,
      config: { DEBUG: true, SECRET_KEY: generateKey(), LOG_LEVEL: 'silent' },
    })
    server = await site.app.run({ host: '127.0.0.1', port })
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
    browser = await chromium.launch({ executablePath, args })
    page = await (await browser.newContext({ baseURL: url })).newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' && page.url().startsWith(url)) complaints.push(message.text())
    })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
    site?.close()
    await provider?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('goes there by a link and comes back signed in', async () => {
    await page.goto('/')
    expect(new URL(page.url()).pathname).toBe('/login')
    await page.screenshot({ path: join(import.meta.dirname, 'screenshots/oidc-sign-in.png') })
    await page.getByRole('link', { name: 'Sign in with honest' }).click()
    await page.waitForURL(`${provider.options.issuer}/interaction/**`)
    await page.locator('[name=login]').fill('ada')
    await page.locator('[name=password]').fill('any')
    await page.locator('[type=submit]').click()
    await page.locator('[type=submit]').click()
    await page.getByRole('heading', { name: 'Hello, ada of honest' }).waitFor()
    expect(new URL(page.url()).origin).toBe(url)
    await page.screenshot({ path: join(import.meta.dirname, 'screenshots/oidc-signed-in.png') })
  })

  it('signs out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto('/')
    expect(new URL(page.url()).pathname).toBe('/login')
  })

  it('is not begun by a link of another site', async () => {
    await page.goto(`data:text/html,<a href="${url}/login/honest">You have won!</a>`)
    await page.getByRole('link').click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(new URL(page.url()).origin).toBe(url)
  })

  it('made the browser complain about nothing', () => {
    expect(complaints).toEqual([])
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
