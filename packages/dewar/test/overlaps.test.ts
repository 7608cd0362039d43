import { describe, expect, it } from 'vitest'
import { makeApp } from './setup.ts'

/** The messages of an app's log from warnings up. */
function withLog(register: (app: ReturnType<typeof makeApp>) => void): string[] {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line).msg) }
  const app = makeApp({ logger: { level: 'warn', destination } })
  register(app)
  app.freeze()
  return lines
}

describe('rules that get in each other’s way', () => {
  it('are refused when one could never be reached', () => {
    const app = makeApp()
    app.get('/users/<name>', function one() {
      return '1'
    })
    app.get('/users/<login>', function two() {
      return '2'
    })
    expect(() => app.freeze()).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_DUPLICATE' }))
    expect(() => app.freeze()).toThrow('users')
  })

  it('are a warning in the log when neither is a part of the other', () => {
    const lines = withLog((app) => {
      app.get('/<section>/new', function newIn() {
        return '1'
      })
      app.get('/posts/<slug>', function post() {
        return '2'
      })
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain("/posts/new: 'post' answers")
  })

  it('are no matter for the log when the more specific one wins', () => {
    const lines = withLog((app) => {
      app.get('/users/me', function me() {
        return 'me'
      })
      app.get('/users/<name>', function user() {
        return 'user'
      })
    })
    expect(lines).toEqual([])
  })
})
