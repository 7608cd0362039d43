/** H1: requests that another site makes a visitor's browser send. */
import assert from 'node:assert/strict'
import { type Case, each, fine, leadsTo, refused, type Sites, type Subject } from '../suite/case.ts'
import { loggedIn, Visitor } from '../suite/visitor.ts'
import type { Answer } from '../suite/wire.ts'

const FORM = 'application/x-www-form-urlencoded'
const EVIL = 'https://evil.example'

/** Every route that changes something, with a body that would do it. */
const routes: Record<string, { body: string; type?: string }> = {
  '/comments': { body: 'author=CSRF&website=&body=CSRF' },
  '/login': { body: 'username=alice&password=alice-Blue-Kettle-41' },
  '/logout': { body: '' },
  '/transfer': { body: 'to=bob&amount=1' },
  '/admin/notice': { body: 'text=CSRF' },
  '/notes/4': { body: 'body=CSRF' },
  '/mail': { body: 'source=CSRF' },
  '/reset': { body: 'username=bob' },
  '/upload': {
    body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a.gif"\r\n\r\nGIF89a\r\n--b--\r\n',
    type: 'multipart/form-data; boundary=b',
  },
  '/api/echo': { body: '{"a":1}', type: 'application/json' },
  '/api/merge': { body: '{"a":1}', type: 'application/json' },
  '/api/signup': { body: '{"age":1,"email":"a@b"}', type: 'application/json' },
}

/** What browsers say of requests that other sites made; each comes with a token that is right. */
const foreign: Record<string, Record<string, string>> = {
  'from another site': { 'Sec-Fetch-Site': 'cross-site', Origin: EVIL },
  'from another site, without Origin': { 'Sec-Fetch-Site': 'cross-site' },
  'from a subdomain': { 'Sec-Fetch-Site': 'same-site', Origin: 'https://www.gauntlet.example' },
  'from a subdomain, without Origin': { 'Sec-Fetch-Site': 'same-site' },
  'from another site, by an old browser': { Origin: EVIL },
  'from an origin that is hidden': { Origin: 'null' },
  'from a sandboxed frame': { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
  'from an origin that begins like ours': { Origin: 'https://gauntlet.example.evil.example' },
  'from an origin that ends like ours': { Origin: 'https://evilgauntlet.example' },
  'from our host on another port': { Origin: 'https://gauntlet.example:444' },
  'from our host in clear text': { Origin: 'http://gauntlet.example' },
  'from two origins': { Origin: 'https://gauntlet.example https://evil.example' },
  'from another site by Referer alone': { Referer: 'https://evil.example/gauntlet.example' },
  'with ours as Referer and another Origin': { Origin: EVIL, Referer: 'https://gauntlet.example/' },
}

/** Tokens that are wrong, from a browser that says the request is of the site itself. */
const tokens: Record<string, (own: Visitor, other: Visitor) => Promise<Record<string, string>>> = {
  'no token': async () => ({}),
  'an empty token': async () => ({ 'X-CSRF-Token': '' }),
  'a made-up token': async () => ({ 'X-CSRF-Token': 'x'.repeat(86) }),
  'the token of another session': async (_, other) => ({ 'X-CSRF-Token': await other.token() }),
  'half a token': async (own) => ({ 'X-CSRF-Token': (await own.token()).slice(0, 43) }),
  'a token with one letter changed': async (own) => {
    const token = await own.token()
    return { 'X-CSRF-Token': `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}` }
  },
  'a token twice over': async (own) => ({ 'X-CSRF-Token': `${await own.token()}${await own.token()}` }),
  'a token under another header': async (own) => ({ 'X-XSRF-TOKEN': await own.token() }),
}

async function commentWith(visitor: Visitor, fields: Record<string, string>, mark: string): Promise<Answer> {
  const body = `author=${mark}&website=&body=x`
  return visitor.post('/comments', body, { 'Content-Type': FORM, ...fields })
}

async function hasComment(visitor: Visitor, mark: string): Promise<boolean> {
  return (await visitor.get('/comments')).text.includes(mark)
}

let marks = 0
const freshMark = () => `CSRF-MARK-${++marks}-`

async function refusesForeign(fields: Record<string, string>, { proxied }: Sites): Promise<void> {
  const visitor = new Visitor(proxied)
  const mark = freshMark()
  refused(await commentWith(visitor, { 'X-CSRF-Token': await visitor.token(), ...fields }, mark))
  assert(!(await hasComment(visitor, mark)))
}

async function takes(site: Visitor, fields: Record<string, string>): Promise<void> {
  const mark = freshMark()
  leadsTo(await commentWith(site, fields, mark), '/comments')
  assert(await hasComment(site, mark))
}

const elsewhere: Case[] = each(
  'H1',
  'a token in the wrong place',
  {
    'the query': async (_visitor: Visitor, token: string) => ({
      path: `/comments?csrf_token=${token}`,
      fields: {},
    }),
    'a cookie of its own': async (visitor: Visitor, token: string) => {
      visitor.cookies.set('csrf_token', token)
      return { path: '/comments', fields: {} }
    },
    'a cookie and a field, both made up': async (visitor: Visitor) => {
      visitor.cookies.set('csrf_token', 'abc')
      return { path: '/comments', fields: { 'X-CSRF-Token': 'abc' } }
    },
  },
  async (place, { proxied }) => {
    const visitor = new Visitor(proxied)
    const { path, fields } = await place(visitor, await visitor.token())
    const body = 'author=CSRF-PLACE&website=&body=x'
    const type = { 'Content-Type': FORM }
    refused(await visitor.post(path, body, { ...type, ...visitor.sameOrigin(), ...fields }))
    assert(!(await hasComment(visitor, 'CSRF-PLACE')))
  },
)

export const csrf: Subject = {
  name: 'requests of other sites',
  attacks: [
    ...Object.entries(routes).flatMap(([path, { body, type = FORM }]) => [
      {
        row: 'H1' as const,
        what: `${path} without proof`,
        async run({ proxied }: Sites) {
          const admin = await sharedAdmin(proxied)
          refused(await admin.post(path, body, { 'Content-Type': type, ...admin.sameOrigin() }))
          assert.equal(await admin.whoami(), 'admin')
        },
      },
      {
        row: 'H1' as const,
        what: `${path} by another site that has the token`,
        async run({ proxied }: Sites) {
          const admin = await sharedAdmin(proxied)
          const fields = { Origin: EVIL, 'Sec-Fetch-Site': 'cross-site', 'X-CSRF-Token': await admin.token() }
          refused(await admin.post(path, body, { 'Content-Type': type, ...fields }))
          assert.equal(await admin.whoami(), 'admin')
        },
      },
    ]),
    ...each('H1', 'a request', foreign, refusesForeign),
    ...each('H1', 'a request of the site itself with', tokens, async (make, { proxied }) => {
      const [own, other] = [new Visitor(proxied), new Visitor(proxied)]
      await own.token()
      const mark = freshMark()
      refused(await commentWith(own, { ...own.sameOrigin(), ...(await make(own, other)) }, mark))
      assert(!(await hasComment(own, mark)))
    }),
    ...elsewhere,
    ...each(
      'H1',
      'on plain http, where browsers say less',
      {
        'another origin': { Origin: EVIL },
        'no origin': { Origin: 'null' },
        'another Referer': { Referer: 'http://evil.example/' },
        'our host over https': { Origin: 'https://gauntlet.example' },
      },
      async (fields, { direct }) => {
        const visitor = new Visitor(direct)
        const mark = freshMark()
        refused(await commentWith(visitor, { 'X-CSRF-Token': await visitor.token(), ...fields }, mark))
        assert(!(await hasComment(visitor, mark)))
      },
    ),
    ...each(
      'H1',
      'JSON that a form of another site can send',
      { 'text/plain': 'text/plain', 'no type': '', urlencoded: FORM },
      async (type, { proxied }) => {
        const visitor = new Visitor(proxied)
        await visitor.token()
        const fields = {
          'Sec-Fetch-Site': 'cross-site',
          Origin: 'null',
          ...(type === '' ? {} : { 'Content-Type': type }),
        }
        refused(await visitor.post('/api/echo', '{"a":1}', fields))
      },
    ),
    {
      row: 'H1',
      what: 'a token of before the login',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        const before = await visitor.token()
        await visitor.login('carol')
        const fields = { 'Content-Type': FORM, ...visitor.sameOrigin(), 'X-CSRF-Token': before }
        refused(await visitor.post('/transfer', 'to=bob&amount=1', fields))
      },
    },
    ...each(
      'C1',
      'a method by the back door',
      {
        'X-HTTP-Method-Override': { 'X-HTTP-Method-Override': 'POST' },
        'X-HTTP-Method': { 'X-HTTP-Method': 'POST' },
        'X-Method-Override': { 'X-Method-Override': 'POST' },
      },
      async (fields, { proxied }) => {
        const visitor = await loggedIn(proxied, 'carol')
        await visitor.send('/logout?_method=POST', { fields })
        await visitor.send('/?_method=POST', { fields })
        assert.equal(await visitor.whoami(), 'carol')
      },
    ),
  ],
  honest: [
    {
      row: 'H1',
      what: 'a form of the site, as browsers send it over https',
      run: async ({ proxied }) => {
        const visitor = new Visitor(proxied)
        await takes(visitor, { ...visitor.sameOrigin(), 'X-CSRF-Token': await visitor.token() })
      },
    },
    ...each(
      'H1',
      'a form of the site over https, by a browser that sends',
      {
        'Origin alone': { Origin: 'https://gauntlet.example' },
        'Sec-Fetch-Site alone': { 'Sec-Fetch-Site': 'same-origin' },
        'Referer alone': { Referer: 'https://gauntlet.example/comments' },
        'nothing, as programs do': {},
      },
      async (fields, { proxied }) => {
        const visitor = new Visitor(proxied)
        await takes(visitor, { ...fields, 'X-CSRF-Token': await visitor.token() })
      },
    ),
    ...each(
      'H1',
      'a form of the site on plain http, by a browser that sends',
      {
        'Origin alone': { Origin: 'http://gauntlet.example' },
        'Referer alone': { Referer: 'http://gauntlet.example/' },
        nothing: {},
      },
      async (fields, { direct }) => {
        const visitor = new Visitor(direct)
        await takes(visitor, { ...fields, 'X-CSRF-Token': await visitor.token() })
      },
    ),
    {
      row: 'H1',
      what: 'the field of the form, without a header',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        const filled = { author: "O'Brien & Söhne", website: '/notes/1', body: '<3 {{ braces }} 🍵' }
        leadsTo(await visitor.submit('/comments', 'comment', filled), '/comments')
        assert.match((await visitor.get('/comments')).text, /O&#39;Brien &amp; Söhne/)
      },
    },
    {
      row: 'H1',
      what: 'an older tab of the same session',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        const older = await visitor.token()
        await visitor.token()
        await takes(visitor, { ...visitor.sameOrigin(), 'X-CSRF-Token': older })
      },
    },
    {
      row: 'H1',
      what: 'JSON by a script, with the token of the page',
      async run({ proxied }) {
        const answer = await new Visitor(proxied).postJson('/api/echo', { a: [1, null, 'x'] })
        assert.deepEqual(JSON.parse(answer.text), { a: [1, null, 'x'] })
      },
    },
    {
      row: 'H1',
      what: 'other servers’ calls to the hook, without a session',
      async run({ proxied }) {
        const answer = await new Visitor(proxied).post('/hook', '{"a":1,"b":2}', {
          'Content-Type': 'application/json',
        })
        assert.deepEqual(JSON.parse(answer.text), { kind: 'json', length: 2 })
        assert.deepEqual(answer.all('set-cookie'), [])
      },
    },
    {
      row: 'H1',
      what: 'a link from another site leads to the page, logged in',
      async run({ proxied }) {
        const visitor = await loggedIn(proxied, 'carol')
        fine(await visitor.get('/account', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }))
      },
    },
  ],
}

const admins = new WeakMap<object, Promise<Visitor>>()

/** One login for the many cases that must not get through anyway. */
function sharedAdmin(site: Sites['proxied']): Promise<Visitor> {
  let admin = admins.get(site)
  if (admin === undefined) {
    admin = loggedIn(site, 'admin')
    admins.set(site, admin)
  }
  return admin
}
