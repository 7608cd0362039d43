import { describe, expect, it } from 'vitest'
import { redirect, request } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function login() {
  const app = makeApp()
  app.get('/strict', () => redirect(request.args.get('next')))
  app.get('/lenient', () => redirect(request.args.get('next'), { fallback: '/home' }))
  app.get('/pay', () => redirect('https://pay.example/start', { unsafeExternal: true }))
  return testClient(app)
}

describe('redirect', () => {
  it.each([
    '/',
    '/account',
    '/posts?page=2#top',
    '/a%20b',
    'http://localhost/x',
    '/?next=https://evil.example',
  ])('follows a target on this site: %s', async (next) => {
    const response = await login().get('/strict', { query: { next } })
    expect([response.status, response.location]).toEqual([302, next])
  })

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    ' //evil.example',
    'http://localhost@evil.example/',
    'http://localhost.evil.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    '/%2f/evil.example/..',
    'https:evil.example',
    '',
  ])('refuses %j, or goes to the fallback', async (next) => {
    const client = login()
    expect((await client.get('/strict', { query: { next } })).status).toBe(400)
    expect((await client.get('/lenient', { query: { next } })).location).toBe('/home')
  })

  it('leaves this site only when the app says so in so many words', async () => {
    expect((await login().get('/pay')).location).toBe('https://pay.example/start')
  })
})
