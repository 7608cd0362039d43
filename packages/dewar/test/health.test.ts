import { describe, expect, it, vi } from 'vitest'
import { addHealthChecks, type HealthOptions } from '../src/index.ts'
import { makeApp } from './setup.ts'

function client(options: HealthOptions, now?: () => number) {
  const app = makeApp({ config: { ACCESS_DEFAULT: 'deny' }, ...(now && { now }) })
  addHealthChecks(app, options)
  return app.testClient()
}

describe('addHealthChecks', () => {
  it('says that the process lives, whatever is broken around it', async () => {
    const response = await client({ checks: { db: () => false } }).get('/livez')
    expect([response.status, response.text]).toEqual([200, 'alive'])
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Set-Cookie')).toBe(null)
  })

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['a value', () => 'PONG'],
    ['a promise', async () => null],
  ])('is ready where checks give %s', async (_, check) => {
    const response = await client({ checks: { check } }).get('/readyz')
    expect([response.status, response.text]).toEqual([200, 'ready'])
  })

  it.each<[string, () => unknown]>([
    ['give false', () => false],
    [
      'throw',
      () => {
        throw new Error('redis://user:password@db')
      },
    ],
    [
      'reject',
      async () => {
        throw new Error('away')
      },
    ],
  ])('is not ready where checks %s, and does not say which', async (_, check) => {
    const response = await client({ checks: { good: () => true, check } }).get('/readyz')
    expect([response.status, response.text]).toEqual([503, 'not ready'])
  })

  it('does not wait for a check that never ends', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const answer = client({ checks: { stuck: () => new Promise(() => {}) } }).get('/readyz')
    await vi.advanceTimersByTimeAsync(5001)
    vi.useRealTimers()
    expect((await answer).status).toBe(503)
  })

  it('asks once a second at most, however many ask', async () => {
    let time = 1000
    let asked = 0
    const visitor = client({ checks: { db: () => void asked++ } }, () => time)
    await Promise.all([visitor.get('/readyz'), visitor.get('/readyz')])
    await visitor.get('/readyz')
    const soon = asked
    time += 1.1
    await visitor.get('/readyz')
    expect([soon, asked]).toEqual([1, 2])
  })

  it('takes other paths', async () => {
    const visitor = client({ live: '/up', ready: '/health' })
    expect((await visitor.get('/up')).status).toBe(200)
    expect((await visitor.get('/health')).status).toBe(200)
    expect((await visitor.get('/readyz')).status).toBe(404)
  })
})
