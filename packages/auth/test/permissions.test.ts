import { generateKey } from '@dewar/signing'
import { createApp, createBlueprint, renderTemplateString } from 'dewar'
import { testClient } from 'dewar/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createPermissions, definePolicy, hasRole, Permissions, requireRole } from '../src/index.ts'
import { Note, notebook, people, type User, visitor } from './notebook.ts'

const [ada, bob, root] = people as readonly [User, User, User]

interface Task {
  readonly assignee: number
}

describe('createPermissions', () => {
  it('finds the policy by the class of the object', () => {
    const { permissions } = notebook()
    const note = new Note(9, ada.id, 'x')
    expect([permissions.can(ada, 'edit', note), permissions.can(bob, 'edit', note)]).toEqual([true, false])
    expect([permissions.can(null, 'edit', note), permissions.can(ada, 'edit', null)]).toEqual([false, false])
  })

  it('finds the policy of rows by their mark', () => {
    const tasks = definePolicy('task', { finish: (user: User, task: Task) => task.assignee === user.id })
    const { can } = new Permissions({ policies: [tasks] })
    const row = { assignee: 1 }
    expect(() => can(ada, 'finish', row)).toThrow(expect.objectContaining({ code: 'ERR_AUTH_NO_POLICY' }))
    tasks.mark(row)
    expect([can(ada, 'finish', row), can(bob, 'finish', row)]).toEqual([true, false])
  })

  it('takes the nearest class, so that a subclass may be stricter', () => {
    class Sealed extends Note {}
    const { can } = new Permissions({
      policies: [
        definePolicy(Note, { edit: (user: User, note) => note.owner === user.id }),
        definePolicy(Sealed, { edit: () => false }),
      ],
    })
    class Deeper extends Sealed {}
    expect(can(ada, 'edit', new Note(1, ada.id, 'x'))).toBe(true)
    expect(can(ada, 'edit', new Deeper(1, ada.id, 'x'))).toBe(false)
  })

  it('is not fooled by data that names a constructor', () => {
    const { can } = new Permissions({ policies: [definePolicy(Note, { edit: () => true })] })
    const row = JSON.parse('{"owner":1,"constructor":{"name":"Note"},"__proto__":{}}') as Note
    expect(() => can(ada, 'edit', row)).toThrow(expect.objectContaining({ code: 'ERR_AUTH_NO_POLICY' }))
  })

  it('has one policy for each kind, and known options only', () => {
    const notes = definePolicy(Note, { edit: () => true })
    expect(() => new Permissions({ policies: [notes, notes] })).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_POLICY_TWICE' }),
    )
    expect(() => createPermissions(createApp({ environment: {} }), { role: () => [] } as object)).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_OPTION', fix: "Did you mean 'roles'?" }),
    )
  })

  it('keeps answers that depend on who asks out of shared caches, a stranger’s too', async () => {
    const { app, table, notes } = notebook()
    app.get('/show', () => renderTemplateString("{{ 'edit' if can('edit', note) }}", { note: table.get(4) }))
    app.get('/role', () => renderTemplateString("{{ 'admin' if has_role('admin') }}"))
    app.get('/shared', () => notes.authorize('view', table.get(4)).body)
    app.get('/plain', () => 'the same for all')
    const stranger = await visitor(app, null)
    for (const path of ['/show', '/role', '/shared']) {
      const { status, headers } = await stranger.get(path)
      expect([path, status, headers.get('Vary'), headers.get('Cache-Control')]).toEqual([
        path,
        200,
        'Cookie',
        'private',
      ])
    }
    expect((await stranger.get('/plain')).headers.get('Vary')).toBe(null)
  })

  it('answers templates by the same rules', async () => {
    const { app, table } = notebook()
    const page = "{% if can('edit', note) %}edit{% else %}read{% endif %}{{ ' admin' if has_role('admin') }}"
    app.get('/page/<int:id>', ({ id }) => renderTemplateString(page, { note: table.get(id) }))
    expect((await (await visitor(app, 1)).get('/page/1')).text).toBe('edit')
    expect((await (await visitor(app, 2)).get('/page/1')).text).toBe('read')
    expect((await (await visitor(app, null)).get('/page/1')).text).toBe('read')
    expect((await (await visitor(app, 3)).get('/page/1')).text).toBe('edit admin')
    expect((await (await visitor(app, 3)).get('/page/99')).text).toBe('read admin')
  })

  it('knows the actions of each object at compile time', () => {
    const tasks = definePolicy('task', { finish: (user: User, task: Task) => task.assignee === user.id })
    const notes = definePolicy(Note, {
      edit: (user: User, note) => note.owner === user.id,
      create: () => true,
    })
    const { can } = new Permissions({ roles: (user: User) => [user.role], policies: [notes, tasks] })
    expectTypeOf(notes.actions).toEqualTypeOf<readonly ('edit' | 'create')[]>()
    expectTypeOf(notes.can).parameter(0).toEqualTypeOf<User | null>()
    expectTypeOf(notes.loaded).returns.toEqualTypeOf<Note>()
    tasks.mark({ assignee: 1 })
    // @ts-expect-error tasks are finished, not edited
    expect(() => can(ada, 'edit', tasks.mark({ assignee: 1 }))).toThrow('edit')
    // @ts-expect-error notes are edited, not finished
    expect(() => can(ada, 'finish', new Note(1, 1, 'x'))).toThrow('finish')
    // @ts-expect-error nothing is known of dates
    expect(() => can(ada, 'edit', new Date())).toThrow('Date')
    // @ts-expect-error a user has more than a name
    expect(can({ name: 'ada' }, 'edit', new Note(1, 1, 'x'))).toBe(false)
  })
})

describe('roles', () => {
  function office() {
    const { app } = notebook()
    const admin = createBlueprint('admin', { urlPrefix: '/admin', access: hasRole('admin') })
    admin.get('/', () => 'the back office')
    admin.post('/notice', () => 'set')
    app.register(admin)
    app.get(
      '/wrapped',
      requireRole('admin', 'auditor')(() => 'wrapped'),
    )
    return app
  }

  it.each([
    ['a stranger', null, 401],
    ['a user', 1, 403],
    ['an admin', 3, 200],
  ])('open a blueprint and a view to those who have them: %s', async (_who, id, status) => {
    const client = await visitor(office(), id)
    expect((await client.get('/admin/')).status).toBe(status)
    expect((await client.post('/admin/notice')).status).toBe(status)
    expect((await client.get('/wrapped')).status).toBe(status)
  })

  it('decorate methods, above and below the route', async () => {
    const { app } = notebook()
    class Office {
      @app.get('/above')
      @requireRole('admin')
      above() {
        return 'x'
      }

      @requireRole('admin')
      @app.get('/below')
      below() {
        return 'x'
      }
    }
    app.register(new Office())
    const user = await visitor(app, 1)
    expect([(await user.get('/above')).status, (await user.get('/below')).status]).toEqual([403, 403])
    const admin = await visitor(app, 3)
    expect([(await admin.get('/above')).status, (await admin.get('/below')).status]).toEqual([200, 200])
  })

  it('are nobody’s without a way to find them', async () => {
    expect(new Permissions({}).hasRole(root, 'admin')).toBe(false)
    const app = createApp({ environment: {}, config: { SECRET_KEY: generateKey(), TESTING: true } })
    app.get('/', { access: hasRole('admin') }, () => 'x')
    await expect(testClient(app).get('/')).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_NO_PERMISSIONS' }),
    )
  })

  it.each([
    ['text', 'administrator'],
    ['a promise', Promise.resolve(['admin'])],
    ['nothing', undefined],
  ])('are a list: %s is refused by an error', (_what, roles) => {
    const permissions = new Permissions({ roles: () => roles as unknown as readonly string[] })
    expect(() => permissions.hasRole(ada, 'admin')).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_ROLES' }),
    )
  })

  it('show in the list of routes', async () => {
    expect(hasRole('admin', 'auditor').name).toBe('role admin or auditor')
  })
})
