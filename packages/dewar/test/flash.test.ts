import { describe, expect, it } from 'vitest'
import { flash, getFlashedMessages, html } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function messages() {
  const app = makeApp()
  app.get('/flash', () => {
    flash('Saved.')
    flash('Wrong.', 'error')
    return 'x'
  })
  app.get('/all', () => getFlashedMessages())
  app.get('/errors', () => ({
    errors: getFlashedMessages({ categories: ['error'] }),
    all: getFlashedMessages({ withCategories: true }),
  }))
  app.get('/html', () => {
    flash(html`<b>${'<'}</b>`)
    return 'x'
  })
  return app
}

describe('flash', () => {
  it('shows messages once, on the next page', async () => {
    const client = testClient(messages())
    await client.get('/flash')
    expect((await client.get('/all')).json()).toEqual(['Saved.', 'Wrong.'])
    expect((await client.get('/all')).json()).toEqual([])
  })

  it('filters by category, and all are gone', async () => {
    const client = testClient(messages())
    await client.get('/flash')
    expect((await client.get('/errors')).json()).toEqual({
      errors: ['Wrong.'],
      all: [
        ['message', 'Saved.'],
        ['error', 'Wrong.'],
      ],
    })
    expect((await client.get('/all')).json()).toEqual([])
  })

  it('keeps Markup as Markup', async () => {
    const app = messages()
    app.get('/read', () => String(getFlashedMessages()[0] instanceof html`x`.constructor))
    const client = testClient(app)
    await client.get('/html')
    expect((await client.get('/read')).text).toBe('true')
  })
})
