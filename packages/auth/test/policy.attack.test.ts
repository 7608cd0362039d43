import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { NotFound, type SecurityEvent } from 'dewar'
import type { TestResponse } from 'dewar/testing'
import { describe, expect, it } from 'vitest'
import { definePolicy } from '../src/index.ts'
import { makeTable, notebook, people, type User, visitor } from './notebook.ts'

const everyId = [...makeTable().values()].map(({ id }) => id)

/** What a client sees, without what differs between any two answers. */
function seen({ status, text, headers }: TestResponse) {
  const shown = [...headers].filter(([name]) => !/^(date|set-cookie|content-security-policy)$/i.test(name))
  return { status, text, headers: shown }
}

describe('reaching for objects by their number', () => {
  it.each(people.map((user) => [user.name, user] as const))(
    'shows %s their own notes, shared ones, and no others',
    async (_name, user) => {
      const { app, table } = notebook()
      const client = await visitor(app, user.id)
      for (const id of everyId) {
        const note = table.get(id)
        const isAllowed = user.role === 'admin' || note?.owner === user.id || note?.isShared === true
        const response = await client.get(`/notes/${id}`)
        expect([id, response.status], `note ${id}`).toEqual([id, isAllowed ? 200 : 404])
        expect(response.text.includes(String(note?.body))).toBe(isAllowed)
      }
    },
  )

  it('changes nothing of others, whatever the fields claim', async () => {
    const { app, table } = notebook()
    const bob = await visitor(app, 2)
    const fields = { body: 'mine now', owner: '2', id: '1', user_id: '2', 'note[owner]': '2' }
    expect((await bob.post('/notes/1', { form: fields })).status).toBe(404)
    expect((await bob.post('/notes/1?id=2&owner=2', { form: fields })).status).toBe(404)
    expect(table.get(1)).toMatchObject({ owner: 1, body: "ada's diary" })

    expect((await bob.post('/notes/2', { form: fields })).status).toBe(200)
    expect(table.get(2)).toMatchObject({ id: 2, owner: 2, body: 'mine now' })
  })

  it('does not take seeing for changing', async () => {
    const { app, table } = notebook()
    const ada = await visitor(app, 1)
    expect((await ada.get('/notes/4')).status).toBe(200)
    expect((await ada.post('/notes/4', { form: { body: 'x' } })).status).toBe(404)
    expect(table.get(4)?.body).toBe("bob's poster")
  })

  it('does not let a number of ours open what belongs below another parent', async () => {
    const { app } = notebook()
    const ada = await visitor(app, 1)
    expect((await ada.get('/people/1/notes/1')).status).toBe(200)
    const attempts = ['/people/1/notes/2', '/people/2/notes/1', '/people/2/notes/2', '/people/3/notes/3']
    for (const path of attempts) expect((await ada.get(path)).status, path).toBe(404)
  })

  it('guards HEAD as it does GET', async () => {
    const { app } = notebook()
    const bob = await visitor(app, 2)
    expect((await bob.head('/notes/1')).status).toBe(404)
    expect((await bob.head('/notes/2')).status).toBe(200)
  })

  it('guards objects that a view finds by itself', async () => {
    const { app } = notebook()
    const bob = await visitor(app, 2)
    expect((await bob.get('/by-hand?id=2')).status).toBe(200)
    expect((await bob.get('/by-hand?id=1')).status).toBe(404)
    expect((await bob.get('/by-hand?id=99')).status).toBe(404)
    expect((await (await visitor(app, null)).get('/by-hand?id=1')).status).toBe(401)
  })
})

describe('learning which objects exist', () => {
  it('gives somebody who is logged in the same for a foreign object and for none', async () => {
    const { app } = notebook()
    const bob = await visitor(app, 2)
    const foreign = await bob.get('/notes/1')
    expect(seen(await bob.get('/notes/77'))).toEqual(seen(foreign))
    const json = { headers: { Accept: 'application/json' } }
    expect(seen(await bob.get('/notes/77', json))).toEqual(seen(await bob.get('/notes/1', json)))
  })

  it('gives a stranger the same for a foreign object and for none', async () => {
    const { app } = notebook()
    const stranger = await visitor(app, null)
    const foreign = await stranger.get('/notes/1')
    expect(foreign.status).toBe(401)
    expect(seen(await stranger.get('/notes/77'))).toEqual(seen(foreign))
    expect((await stranger.post('/notes/1', { form: { body: 'x' } })).status).toBe(401)
    expect((await stranger.post('/notes/77', { form: { body: 'x' } })).status).toBe(401)
    expect((await stranger.get('/notes/4')).text).toBe("bob's poster")
  })

  it('gives a stranger the same where the loader throws its own 404', async () => {
    const { app, table } = notebook()
    const strict = definePolicy('strict note', { view: (user: User, note: object) => note === user })
    const load = ({ id }: { id: number }) => {
      const note = table.get(id)
      if (note === undefined) throw new NotFound('No such note.')
      return note
    }
    app.get('/strict/<int:id>', { access: strict.access('view', load) }, () => 'x')
    const stranger = await visitor(app, null)
    expect(seen(await stranger.get('/strict/77'))).toEqual(seen(await stranger.get('/strict/1')))
    const bob = await visitor(app, 2)
    expect(seen(await bob.get('/strict/77'))).toEqual(seen(await bob.get('/strict/1')))
  })

  it('tells the log what it does not tell the client', async () => {
    const events: SecurityEvent[] = []
    const listen = (event: unknown) => events.push(event as SecurityEvent)
    subscribe('dewar:security', listen)
    const { app } = notebook()
    const bob = await visitor(app, 2)
    await bob.get('/notes/1')
    await bob.get('/notes/77')
    unsubscribe('dewar:security', listen)
    expect(events.filter(({ type }) => type === 'access-refused')).toMatchObject([
      { details: { status: 404, action: 'view', resource: 'Note' }, request: { path: '/notes/1' } },
    ])
  })

  it('answers 403 and 404 apart only where the existence is public', async () => {
    const { app } = notebook({ existence: 'public' })
    const bob = await visitor(app, 2)
    expect([(await bob.get('/notes/1')).status, (await bob.get('/notes/77')).status]).toEqual([403, 404])
    const stranger = await visitor(app, null)
    expect([(await stranger.get('/notes/1')).status, (await stranger.get('/notes/77')).status]).toEqual([
      401, 404,
    ])
  })
})

describe('rules that are written carelessly', () => {
  const careless = definePolicy('thing', {
    compare: (user: { id?: number }, thing: { owner?: number }) => user.id === thing.owner,
    wait: (async () => true) as unknown as () => boolean,
    word: (() => 'no') as unknown as () => boolean,
    nothing: (() => undefined) as unknown as () => boolean,
  })

  it('are never asked about strangers, whose missing id would equal a missing owner', () => {
    expect(careless.can(null, 'compare', {})).toBe(false)
    expect(careless.can(undefined as unknown as null, 'compare', {})).toBe(false)
    expect(careless.can({ id: 1 }, 'compare', { owner: 1 })).toBe(true)
  })

  it('are never asked about missing objects', () => {
    expect(careless.can({}, 'compare', null)).toBe(false)
    expect(careless.can({}, 'compare', undefined)).toBe(false)
  })

  it.each(['wait', 'word', 'nothing'] as const)(
    'refuse by an error where they answer no yes or no: %s',
    (action) => {
      expect(() => careless.can({ id: 1 }, action, {})).toThrow(
        expect.objectContaining({ code: 'ERR_AUTH_POLICY_ANSWER' }),
      )
    },
  )

  it('have no actions from the prototype', () => {
    for (const action of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(() => careless.can({ id: 1 }, action as 'wait', {})).toThrow(
        expect.objectContaining({ code: 'ERR_AUTH_POLICY_ACTION' }),
      )
    }
  })
})
