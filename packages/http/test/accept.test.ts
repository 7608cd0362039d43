import { describe, expect, it } from 'vitest'
import { Accept } from '../src/index.ts'

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

describe('Accept.mime', () => {
  it.each<[string, string | null, string[], string | null]>([
    ['a browser HTML', browser, ['application/json', 'text/html'], 'text/html'],
    ['anything the first offer', '*/*', ['application/json', 'text/html'], 'application/json'],
    ['nobody anything without the header', null, ['text/html'], null],
    [
      'the greater quality',
      'text/html;q=0.5, application/json',
      ['text/html', 'application/json'],
      'application/json',
    ],
    ['the more specific wish', '*/*, text/html', ['application/json', 'text/html'], 'text/html'],
    ['no offer of quality zero', 'text/html;q=0', ['text/html'], null],
    ['equal parameters only', 'text/html;level=1', ['text/html'], null],
    ['parameters in any order', 'a/b;x=1;y=2', ['a/b;y=2;x=1'], 'a/b;y=2;x=1'],
    // RFC 9110 §12.5.1
    [
      'plain text by RFC 9110',
      'text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, */*;q=0.5',
      ['text/plain', 'image/jpeg'],
      'text/plain',
    ],
  ])('gives %s', (_who, header, offers, wanted) => {
    expect(Accept.mime(header).bestMatch(offers)).toBe(wanted)
  })

  it('drops wishes with a malformed weight, keeps the others', () => {
    expect(Accept.mime('a/b;q=x, c/d;q=2, e/f;q=0.5').items).toEqual([['e/f', 0.5]])
  })

  it('answers what is wanted and how much', () => {
    const accept = Accept.mime('text/html;q=0.5, text/*;q=0.2, */*;q=0.1')

    expect(accept.quality('text/html')).toBe(0.5)
    expect(accept.quality('text/plain')).toBe(0.2)
    expect(accept.quality('image/png')).toBe(0.1)
    expect(accept.best).toBe('text/html')
    expect(accept.acceptsHtml).toBe(true)
    expect(accept.acceptsJson).toBe(true)
    expect(Accept.mime('text/html').acceptsJson).toBe(false)
  })

  it.each(['html', '*/html'])('takes the offer %s for a mistake of the programmer', (offer) => {
    expect(() => Accept.mime('*/*').bestMatch([offer])).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_MIMETYPE' }),
    )
  })

  it('gives the default where nothing suits', () => {
    expect(Accept.mime('image/png').bestMatch(['text/html'], 'text/html')).toBe('text/html')
  })
})

describe('Accept.language', () => {
  it.each<[string, string, string[], string | null]>([
    ['the exact tag', 'en-US, en;q=0.5', ['en', 'en-US'], 'en-US'],
    ['underscores as hyphens', 'en-US', ['en_US'], 'en_US'],
    ['the primary tag of the client', 'en-US', ['de', 'en'], 'en'],
    ['the primary tag before another region', 'en-US', ['en-GB', 'en'], 'en'],
    ['the primary tag of the offer', 'en', ['de', 'en-GB'], 'en-GB'],
    ['nothing of another region', 'en-US', ['en-GB'], null],
    ['the next wish', 'fr, de;q=0.5', ['en', 'de'], 'de'],
  ])('matches %s', (_what, header, offers, wanted) => {
    expect(Accept.language(header).bestMatch(offers)).toBe(wanted)
  })
})

describe('Accept.encoding', () => {
  it('compares words without case', () => {
    const accept = Accept.encoding('GZIP;q=0.8, br, identity;q=0')

    expect(accept.bestMatch(['identity', 'gzip', 'br'])).toBe('br')
    expect(accept.quality('gzip')).toBe(0.8)
    expect(String(accept)).toBe('br,GZIP;q=0.8,identity;q=0')
  })
})
