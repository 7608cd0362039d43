/** What step 13 does: the work that waits for it, the session's cookie, and what caches are told. */
import type { Response } from '@dewar/http'
import { serverError } from './error-answers.ts'
import { toResponse } from './make-response.ts'
import type { HookTypes } from './route-types.ts'
import { reportSession } from './security-events.ts'
import { isPromise, type Walk } from './walk.ts'

/** Does what `beforeSave` has put off, then saves. @internal */
export function saveInto(walk: Walk): Promise<void> | undefined {
  const work = walk.context.takeBeforeSave()
  if (work === null) return save(walk)
  return workOff(walk, work).then(
    () => save(walk),
    // A login that the stores do not know of has not happened: its session is not sent.
    (error: unknown) => serverError(walk, error),
  )
}

async function workOff(walk: Walk, work: readonly HookTypes['after'][]): Promise<void> {
  let todo: readonly HookTypes['after'][] | null = work
  // Work may put off more.
  while (todo !== null) {
    for (const each of todo) {
      const result = await each(walk.response as Response)
      if (result !== undefined) walk.response = toResponse(result, 'A function of beforeSave')
    }
    todo = walk.context.takeBeforeSave()
  }
}

function save(walk: Walk): Promise<void> | undefined {
  const { context, app } = walk
  const session = context.openedSession
  if (session === null) {
    if (context.isPersonal) keepPrivate(walk, 'private')
    return undefined
  }
  if (session.refused !== undefined) reportSession(context, session.refused)
  try {
    const cookie = context.isSessionLost ? null : app.sessions.save(session, app.now())
    const ended = app.identityLoader === null ? [] : session.endedIds
    if (!isPromise(cookie) && ended.length === 0) return send(walk, cookie)
    return settle(walk, cookie, ended).catch((error: unknown) => serverError(walk, error))
  } catch (error) {
    return serverError(walk, error)
  }
}

/** Sessions that were logged in and are over are remembered as ended before the answer says so. */
async function settle(
  walk: Walk,
  cookie: string | null | Promise<string | null>,
  ended: readonly string[],
): Promise<void> {
  const settled = await cookie
  if (ended.length > 0) await walk.app.endedSessions.endIds(ended)
  send(walk, settled)
}

function send(walk: Walk, cookie: string | null): undefined {
  // A page that was read from a session must not come back by the button after the logout, unless its view says it may.
  keepPrivate(walk, 'no-store', cookie)
  if (cookie !== null) (walk.response as Response).headers.add('Set-Cookie', cookie)
}

/**
 * Whatever the view says, no shared cache may keep what belongs to one visitor.
 *
 * @param unsaid the Cache-Control of a response that has none
 */
function keepPrivate({ response }: Walk, unsaid: 'private' | 'no-store', cookie: string | null = null): void {
  const { headers } = response as Response
  const vary = headers.get('Vary')
  // The header's one usual value is written and known without reading a list.
  if (vary === null) headers.set('Vary', 'Cookie')
  else if (vary !== 'Cookie') (response as Response).vary.add('Cookie')
  const wanted = headers.get('Cache-Control')
  if (wanted === null) headers.set('Cache-Control', unsaid)
  else if (cookie !== null && !/\b(?:private|no-store)\b/i.test(wanted))
    headers.set('Cache-Control', 'no-store')
  else if (/\b(?:public|s-maxage)\b/i.test(wanted)) headers.set('Cache-Control', forOneVisitor(wanted))
}

/** A Cache-Control for the visitor's own cache only. */
function forOneVisitor(wanted: string): string {
  const kept = wanted.split(',').map((directive) => directive.trim())
  return ['private', ...kept.filter((directive) => !/^(?:public|private|s-maxage)\b/i.test(directive))].join(
    ', ',
  )
}
