import { describe, expect, it } from 'vitest'
import { isSafeRedirect, safeRedirect } from '../src/index.ts'

const host = 'example.org:8443'

describe('safeRedirect', () => {
  it.each([
    ['a path', '/account'],
    ['a path with query and fragment', '/search?q=a%2Fb&next=//x&u=https://y#top'],
    ['the root', '/'],
    ['a query alone', '?page=2'],
    ['a fragment alone', '#top'],
    ['a relative path', 'posts/7'],
    ['a step up', '../posts'],
    ['a colon behind the first slash', '/wiki/Talk:Main'],
    ['a colon in a query', '?at=12:30'],
    ['this site over https', 'https://example.org:8443/x'],
    ['this site in upper case', 'https://EXAMPLE.org:8443/x'],
    ['two slashes further in', '/a//b'],
    ['percent signs', '/caf%C3%A9/100%25'],
  ])('gives %s back unchanged', (_, target) => {
    expect(safeRedirect(target, { host })).toBe(target)
  })

  it('writes characters outside ASCII so that they fit into a header', () => {
    expect(safeRedirect('/naïve plan?q=ü', { host })).toBe('/na%C3%AFve%20plan?q=%C3%BC')
    expect(safeRedirect('/\ud800', { host })).toBe('/%EF%BF%BD')
  })

  it('goes to the fallback when there is no target or none that stays', () => {
    expect(safeRedirect(null, { host, fallback: '/' })).toBe('/')
    expect(safeRedirect(undefined, { host, fallback: '/' })).toBe('/')
    expect(safeRedirect('https://evil.example', { host, fallback: '/home' })).toBe('/home')
  })

  it('is a 400 without a fallback', () => {
    expect(() => safeRedirect('https://evil.example', { host })).toThrow(
      expect.objectContaining({ status: 400, code: 'ERR_SECURITY_REDIRECT' }),
    )
    expect(() => safeRedirect(null, { host })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_REDIRECT' }),
    )
  })

  it('leads to hosts that are named', () => {
    const options = { host, allowedHosts: ['accounts.example'] }
    expect(safeRedirect('https://accounts.example/login', options)).toBe('https://accounts.example/login')
    expect(isSafeRedirect('https://accounts.example:444/login', options)).toBe(false)
    expect(isSafeRedirect('https://evil.accounts.example/', options)).toBe(false)
  })

  it('leads anywhere on the web if told so, but not into scripts', () => {
    const options = { host, unsafeExternal: true }
    expect(safeRedirect('https://anywhere.example/x', options)).toBe('https://anywhere.example/x')
    expect(isSafeRedirect('javascript:alert(1)', options)).toBe(false)
    expect(isSafeRedirect('//anywhere.example', options)).toBe(false)
  })
})
