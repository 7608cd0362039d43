/** Answers of every kind, and what goes into them. */
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Auth } from '@dewar/auth'
import {
  type App,
  g,
  makeResponse,
  Response,
  renderTemplate,
  renderUserTemplate,
  request,
  sendFile,
  session,
} from 'dewar'
import type { User } from './data.ts'

declare module 'dewar' {
  interface Globals {
    tag: string
  }
  interface SessionData {
    n: number
    pad: string
  }
}

export function addAnswers(app: App, auth: Auth<User>): void {
  app.get('/respond', async () => {
    const { args } = request
    const filename = args.get('filename')
    const report = Buffer.from('report')
    const response =
      filename === undefined
        ? new Response(report, { mimetype: 'text/plain' })
        : await sendFile(report, { mimetype: 'text/plain', asAttachment: true, downloadName: filename })
    const header = args.get('header')
    if (header !== undefined) response.headers.set('X-Echo', header)
    const cookie = args.get('cookie')
    if (cookie !== undefined) response.setCookie('echo', cookie)
    return response
  })

  app.get('/boom', () => {
    throw new Error('boom SECRET-IN-MESSAGE /srv/app/db.sqlite')
  })

  app.get('/mail', { access: 'authenticated' }, () => renderTemplate('mail.html'))

  app.post('/mail', { access: 'authenticated' }, async () => {
    const source = (await request.form()).require('source')
    return renderUserTemplate(source, { name: 'Ada', order: { id: 7, total: 12 }, items: ['tea', 'cup'] })
  })

  app.get('/whoami', async () => {
    const tag = request.args.get('tag') ?? null
    if (tag !== null) g.tag = tag
    await setTimeout(Math.min(300, request.args.get('delay', { type: 'int', default: 0 })))
    return { user: auth.user?.name ?? null, tag, g: g.tag ?? null, header: request.headers.get('X-Tag') }
  })

  app.get('/counter', () => {
    const n = (session.get('n') ?? 0) + 1
    session.set('n', n)
    const pad = request.args.get('pad')
    if (pad !== undefined) session.set('pad', pad)
    return { n, pad: session.get('pad')?.length ?? 0 }
  })

  app.get('/stream', () => {
    const rows = request.args.get('rows', { type: 'int', default: 0 })
    const tag = request.args.get('tag') ?? ''
    return new Response(lines(rows, tag), { mimetype: 'text/plain' })
  })

  app.get('/config', () => ({ ...app.config }))

  app.get('/log', () => {
    app.logger.info(request.args.get('message') ?? '')
    return makeResponse('logged', 200, { 'Content-Type': 'text/plain; charset=utf-8' })
  })
}

async function* lines(rows: number, tag: string): AsyncGenerator<string> {
  for (let row = 0; row < Math.min(rows, 1000); row++) {
    if (row % 10 === 9) await setImmediate()
    yield `row ${row} ${tag}\n`
  }
}
