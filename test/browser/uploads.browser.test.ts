/** The gallery as a person meets it: examples/uploads in its own process, in a real Chromium, on a desktop and on a phone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithChromium } from '../tools/services.ts'

const main = join(import.meta.dirname, '../../examples/uploads/main.ts')
const screenshots = join(import.meta.dirname, 'screenshots')
const sizes = [
  { device: 'desktop', viewport: { width: 1280, height: 800 } },
  { device: 'phone', viewport: { width: 390, height: 844 } },
] as const

interface Upload {
  name: string
  mimeType: string
  buffer: Buffer
}

describeWithChromium('the gallery in Chromium', (executablePath) => {
  let server: ChildProcess
  let url: string
  let dataDir: string
  let browser: Browser
  let page: Page
  /** What the browser complained about: refused styles, blocked scripts, thrown errors, dialogs. */
  const complaints: string[] = []

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true })
    dataDir = mkdtempSync(join(tmpdir(), 'dewar-gallery-'))
    ;({ server, url } = await startGallery(dataDir))
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
    })
    page = await openPage(browser, url, complaints)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    if (server?.exitCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    if (dataDir) rmSync(dataDir, { recursive: true, force: true })
  })

  it('shows an empty gallery', async () => {
    await page.goto('/')
    expect(await page.getByText('There are no pictures yet.').isVisible()).toBe(true)
    expect(await page.getByLabel('Pictures').getAttribute('accept')).toContain('image/png')
    await shoot(page, 'gallery-empty')
  })

  it('uploads several pictures with a progress bar, and shows them', async () => {
    await page
      .getByLabel('Pictures')
      .setInputFiles([png('red.png', 255, 40, 40), png('blue.png', 40, 80, 255)])
    await page.getByLabel('Caption').fill('Two <b>colours</b>')
    await page.evaluate(`new MutationObserver(([{ target }]) => {
      if (!target.hidden && target.value > 0) sessionStorage.setItem('progress', target.value)
    }).observe(document.querySelector('progress'), { attributes: true })`)
    await page.getByRole('button', { name: 'Upload' }).click()
    await page.getByRole('status').waitFor()

    expect(await page.getByRole('status').textContent()).toBe('2 pictures were added.')
    expect(Number(await page.evaluate(`sessionStorage.getItem('progress')`))).toBeGreaterThan(0)
    expect(await page.locator('figcaption').allTextContents()).toEqual([
      'Two <b>colours</b> blue.png',
      'Two <b>colours</b> red.png',
    ])
    await page.waitForFunction('[...document.images].every((image) => image.naturalWidth === 64)')
    expect(readdirSync(join(dataDir, 'pictures'))).toHaveLength(2)
    await shoot(page, 'gallery')
  })

  it('saves a picture whose own address is opened', async () => {
    const source = await page.locator('img').first().getAttribute('src')
    const response = await page.request.get(source ?? '')
    expect(response.headers()['content-disposition']).toBe('attachment; filename=blue.png')
    expect(response.headers()['content-security-policy']).toContain('sandbox')
  })

  it.each([
    ['with the script, above the form', true],
    ['without any script, at the field', false],
  ])('says which file is refused and why, %s', async (_, javaScriptEnabled) => {
    const refused = await openPage(browser, url, [], javaScriptEnabled)
    await refused.goto('/')
    await refused
      .getByLabel('Pictures')
      .setInputFiles([
        png('fine.png', 0, 0, 0),
        { ...png('page.png', 0, 0, 0), buffer: Buffer.from('<script>alert(1)</script>') },
      ])
    await refused.getByRole('button', { name: 'Upload' }).click()

    const list = refused.getByRole('alert').getByRole('listitem')
    const message = javaScriptEnabled ? list : refused.locator('#field-pictures-error')
    await message.waitFor()
    expect(await message.allTextContents()).toEqual([
      'page.png: The file is not accepted: its content is not what its extension says.',
    ])
    expect(await refused.locator('img').count()).toBe(2)
    await shoot(refused, `gallery-refused-${javaScriptEnabled ? 'script' : 'plain'}`)
    await refused.close()
  })

  it('says so if more is sent than the site takes', async () => {
    const greedy = await openPage(browser, url, [])
    await greedy.goto('/')
    const huge = { ...png('huge.png', 0, 0, 0), buffer: Buffer.alloc(20_000_000) }
    await greedy.getByLabel('Pictures').setInputFiles([huge])
    await greedy.getByRole('button', { name: 'Upload' }).click()

    const message = greedy.getByRole('alert').getByRole('listitem')
    await message.waitFor()
    expect(await message.textContent()).toMatch(/could not be sent|more than can be sent|too large|larger/i)
    await greedy.close()
  })

  it('made the browser complain about nothing', () => {
    expect(complaints).toEqual([])
  })
})

/** A picture of 64 × 64 points of one colour. */
function png(name: string, ...colour: readonly [red: number, green: number, blue: number]): Upload {
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: 64 }, () => Buffer.of(...colour))])
  const head = Buffer.from('00000040000000400802000000', 'hex')
  const buffer = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: 64 }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ])
  return { name, mimeType: 'image/png', buffer }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

/** Starts the gallery on a free port and waits for the one line it prints. */
async function startGallery(folder: string): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  server.stderr?.on('data', (text) => {
    errors += text
  })
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The gallery ended with ${code}: ${errors}`)))
    server.stdout?.on('data', (text) => {
      output += text
      const url = /^Ready on (http:\/\/127\.0\.0\.1:\d+)\n/m.exec(output)?.[1]
      if (url !== undefined) resolve({ server, url })
    })
  })
}

async function openPage(
  browser: Browser,
  baseURL: string,
  complaints: string[],
  javaScriptEnabled = true,
): Promise<Page> {
  const context = await browser.newContext({ baseURL, javaScriptEnabled })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('dialog', (dialog) => {
    complaints.push(`${page.url()}: dialog '${dialog.message()}'`)
    void dialog.dismiss()
  })
  return page
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
    if (name.endsWith('plain')) continue
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(width, `width of ${name} on a ${device}`).toBeLessThanOrEqual(viewport.width)
  }
  await page.setViewportSize(sizes[0].viewport)
  await page.emulateMedia({ colorScheme: 'light' })
}
