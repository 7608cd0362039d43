import { describe, expect, it } from 'vitest'
import { currentApp } from '../src/index.ts'
import { makeApp } from './setup.ts'

describe('onStart and onStop', () => {
  it('run once around the server, in order and backwards', async () => {
    const app = makeApp({ name: 'shop' })
    const seen: string[] = []
    app.onStart(async () => {
      await Promise.resolve()
      seen.push(`start 1 ${currentApp.name}`)
    })
    app.onStart(() => seen.push('start 2'))
    app.onStop(() => seen.push('stop 1'))
    app.onStop(() => seen.push('stop 2'))
    app.get('/', () => seen.join())
    const server = await app.run({ port: 0 })
    const answer = await fetch(`${server.url}/`)
    expect(await answer.text()).toBe('start 1 shop,start 2')
    await server.close()
    await server.close()
    expect(seen).toEqual(['start 1 shop', 'start 2', 'stop 2', 'stop 1'])
  })

  it('stop what has started when a start fails, and the error reaches the caller', async () => {
    const app = makeApp()
    const seen: string[] = []
    app.onStart(() => {
      throw new Error('no database')
    })
    app.onStop(() => seen.push('stop'))
    await expect(app.run({ port: 0 })).rejects.toThrow('no database')
    expect(seen).toEqual(['stop'])
  })

  it('run all functions of onStop, whatever one throws', async () => {
    const app = makeApp()
    const seen: string[] = []
    app.onStop(() => seen.push('first'))
    app.onStop(() => Promise.reject(new Error('cannot')))
    await app.start()
    await app.stop()
    expect(seen).toEqual(['first'])
  })

  it('cannot be added once the app has started', async () => {
    const app = makeApp()
    await app.start()
    expect(() => app.onStart(() => {})).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_FROZEN' }))
  })
})
