/** What the tests of policies share: notes of people, behind policies, in an app. */
import { generateKey } from '@dewar/signing'
import { type App, type AppOptions, createApp, request } from 'dewar'
import { type TestClient, testClient } from 'dewar/testing'
import { createAuth, createPermissions, definePolicy } from '../src/index.ts'

export interface User {
  readonly id: number
  readonly name: string
  readonly role: 'user' | 'admin'
}

export class Note {
  readonly id: number
  readonly owner: number
  body: string
  readonly isShared: boolean

  constructor(id: number, owner: number, body: string, isShared = false) {
    this.id = id
    this.owner = owner
    this.body = body
    this.isShared = isShared
  }
}

export const people: readonly User[] = [
  { id: 1, name: 'ada', role: 'user' },
  { id: 2, name: 'bob', role: 'user' },
  { id: 3, name: 'root', role: 'admin' },
]

export function makeTable(): Map<number, Note> {
  return new Map([
    [1, new Note(1, 1, "ada's diary")],
    [2, new Note(2, 2, "bob's plans")],
    [3, new Note(3, 3, "root's keys")],
    [4, new Note(4, 2, "bob's poster", true)],
  ])
}

const mayEdit = (user: User, note: Note) => user.role === 'admin' || note.owner === user.id

/** An app with notes by number, and by owner and number. */
export function notebook(options: AppOptions & { readonly existence?: 'secret' | 'public' } = {}) {
  const { existence, ...rest } = options
  const table = makeTable()
  const notes = definePolicy(
    Note,
    { view: mayEdit, edit: mayEdit, create: (user: User) => user.role !== 'admin' },
    {
      load: ({ id }: { id: number }) => table.get(id),
      anonymous: { view: (note) => note.isShared },
      existence,
    },
  )
  const app: App = createApp({
    environment: {},
    logger: { level: 'silent' },
    ...rest,
    config: { SECRET_KEY: generateKey(), ...rest.config },
  })
  const auth = createAuth<User>(app, { load: (id) => people.find((user) => String(user.id) === id) })
  const permissions = createPermissions(app, { roles: (user: User) => [user.role], policies: [notes] })
  app.get('/as/<int:id>', ({ id }) => {
    auth.login(people[id - 1] as User)
    return 'in'
  })
  app.get('/notes/<int:id>', { access: notes.access('view') }, () => notes.loaded().body)
  app.post('/notes/<int:id>', { access: notes.access('edit') }, async () => {
    notes.loaded().body = (await request.form()).require('body')
    return 'stored'
  })
  app.post('/notes', { access: notes.access('create') }, () => 'created')
  const within = ({ owner, id }: { owner: number; id: number }) => {
    const note = table.get(id)
    return note?.owner === owner ? note : null
  }
  app.get('/people/<int:owner>/notes/<int:id>', { access: notes.access('view', within) }, () => ({
    body: notes.loaded().body,
  }))
  app.get('/by-hand', () => notes.authorize('edit', table.get(Number(request.args.get('id')))).body)
  return { app, auth, notes, permissions, table }
}

/** A visitor who is logged in, or a stranger for `null`. */
export async function visitor(app: App, id: number | null): Promise<TestClient> {
  const client = testClient(app)
  if (id !== null) await client.get(`/as/${id}`)
  return client
}
