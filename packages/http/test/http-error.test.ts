import { DewarError } from '@dewar/base'
import { describe, expect, it } from 'vitest'
import {
  abort,
  createAborter,
  errorClasses,
  errorForStatus,
  Headers,
  HttpError,
  InternalServerError,
  MethodNotAllowed,
  MissingKeyError,
  NotFound,
  RequestedRangeNotSatisfiable,
  RequestRedirect,
  Response,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  WwwAuthenticate,
} from '../src/index.ts'

const accepting = (accept: string) => ({ headers: new Headers({ Accept: accept }) })

function caught(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

describe('HttpError', () => {
  it.each(Object.entries(errorClasses))(
    '%s has a class with its status, code and a description',
    (status, ErrorClass) => {
      const error = new ErrorClass()

      expect(error).toBeInstanceOf(HttpError)
      expect(error).toBeInstanceOf(DewarError)
      expect(error.status).toBe(Number(status))
      expect(error.name).toBe(ErrorClass.name)
      expect(error.code).toMatch(/^ERR_HTTP_[A-Z_]+$/)
      expect(error.description).toMatch(/\.$/)
    },
  )

  it('gives each class a code of its own', () => {
    const codes = Object.values(errorClasses).map((ErrorClass) => new ErrorClass().code)

    expect(new Set(codes).size).toBe(codes.length)
  })

  it('is extended by own errors', () => {
    class PaymentRequired extends HttpError {
      constructor() {
        super(402, 'Pay first.')
      }
    }

    expect(new PaymentRequired()).toMatchObject({
      status: 402,
      description: 'Pay first.',
      name: 'PaymentRequired',
    })
    expect(new PaymentRequired().toResponse().status).toBe(402)
  })

  it('adds the headers that its status asks for', () => {
    const retryAt = new Date(784_111_777_000)
    const challenges = [new WwwAuthenticate('basic', { realm: 'x' }), new WwwAuthenticate('bearer')]

    expect(new MethodNotAllowed(null, { validMethods: ['GET', 'HEAD'] }).headers?.get('Allow')).toBe(
      'GET, HEAD',
    )
    expect(new TooManyRequests(null, { retryAfter: 1.2 }).headers?.get('Retry-After')).toBe('2')
    expect(new ServiceUnavailable(null, { retryAfter: retryAt }).headers?.get('Retry-After')).toBe(
      'Sun, 06 Nov 1994 08:49:37 GMT',
    )
    expect(
      new Unauthorized(null, { wwwAuthenticate: challenges }).headers?.getAll('WWW-Authenticate'),
    ).toEqual(['Basic realm=x', 'Bearer'])
    expect(new RequestedRangeNotSatisfiable(null, { length: 11 }).headers?.get('Content-Range')).toBe(
      'bytes */11',
    )
  })
})

describe('RequestRedirect', () => {
  it('is a redirect that is thrown', () => {
    const response = new RequestRedirect('/a/?b=c').toResponse()

    expect(response.status).toBe(308)
    expect(response.location).toBe('/a/?b=c')
  })
})

describe('the error page', () => {
  it('is HTML without a wish', async () => {
    const response = new NotFound('No <b>post</b>\nhere').toResponse()

    expect(response.status).toBe(404)
    expect(response.contentType).toBe('text/html; charset=utf-8')
    expect(await response.text()).toContain('<p>No &lt;b&gt;post&lt;/b&gt;<br>here</p>')
  })

  it('works under the strictest content security policy', async () => {
    const page = await new NotFound().toResponse(undefined, { requestId: 'a1' }).text()

    expect(page).not.toMatch(/<(?:style|script|link|img)|style=|\son\w+=/i)
    expect(page).toContain('Request a1')
  })

  it.each([
    [
      'a browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'text/html; charset=utf-8',
    ],
    ['curl', '*/*', 'text/html; charset=utf-8'],
    ['a JSON client', 'application/json', 'application/json'],
    ['a problem client', 'application/problem+json, application/json', 'application/problem+json'],
    ['a client that prefers JSON', 'application/json, text/html;q=0.5', 'application/json'],
    ['a client that wants none of it', 'image/png', 'text/html; charset=utf-8'],
  ])('suits %s', (_who, accept, contentType) => {
    const response = new NotFound().toResponse(accepting(accept))

    expect(response.contentType).toBe(contentType)
    expect(response.headers.get('Vary')).toBe('Accept')
  })

  it('is a problem document for JSON clients', async () => {
    const response = new NotFound('No post.').toResponse(accepting('application/problem+json'), {
      requestId: 'a b',
    })

    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No post.',
      instance: 'urn:request:a%20b',
    })
  })

  it.each(['text/html', 'application/json'])('tells nothing but its description as %s', async (accept) => {
    const error = new InternalServerError(null, {
      cause: new Error('password is hunter2'),
      details: { path: '/srv/app.ts' },
      fix: 'Look at /srv.',
    })
    const page = await error.toResponse(accepting(accept)).text()

    expect(page).not.toMatch(/hunter2|srv/)
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('names a missing field only for debugging', async () => {
    expect(await new MissingKeyError('<x>').toResponse().text()).not.toContain('x&gt;')
    expect(await new MissingKeyError('<x>', { showKey: true }).toResponse().text()).toContain('&lt;x&gt;')
  })
})

describe('abort', () => {
  it('throws the error of a status', () => {
    expect(caught(() => abort(404, 'Nope.'))).toMatchObject({
      status: 404,
      description: 'Nope.',
      name: 'NotFound',
    })
    expect(caught(() => abort(405, null, { validMethods: ['GET'] } as object))).toHaveProperty('headers')
  })

  it('carries a response', () => {
    const response = new Response('teapot', { status: 299 })
    const error = caught(() => abort(response)) as HttpError

    expect(error.status).toBe(299)
    expect(error.toResponse()).toBe(response)
  })

  it.each([200, 302, 299, 499, 0])('takes %s for a mistake of the programmer', (status) => {
    expect(() => abort(status)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_NO_SUCH_ERROR' }))
    expect(() => errorForStatus(status)).not.toThrow(HttpError)
  })

  it('can learn other statuses', () => {
    class Custom extends HttpError {
      constructor(description?: string | null) {
        super(499, description ?? 'Custom.')
      }
    }
    const abortWith = createAborter({ 499: Custom })

    expect(caught(() => abortWith(499))).toBeInstanceOf(Custom)
    expect(caught(() => abortWith(404))).toBeInstanceOf(NotFound)
  })
})
