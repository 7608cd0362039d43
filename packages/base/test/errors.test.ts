import { describe, expect, it } from 'vitest'
import { DewarError, LimitError } from '../src/index.ts'

describe('DewarError', () => {
  it('keeps code, message, fix, details and cause apart', () => {
    const cause = new Error('below')
    const error = new DewarError('ERR_TEST_PORT', "Port 'x' is no number.", {
      fix: 'Use digits.',
      details: { port: 'x' },
      cause,
    })
    expect(error).toMatchObject({
      code: 'ERR_TEST_PORT',
      message: "Port 'x' is no number.",
      fix: 'Use digits.',
      details: { port: 'x' },
    })
    expect(error.cause).toBe(cause)
  })

  it('shows code, message and fix in text and at the head of the stack', () => {
    const error = new DewarError('ERR_TEST_PORT', "Port 'x' is no number.", { fix: 'Use digits.' })
    const line = "DewarError [ERR_TEST_PORT]: Port 'x' is no number. Use digits."
    expect(String(error)).toBe(line)
    expect(error.stack?.split('\n')[0]).toBe(line)
    expect(error.stack).toContain('errors.test.ts')
  })

  it('has no cause property unless one is given', () => {
    expect('cause' in new DewarError('ERR_TEST_X', 'x')).toBe(false)
  })

  it('freezes its details', () => {
    const error = new DewarError('ERR_TEST_X', 'x', { details: { a: 1 } })
    expect(() => Object.assign(error.details, { a: 2 })).toThrow(TypeError)
  })

  it('takes the name of its class', () => {
    class PortError extends DewarError {}
    expect(new PortError('ERR_TEST_PORT', 'x').name).toBe('PortError')
  })
})

describe('LimitError', () => {
  it('says which limit, how much is allowed and how much came', () => {
    const error = new LimitError('ERR_TEST_LIMIT', 'Too many parts.', {
      limit: 'MAX_FORM_PARTS',
      maximum: 3,
      actual: 4,
    })
    expect(error).toMatchObject({ limit: 'MAX_FORM_PARTS', maximum: 3, actual: 4 })
    expect(error.details).toEqual({ limit: 'MAX_FORM_PARTS', maximum: 3, actual: 4 })
    expect(error).toBeInstanceOf(DewarError)
  })
})
