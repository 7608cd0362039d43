import { Request, type RequestOptions, Response } from '@dewar/http'
import { expectTypeOf, it } from 'vitest'
import { type Handler, type RunningServer, serve, toNodeHandler } from '../src/index.ts'

class Own extends Request {
  readonly user: string
  constructor(options: RequestOptions) {
    super(options)
    this.user = 'ada'
  }
}

it('gives the handler the request that createRequest makes', () => {
  toNodeHandler((request: Own) => new Response(request.user), {
    createRequest: (options) => new Own(options),
  })
  // @ts-expect-error a plain Request has no user
  toNodeHandler((request) => new Response(request.user))
  // @ts-expect-error nobody makes such requests
  toNodeHandler((request: Own) => new Response(request.user))
})

it('takes handlers that answer at once or later, with a Response', () => {
  expectTypeOf(() => new Response('')).toExtend<Handler>()
  expectTypeOf(async () => new Response('')).toExtend<Handler>()
  expectTypeOf(() => 'text').not.toExtend<Handler>()
})

it('knows its options', () => {
  expectTypeOf<Awaited<ReturnType<typeof serve>>>().toEqualTypeOf<RunningServer>()
  // @ts-expect-error there is no such option
  void (() => serve(() => new Response(''), { prot: 80 }))
  // @ts-expect-error durations are numbers of seconds
  void (() => serve(() => new Response(''), { headersTimeout: '20s' }))
})
