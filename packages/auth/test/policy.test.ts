import { describe, expect, it } from 'vitest'
import { definePolicy } from '../src/index.ts'
import { Note, notebook, people, type User, visitor } from './notebook.ts'

const [ada, bob, root] = people as readonly [User, User, User]

describe('definePolicy', () => {
  const notes = definePolicy(Note, {
    view: (user: User, note) => note.owner === user.id,
    create: (user: User) => user.role === 'user',
  })

  it('judges by the rule of the action', () => {
    const note = new Note(1, ada.id, 'x')
    expect([notes.can(ada, 'view', note), notes.can(bob, 'view', note)]).toEqual([true, false])
  })

  it('judges without an object where the rule looks at none', () => {
    expect([notes.can(ada, 'create', Note), notes.can(root, 'create', Note)]).toEqual([true, false])
    expect(notes.can(null, 'create', Note)).toBe(false)
  })

  it('refuses what needs an object and gets only its class', () => {
    expect(notes.can(ada, 'view', Note)).toBe(false)
  })

  it('names its actions, and the nearest one to a typing error', () => {
    expect(notes.actions).toEqual(['view', 'create'])
    expect(() => notes.can(ada, 'veiw' as 'view', Note)).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_POLICY_ACTION', fix: "Did you mean 'view'?" }),
    )
    expect(() =>
      definePolicy(Note, { view: () => true }, { anonymous: { veiw: () => true } as object }),
    ).toThrow(expect.objectContaining({ code: 'ERR_AUTH_POLICY_ACTION' }))
  })

  it('lets everybody do what strangers may', () => {
    const posts = definePolicy(Note, { view: () => false }, { anonymous: { view: (note) => note.isShared } })
    const shared = new Note(1, 1, 'x', true)
    expect([posts.can(null, 'view', shared), posts.can(bob, 'view', shared)]).toEqual([true, true])
    expect(posts.can(null, 'view', new Note(1, 1, 'x'))).toBe(false)
  })

  it('lets strangers do what looks at no object, if it says so', () => {
    const forms = definePolicy('form', { send: () => false }, { anonymous: { send: () => true } })
    expect(forms.can(null, 'send', 'form')).toBe(true)
  })
})

describe('policy.access', () => {
  it('hands the view the object that was judged', async () => {
    const { app } = notebook()
    expect((await (await visitor(app, 1)).get('/notes/1')).text).toBe("ada's diary")
  })

  it('judges by the user alone where the rule looks at no object', async () => {
    const { app } = notebook()
    expect((await (await visitor(app, 1)).post('/notes')).text).toBe('created')
    expect((await (await visitor(app, 3)).post('/notes')).status).toBe(403)
    expect((await (await visitor(app, null)).post('/notes')).status).toBe(401)
  })

  it('needs a way to find the object', () => {
    const things = definePolicy('thing', { view: (user: User, thing: object) => user === thing })
    expect(() => things.access('view')).toThrow(expect.objectContaining({ code: 'ERR_AUTH_POLICY_LOADER' }))
  })

  it('is named for the list of routes', () => {
    const { notes } = notebook()
    expect(notes.access('edit').name).toBe('edit Note')
  })

  it('lets errors of the loader through', async () => {
    const { app, notes } = notebook()
    const fails = () => {
      throw new TypeError('no database')
    }
    app.get('/fails', { access: notes.access('view', fails) }, () => 'x')
    expect((await (await visitor(app, 1)).get('/fails')).status).toBe(500)
  })

  it('has nothing loaded on routes that it does not guard', async () => {
    const { app, notes } = notebook({ config: { TESTING: true } })
    app.get('/unguarded', () => notes.loaded().body)
    await expect((await visitor(app, 1)).get('/unguarded')).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_POLICY_NOT_LOADED' }),
    )
  })
})
