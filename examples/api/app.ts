/**
 * A JSON API: requests are held against schemas, answers come out of them, and the OpenAPI document is made from both.
 *
 * `DEWAR_SECRET_KEY=$(npx dewar secret) npx dewar run` in this folder, then http://127.0.0.1:5000/openapi.json.
 */
import { abort, createApp, makeResponse, request, urlFor } from 'dewar'
import { z } from 'zod'
import { describeRoute, openApi } from './openapi.ts'
import { NewTask, Task, TaskChange, TaskStore } from './tasks.ts'

/** Whose word a token is; an app of yours asks its database. */
export type Tokens = ReadonlyMap<string, string>

/** Makes the API. */
export function createApi(tokens: Tokens, store = new TaskStore()) {
  const app = createApp({ name: 'tasks' })

  /** Only who brings a token that is known. No cookie takes part, so that no other site can send one along. */
  const withToken = () => tokens.has(bearer())

  const list = app.get('/tasks', { access: withToken, endpoint: 'list' }, () => {
    const { done } = readQuery(z.object({ done: z.stringbool().optional() }))
    return store.list(done)
  })
  describeRoute(list, { summary: 'All tasks', query: { done: z.boolean() }, answers: { 200: z.array(Task) } })

  const show = app.get('/tasks/<int:id>', { access: withToken, endpoint: 'show' }, ({ id }) => find(id))
  describeRoute(show, { summary: 'One task', answers: { 200: Task, 404: null } })

  const add = app.post(
    '/tasks',
    { access: withToken, endpoint: 'add', limit: '60/minute', unsafeCsrfExempt: true },
    async () => {
      const task = store.add(await request.validate(NewTask))
      return makeResponse(task, 201, { Location: urlFor(show, { id: task.id }) })
    },
  )
  describeRoute(add, { summary: 'Adds a task', body: NewTask, answers: { 201: Task, 422: null } })

  const change = app.patch(
    '/tasks/<int:id>',
    { access: withToken, endpoint: 'change', unsafeCsrfExempt: true },
    async ({ id }) => store.change(find(id), await request.validate(TaskChange)),
  )
  describeRoute(change, {
    summary: 'Changes a task',
    body: TaskChange,
    answers: { 200: Task, 404: null, 422: null },
  })

  const remove = app.delete(
    '/tasks/<int:id>',
    { access: withToken, endpoint: 'remove', unsafeCsrfExempt: true },
    ({ id }) => {
      store.remove(find(id))
      return makeResponse('', 204)
    },
  )
  describeRoute(remove, { summary: 'Removes a task', answers: { 204: null, 404: null } })

  app.get('/openapi.json', { endpoint: 'openapi' }, () => openApi(app, { title: 'Tasks', version: '1.0.0' }))

  function find(id: number): Task {
    return store.find(id) ?? abort(404, `There is no task ${id}.`)
  }

  return app
}

/** The token of `Authorization: Bearer …`, or nothing. */
function bearer(): string {
  const { authorization } = request
  return authorization !== null && 'token' in authorization ? (authorization.token ?? '') : ''
}

function readQuery<S extends z.ZodType>(schema: S): z.output<S> {
  const { success, data, error } = schema.safeParse(Object.fromEntries(request.args))
  return success ? data : abort(400, z.prettifyError(error))
}

/** `API_TOKENS=token:name,token:name` says who may come in. */
export const app = createApi(
  new Map(
    (process.env['API_TOKENS'] ?? '')
      .split(',')
      .filter((pair) => pair.includes(':'))
      .map((pair): [string, string] => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
  ),
)
