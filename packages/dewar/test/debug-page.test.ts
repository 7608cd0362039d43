import { describe, expect, it } from 'vitest'
import { DewarError, g, renderTemplateString, request, session } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function broken(config: object) {
  const app = makeApp({ config })
  app.get('/', () => {
    throw new DewarError('ERR_DEMO', 'The <kettle> is empty.', { fix: 'Fill it.' })
  })
  return testClient(app)
}

describe('the error page of debug mode', () => {
  it('shows what was thrown, where and how to mend it, all escaped', async () => {
    const response = await broken({ DEBUG: true }).get('/')
    expect(response.status).toBe(500)
    expect(response.text).toContain('The &lt;kettle&gt; is empty.')
    expect(response.text).toContain('Fill it.')
    expect(response.text).toContain('debug-page.test.ts')
    expect(response.text).toContain('<mark>')
    expect(response.text).not.toContain('<kettle>')
  })

  it('is for this machine only', async () => {
    const response = await broken({ DEBUG: true }).get('/', { remoteAddr: '192.168.1.7' })
    expect(response.text).not.toContain('kettle')
  })

  it('is not there without debug', async () => {
    expect((await broken({}).get('/')).text).not.toContain('kettle')
  })
})

describe('what the page tells of the request', () => {
  function client(config: object = {}) {
    const app = makeApp({ config: { DEBUG: true, ...config } })
    app.post('/orders/<int:id>', { unsafeCsrfExempt: true }, async () => {
      session.set('cart' as never, 'tea' as never)
      const form = await request.form()
      throw new Error('broken', { cause: new Error(`behind it: ${form.get('size')}`) })
    })
    app.post('/missing', { unsafeCsrfExempt: true }, async () => (await request.form()).require('photo'))
    return testClient(app)
  }

  const sent = {
    form: { size: 'large', password: 'hunter2' },
    query: { page: 3, token: 'hunter3' },
    headers: { Authorization: 'Basic aHVudGVyNA==', 'X-Api-Key': 'hunter5', 'X-Shown': 'shown' },
  }

  it.each(['large', 'page', '/orders/&lt;int:id&gt;', 'shown', 'behind it: large', 'cart'])(
    'shows %s',
    async (text) => {
      expect((await client().post('/orders/7', sent)).text).toContain(text)
    },
  )

  it.each(['hunter2', 'hunter3', 'aHVudGVyNA', 'hunter5', '>tea<'])('hides %s', async (text) => {
    const response = await client().post('/orders/7', sent)
    expect(response.status).toBe(500)
    expect(response.text).not.toContain(text)
  })

  it('shows g, settings and the names of a template, and runs nothing of theirs', async () => {
    let ran = 0
    const spy = () => {
      ran += 1
      return 'ran'
    }
    const tricky = {
      shown: 'kettle',
      nested: { deep: { deeper: { deepest: 1 } }, password: 'hunter6' },
      toString: spy,
      toJSON: spy,
      [Symbol.toPrimitive]: spy,
      [Symbol.for('nodejs.util.inspect.custom')]: spy,
      get getter() {
        return spy()
      },
    }
    const trap = new Proxy(
      {},
      { get: spy, ownKeys: () => [spy()], getOwnPropertyDescriptor: () => void spy() },
    )
    const app = makeApp({
      config: {
        DEBUG: true,
        SERVER_NAME: 'shop.example',
        MAIL_PASSWORD: 'hunter7',
        SHOP: { name: 'Teas' },
      } as never,
    })
    app.get('/', () => {
      Object.assign(g, { step: 'weighing', user: { name: 'Ada', password_hash: 'hunter8' } })
      renderTemplateString('{{ tea.shown }}', {
        tea: tricky,
        trap,
        api_token: `hunter${9}`,
        big: 'x'.repeat(5000),
      })
      throw new Error('broken')
    })
    const { text } = await testClient(app).get('/', { host: 'localhost' })
    for (const shown of ['weighing', 'Ada', 'kettle', '[Proxy]', 'shop.example', 'Teas', 'step']) {
      expect(text).toContain(shown)
    }
    expect(text).not.toMatch(/hunter\d|x{1000}|ran\b/)
    expect(ran).toBe(0)
  })

  it('says which field is missing, and that the form lacks its enctype', async () => {
    const asText = await client().post('/missing', { form: { photo2: 'me.png' } })
    expect(asText.status).toBe(400)
    expect(asText.text).toContain('The form has no field &#39;photo&#39;. The form has: photo2.')
  })

  it('leaves a missing field a 400 that says nothing outside of debug', async () => {
    const response = await client({ DEBUG: false }).post('/missing', { form: { other: '1' } })
    expect(response.status).toBe(400)
    expect(response.text).not.toContain('photo')
  })
})

describe('an app that runs with debug', () => {
  it('remembers enough of a stack to show the line of the app behind many frames', async () => {
    const before = Error.stackTraceLimit
    const app = makeApp({ config: { DEBUG: true } })
    const deep = (depth: number): string => (depth === 0 ? JSON.parse('{') : deep(depth - 1))
    app.get('/', () => deep(20))
    const server = await app.run({ port: 0 })
    try {
      const text = await (await fetch(server.url)).text()
      expect(text.match(/at deep/g)?.length).toBeGreaterThan(15)
    } finally {
      Error.stackTraceLimit = before
      await server.close()
    }
  })
})
