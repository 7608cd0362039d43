/**
 * Pages with generated hostile values, as Chromium reads and runs them: nothing may run that the template did not write,
 * nothing may leave its place, and what a script receives is the value. `packages/templates/test/places.property.test.ts` asks parse5
 * the same.
 */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTemplates } from '../../packages/templates/src/index.ts'
import { hostileValue, type Place, places, random } from '../../packages/templates/test/places.ts'
import { describeWithChromium } from '../tools/services.ts'

const valuesPerPlace = 100
const templates = createTemplates()

/** A page of a place for many values; what scripts receive is pushed to `got`. */
function pageOf({ source }: Place, values: readonly string[]): string {
  const parts = values.map((x) => `<section>${templates.renderString(source, { x, t: true })}</section>`)
  return `<!doctype html><meta charset="utf-8"><body><script>window.got = []</script>${parts.join('\n')}`
}

/** Presses and follows whatever there is, as a visitor would; gives what scripts received. */
const press = `(() => {
  for (const element of document.querySelectorAll('[onclick], button')) element.click()
  for (const link of document.querySelectorAll('a')) {
    if (/^\\s*(?:javascript|data|vbscript):/i.test(link.href)) window.tripwire('href')
  }
  for (const element of document.querySelectorAll('[tabindex], input, a')) element.focus?.()
  return window.got ?? []
})()`

describeWithChromium('templates in Chromium', (executablePath) => {
  let browser: Browser
  let page: Page
  const hits: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
    page = await (await browser.newContext({ offline: true })).newPage()
    await page.exposeFunction('tripwire', (what: string) => void hits.push(String(what)))
    page.on('dialog', (dialog) => {
      hits.push(dialog.message())
      void dialog.dismiss()
    })
  }, 60_000)

  afterAll(async () => browser?.close())

  it('has a tripwire that hostile values would trip without escaping', async () => {
    hits.length = 0
    await page.setContent('<img src=x onerror="tripwire(1)"><script>tripwire(2)</script>')
    await expect.poll(() => hits.length).toBe(2)
  })

  it.each(places.map((place) => [place.name, place] as const))(
    'runs nothing of a value %s',
    async (_, place) => {
      hits.length = 0
      const next = random(place.source.length)
      const values = Array.from({ length: valuesPerPlace }, () => hostileValue(next)).filter((x) =>
        isRendered(place, x),
      )
      await page.setContent(pageOf(place, values))
      const got = await page.evaluate(press)
      await page.waitForTimeout(20)
      expect(hits).toEqual([])
      if (place.pushes !== undefined)
        expect(got).toEqual(values.flatMap((x) => Array(place.pushes).fill(place.gives?.(x) ?? x)))
    },
    30_000,
  )
})

/** Whether the template takes the value at all: between attributes most are an error. */
function isRendered({ source }: Place, x: string): boolean {
  try {
    templates.renderString(source, { x, t: true })
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_TEMPLATES_CONTEXT') return false
    throw error
  }
}
