/** The accounts as a person meets them: examples/accounts in its own process, a real Chromium, a device with passkeys. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { totpCode } from '@dewar/auth'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithChromium } from '../tools/services.ts'

const main = join(import.meta.dirname, '../../examples/accounts/main.ts')
const screenshots = join(import.meta.dirname, 'screenshots')
const [email, password, newPassword] = [
  'ada@mail.example',
  'correct horse battery staple',
  'velvet gondola thermos',
]

describeWithChromium('the accounts in Chromium', (executablePath) => {
  let server: ChildProcess
  let url: string
  let dataDir: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let device: CDPSession
  let secret = ''
  let recoveryCode = ''
  const complaints: string[] = []

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true })
    dataDir = mkdtempSync(join(tmpdir(), 'dewar-accounts-'))
    ;({ server, url } = await start(dataDir))
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
    browser = await chromium.launch({ executablePath, args })
    context = await browser.newContext({ baseURL: url })
    page = await openPage(context, complaints)
    device = await context.newCDPSession(page)
    await device.send('WebAuthn.enable')
    await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    if (server?.exitCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    if (dataDir) rmSync(dataDir, { recursive: true, force: true })
  })

  it('registers through the link in a mail', async () => {
    await page.goto('/')
    expect(pathOf(page)).toBe('/login')
    await shoot(page, 'sign-in')
    await page.getByRole('navigation').getByRole('link', { name: 'Register' }).click()
    await page.getByLabel('E-mail address').fill(email)
    await page.getByRole('button', { name: 'Send the link' }).click()
    expect(await page.getByRole('heading').textContent()).toBe('Look into your mail')
    await shoot(page, 'mail-sent')
    await page.goto(await link(dataDir))
    await shoot(page, 'register')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('Password').fill('ada@mail.example')
    await page.getByRole('button', { name: 'Create the account' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('made of your name')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Create the account' }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Your account')
    await shoot(page, 'account')
  })

  it('adds a passkey and signs in with it, without a password', async () => {
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('The passkey is added.').waitFor()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
  })

  it('switches the second factor on with the code of an app', async () => {
    await page.getByRole('link', { name: 'Switch it on' }).click()
    secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '')
    expect(await page.locator('.qr svg').isVisible()).toBe(true)
    await shoot(page, 'second-factor')
    await page.getByLabel('The code that the app shows').fill(totpCode(secret, Date.now() / 1000 - 30))
    await page.getByRole('button', { name: 'Switch it on' }).click()
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    const codes = await page.locator('.codes li').allTextContents()
    expect(codes).toHaveLength(10)
    recoveryCode = codes[0] ?? ''
    await shoot(page, 'recovery-codes')
    await page.getByRole('link', { name: 'I have kept them' }).click()
  })

  it('asks for the code after the password, and takes a recovery code as well', async () => {
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    for (const code of [totpCode(secret, Date.now() / 1000), recoveryCode]) {
      await signIn(page, password)
      expect(pathOf(page)).toBe('/login/code')
      await shoot(page, 'code')
      await page.goto('/account/')
      expect(pathOf(page)).toBe('/login')
      await page.goto('/login/code')
      await page.getByLabel('The code of your app').fill(code)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('heading', { name: 'Your account' }).waitFor()
      await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    }
  })

  it('replaces a forgotten password, and ends the sessions of other browsers', async () => {
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    const other = await browser.newContext({ baseURL: url })
    const forgetful = await openPage(other, complaints)
    await forgetful.goto('/login')
    await forgetful.getByRole('link', { name: 'Forgotten the password?' }).click()
    await forgetful.getByLabel('E-mail address').fill(email)
    await forgetful.getByRole('button', { name: 'Send the link' }).click()
    await forgetful.goto(await link(dataDir, 'A new password'))
    await forgetful.getByLabel('New password').fill(newPassword)
    await shoot(forgetful, 'reset')
    await forgetful.getByRole('button', { name: 'Change the password' }).click()
    expect(await forgetful.locator('.flash').textContent()).toContain('is changed')
    await page.reload()
    expect(pathOf(page)).toBe('/login')
    await other.close()
  })

  it('lists the sessions and signs out the others', async () => {
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    await shoot(page, 'account-full')
    expect(await page.getByText('This one').count()).toBe(1)
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
    expect(await page.locator('.flash').textContent()).toContain('signed out everywhere else')
    expect(await page.getByText('This one').count()).toBe(1)
  })

  it('made the browser complain about nothing', () => {
    expect(complaints).toEqual([])
  })
})

async function signIn(page: Page, text: string): Promise<void> {
  await page.goto('/login')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(text)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** The link of the newest mail. */
async function link(dataDir: string, subject = ''): Promise<string> {
  const folder = join(dataDir, 'mail')
  for (let tries = 0; tries < 50; tries++) {
    const mails = existsSync(folder) ? readdirSync(folder).sort() : []
    const text = mails
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .filter((mail) => mail.includes(subject))
    const found = /http:\/\/\S+/.exec(text.at(-1) ?? '')?.[0]
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('No mail came.')
}

async function start(dataDir: string): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  server.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The app ended with ${code}: ${errors}`)))
    server.stdout?.on('data', (chunk) => {
      output += chunk
      const url = /^Ready on (http:\/\/localhost:\d+)\n/m.exec(output)?.[1]
      if (url !== undefined) resolve({ server, url })
    })
  })
}

async function openPage(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    // Refusals that a test asks for are told on the console, too.
    const isAsked = /status of (?:401|410|422)/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isAsked)
      complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  return page
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const [device, width] of [
    ['desktop', 1280],
    ['phone', 390],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme: device === 'phone' ? 'dark' : 'light' })
    await page.screenshot({ path: join(screenshots, `accounts-${name}-${device}.png`), fullPage: true })
    const actual = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(actual, `width of ${name} on a ${device}`).toBeLessThanOrEqual(width)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })
}

function pathOf(page: Page): string {
  return new URL(page.url()).pathname
}
