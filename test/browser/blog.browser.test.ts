/** The blog as a person meets it: examples/blog in its own process, in a real Chromium, on a desktop and on a phone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithChromium } from '../tools/services.ts'

const main = join(import.meta.dirname, '../../examples/blog/main.ts')
const screenshots = join(import.meta.dirname, 'screenshots')
const sizes = [
  { device: 'desktop', viewport: { width: 1280, height: 800 } },
  { device: 'phone', viewport: { width: 390, height: 844 } },
] as const
const attack = `<script>alert('title')</script> & "quotes" 🧪`

describeWithChromium('the blog in Chromium', (executablePath) => {
  let server: ChildProcess
  let url: string
  let dataDir: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** What the browser complained about, and every dialog that opened: refused styles, blocked scripts, thrown errors. */
  const complaints: string[] = []

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true })
    dataDir = mkdtempSync(join(tmpdir(), 'dewar-browser-'))
    ;({ server, url } = await startBlog(dataDir))
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    context = await browser.newContext({ baseURL: url })
    page = await openPage(context, complaints)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    if (server?.exitCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    if (dataDir) rmSync(dataDir, { recursive: true, force: true })
  })

  it('shows an empty blog to a stranger', async () => {
    await page.goto('/')
    expect(await page.title()).toBe('Posts - Flaskr')
    expect(await page.getByText('Nobody has written anything yet.').isVisible()).toBe(true)
    await shoot(page, 'index-empty')
  })

  it('registers a user and refuses the name a second time', async () => {
    await page.getByRole('link', { name: 'Register' }).click()
    await shoot(page, 'register')
    await fillIn(page, 'alice', 'correct horse battery')
    await page.getByRole('button', { name: 'Register' }).click()
    expect(pathOf(page)).toBe('/auth/login')

    await page.goto('/auth/register')
    await fillIn(page, 'alice', 'another')
    await page.getByRole('button', { name: 'Register' }).click()
    expect(await page.getByRole('alert').textContent()).toBe('User alice is already registered.')
    await shoot(page, 'register-taken')
  })

  it.each([
    ['a wrong name', 'alicia', 'correct horse battery', 'Incorrect username or password.'],
    ['a wrong password', 'alice', 'wrong', 'Incorrect username or password.'],
    ['no name', '', '', 'Incorrect username or password.'],
  ])('says so when logging in with %s', async (_case, name, password, message) => {
    await page.goto('/auth/login')
    await fillIn(page, name, password)
    await page.getByRole('button', { name: 'Log In' }).click()
    expect(await page.getByRole('alert').textContent()).toBe(message)
    expect(await page.getByLabel('Username').inputValue()).toBe(name)
    expect(await page.getByLabel('Password').inputValue()).toBe('')
    if (name) await shoot(page, `login-${name === 'alice' ? 'wrong-password' : 'wrong-name'}`)
  })

  it('sends a stranger who wants to write to the login page and back', async () => {
    await page.goto('/create')
    expect(pathOf(page)).toBe('/auth/login')
    await shoot(page, 'login')
    await fillIn(page, 'alice', 'correct horse battery')
    await page.getByRole('button', { name: 'Log In' }).click()
    expect(pathOf(page)).toBe('/create')
    expect(await page.getByRole('navigation').textContent()).toContain('alice')
  })

  it('keeps the session in a cookie that scripts and other sites cannot use', async () => {
    const cookies = await context.cookies()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' })
    expect(await page.evaluate('document.cookie')).toBe('')
  })

  it('asks for a title and keeps what was typed', async () => {
    await page.goto('/create')
    await page.getByLabel('Body').fill('Typed in vain?')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('alert').textContent()).toBe('Title is required.')
    expect(await page.getByLabel('Body').inputValue()).toBe('Typed in vain?')
    await shoot(page, 'create-without-title')
  })

  it('shows a post with a script in its title as text, on the lines it was written in', async () => {
    await page.goto('/create')
    await shoot(page, 'create')
    await page.getByLabel('Title').fill(attack)
    await page.getByLabel('Body').fill('First line\n\n  Third line <img src=x onerror=alert(1)>')
    await page.getByRole('button', { name: 'Save' }).click()

    expect(pathOf(page)).toBe('/')
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe(attack)
    expect(await page.locator('main script, main img').count()).toBe(0)
    // biome-ignore lint/performance/useDomNodeTextContent: the lines as they are laid out are what is claimed
    expect(await page.locator('.body').innerText()).toBe(
      'First line\n\n  Third line <img src=x onerror=alert(1)>',
    )
    expect(await page.locator('.about').textContent()).toMatch(/^by alice on \d{4}-\d\d-\d\d$/)
    await shoot(page, 'index')
  })

  it('edits a post and shows the newest first', async () => {
    await page.goto('/create')
    await page.getByLabel('Title').fill('Second')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Second', attack])

    await page.getByRole('link', { name: attack }).click()
    expect(await page.getByLabel('Title').inputValue()).toBe(attack)
    await shoot(page, 'update')
    await page.getByLabel('Title').fill('First, edited')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Second',
      'First, edited',
    ])
  })

  it('lets nobody else edit it, with or without a link', async () => {
    const other = await browser.newContext({ baseURL: url, javaScriptEnabled: false })
    const stranger = await openPage(other, [])
    await stranger.goto('/auth/register')
    await fillIn(stranger, 'bob', 'bobs own words')
    await stranger.getByRole('button', { name: 'Register' }).click()
    await fillIn(stranger, 'bob', 'bobs own words')
    await stranger.getByRole('button', { name: 'Log In' }).click()
    expect(await stranger.getByRole('link', { name: 'New' }).isVisible()).toBe(true)
    expect(await stranger.getByRole('link', { name: 'Edit' }).count()).toBe(0)

    const forbidden = await stranger.goto('/1/update')
    expect(forbidden?.status()).toBe(403)
    await shoot(stranger, 'forbidden')
    const missing = await stranger.goto('/99/update')
    expect(missing?.status()).toBe(404)
    expect(await stranger.getByText("Post id 99 doesn't exist.").isVisible()).toBe(true)
    await shoot(stranger, 'missing')
    await other.close()
  })

  it('deletes a post', async () => {
    await page.goto('/2/update')
    await page.getByRole('button', { name: 'Delete' }).click()
    expect(pathOf(page)).toBe('/')
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['First, edited'])
  })

  it('keeps posts and sessions over a restart', async () => {
    server.kill('SIGTERM')
    expect(await once(server, 'exit')).toEqual([0, null])
    ;({ server } = await startBlog(dataDir, new URL(url).port))
    await page.goto('/')
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['First, edited'])
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(1)
  })

  it('logs out', async () => {
    const before = await context.cookies()
    await page.getByRole('button', { name: 'Log Out' }).click()
    expect(pathOf(page)).toBe('/')
    expect(await page.getByRole('link', { name: 'Log In' }).isVisible()).toBe(true)
    expect(await page.getByRole('link', { name: 'New' }).count()).toBe(0)
    await page.goto('/create')
    expect(pathOf(page)).toBe('/auth/login')
    expect(await context.cookies()).not.toEqual(before)
  })

  it('can be used with the keyboard alone', async () => {
    await page.goto('/auth/login')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    await page.getByLabel('Username').focus()
    await page.keyboard.type('alice')
    await page.keyboard.press('Tab')
    await page.keyboard.type('correct horse battery')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'New' }).waitFor()
  })

  it('asks somebody whom another site sends to the log-out link, and nobody who types it', async () => {
    await page.goto(`data:text/html,<a href="${url}/auth/logout">You have won!</a>`)
    await page.getByRole('link').click()
    expect(await page.getByText('Another site sent you here.').isVisible()).toBe(true)
    await shoot(page, 'logout')

    await page.goto('/')
    expect(await page.getByRole('link', { name: 'New' }).isVisible()).toBe(true)
    await page.goto('/auth/logout')
    expect(pathOf(page)).toBe('/')
    expect(await page.getByRole('link', { name: 'Log In' }).isVisible()).toBe(true)
  })

  it('shows a page of its own for what does not exist', async () => {
    const lost = await openPage(context, [])
    const response = await lost.goto('/no/such/page')
    expect(response?.status()).toBe(404)
    expect(await lost.getByRole('heading', { name: 'Not Found' }).isVisible()).toBe(true)
    await lost.close()
  })

  it('made the browser complain about nothing', () => {
    expect(complaints).toEqual([])
  })
})

/** Starts the blog on a port, any free one by default, and waits for the one line it prints. */
async function startBlog(dataDir: string, port = '0'): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: port, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  server.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The blog ended with ${code}: ${errors}`)))
    server.stdout?.on('data', (chunk) => {
      output += chunk
      const url = /^Ready on (http:\/\/127\.0\.0\.1:\d+)\n/m.exec(output)?.[1]
      if (url !== undefined) resolve({ server, url })
    })
  })
}

async function openPage(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('dialog', (dialog) => {
    complaints.push(`${page.url()}: dialog '${dialog.message()}'`)
    void dialog.dismiss()
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // A picture still on its way when the next page is opened is given up by the browser itself.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${page.url()}: ${reason} for ${request.url()}`)
  })
  return page
}

async function fillIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
}

/** Takes a picture on every device, light and dark, and checks that the page is no wider than the screen. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const { device, viewport } of sizes) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({
        path: join(screenshots, `${name}-${device}-${colorScheme}.png`),
        fullPage: true,
      })
    }
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(width, `width of ${name} on a ${device}`).toBeLessThanOrEqual(viewport.width)
  }
  await page.setViewportSize(sizes[0].viewport)
  await page.emulateMedia({ colorScheme: 'light' })
}

function pathOf(page: Page): string {
  return new URL(page.url()).pathname
}
