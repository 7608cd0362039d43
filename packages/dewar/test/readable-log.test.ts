import { expect, it } from 'vitest'
import { readableLine } from '../src/readable-log.ts'

const common = { time: '2026-05-01T10:20:30.000Z', pid: 7, hostname: 'vm', name: 'shop', requestId: 'abc' }
const request = { method: 'GET', path: '/posts', endpoint: 'show', remoteAddr: '127.0.0.1' }
const read = (record: object): string => readableLine(JSON.stringify({ ...common, ...record }), false)

it.each([
  {
    what: 'what the app logs beside its message',
    record: { level: 30, msg: 'sold', item: 'socks', count: 2, path: '/a' },
    line: '10:20:30 INFO  sold item="socks" count=2 path="/a"',
  },
  {
    what: 'why something was refused',
    record: {
      level: 40,
      msg: 'Security: csrf-refused',
      securityEvent: 'csrf-refused',
      ...request,
      reason: 'missing',
    },
    line: '10:20:30 WARN  Security: csrf-refused reason="missing"',
  },
  {
    what: 'a request, once',
    record: { level: 30, msg: 'GET /posts 200', ...request, status: 200, duration: 1.2 },
    line: '10:20:30 INFO  GET /posts 200',
  },
  {
    what: 'the stack of an error, which has its remedy',
    record: {
      level: 50,
      msg: 'Exception',
      method: 'GET',
      path: '/',
      fix: 'Do.',
      err: { stack: 'Error: x. Do.\n    at y' },
    },
    line: '10:20:30 ERROR Exception\nError: x. Do.\n    at y',
  },
])('shows $what', ({ record, line }) => {
  expect(read(record)).toBe(`${line}\n`)
})

it.each([
  { what: 'message', record: { level: 30, msg: 'a\nb\x1b[2J' } },
  { what: 'value', record: { level: 30, msg: 'x', host: 'a\nb\x1b[2J\x9b\u2028' } },
  { what: 'name', record: { level: 30, msg: 'x', 'a\nb\x1b': 1 } },
])('moves no cursor and begins no second line by a $what', ({ record }) => {
  expect(read(record).slice(0, -1)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028]/)
})

it('colours warnings and errors', () => {
  expect(readableLine(JSON.stringify({ ...common, level: 40, msg: 'x' }), true)).toBe(
    '\x1b[33m10:20:30 WARN  x\x1b[0m\n',
  )
})
