import { describe, expect, it } from 'vitest'
import { urlFor } from '../src/index.ts'
import { makeApp } from './setup.ts'

describe('urlBuildErrorHandler', () => {
  it('answers for endpoints of others; the next is asked if one knows nothing', () => {
    const app = makeApp()
    app.urlBuildErrorHandler(() => undefined)
    app.urlBuildErrorHandler((_error, endpoint, values) =>
      endpoint === 'shop' ? `https://shop.example/${String(values['id'])}` : null,
    )
    app.testRequestContext('/', () => {
      expect(urlFor('shop', { id: 7 })).toBe('https://shop.example/7')
      expect(() => urlFor('other')).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_BUILD' }))
    })
  })
})

describe('endpoint', () => {
  it('gives a view to rules that were added elsewhere', async () => {
    const app = makeApp()
    app.addUrlRule({ rule: '/a', endpoint: 'both' })
    app.addUrlRule({ rule: '/b', endpoint: 'both' })
    app.endpoint('both', () => 'one view')
    expect((await app.testClient().get('/b')).text).toBe('one view')
  })

  it('is missed when the app freezes, with the nearest name', () => {
    const app = makeApp()
    app.addUrlRule({ rule: '/a', endpoint: 'indx' })
    app.endpoint('index', () => 'x')
    expect(() => app.freeze()).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_NO_VIEW', fix: "Did you mean 'index'?" }),
    )
  })

  it('leads elsewhere without a view', async () => {
    const app = makeApp()
    app.get('/new/<int:id>', function show({ id }) {
      return `page ${id}`
    })
    app.addUrlRule({ rule: '/old/<int:id>', endpoint: 'old', redirectTo: '/new/<id>' })
    const response = await app.testClient().get('/old/7?x=1')
    expect([response.status, response.location]).toEqual([308, '/new/7?x=1'])
  })
})
