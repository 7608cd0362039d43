import { describe, expect, it } from 'vitest'
import { parseRate, parseRates } from '../src/index.ts'

describe('parseRate', () => {
  it.each([
    ['5/minute', 5, 60],
    ['10/second', 10, 1],
    ['100 per hour', 100, 3600],
    ['5 per 2 minutes', 5, 120],
    ['1/day', 1, 86_400],
    [' 7 / 3 Hours ', 7, 10_800],
    ['5 / minutes', 5, 60],
  ])('reads %s', (text, count, seconds) => {
    expect(parseRate(text)).toEqual({ count, seconds })
  })

  it.each([
    '',
    '5',
    '5/',
    '/minute',
    '0/minute',
    '-5/minute',
    '5/0 minutes',
    '5/fortnight',
    '1.5/minute',
    '5 minute',
    '5perminute',
    '5/minute; 3/second',
    '9999999999/day',
    '5/minute '.repeat(3),
  ])('refuses %j and shows how to write one', (text) => {
    expect(() => parseRate(text)).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_RATE', fix: expect.stringContaining('5/minute') }),
    )
  })
})

describe('parseRates', () => {
  it('reads several', () => {
    expect(parseRates('100 per hour; 10/minute')).toEqual([
      { count: 100, seconds: 3600 },
      { count: 10, seconds: 60 },
    ])
  })
})
