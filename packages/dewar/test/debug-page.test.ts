import { describe, expect, it } from 'vitest'
import { DewarError } from '../src/index.ts'
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
