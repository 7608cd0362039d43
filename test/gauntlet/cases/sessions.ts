/** G1 to G6: cookies that were forged, stolen, planted or kept. */
import assert from 'node:assert/strict'
import { type Case, each, fine, leadsTo, refused, type Sites, type Subject } from '../suite/case.ts'
import { loggedIn, Visitor } from '../suite/visitor.ts'

const NAME = '__Host-session'
const REMEMBER = '__Host-remember_token'

/** Somebody who has ticked the box, and closed the window since. */
async function remembered(site: Sites['proxied'], name: 'carol' | 'dave'): Promise<Visitor> {
  const visitor = new Visitor(site)
  await visitor.login(name, undefined, { remember: 'on' })
  assert(visitor.cookies.has(REMEMBER))
  visitor.cookies.delete(NAME)
  return visitor
}

const sealOf = (cookie: string) => cookie.split('.')
const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Cookies made out of one that is right. */
const forgeries: Record<string, (cookie: string, other: string) => string> = {
  'the first letter changed': (cookie) => `${cookie[0] === 'f' ? 'g' : 'f'}${cookie.slice(1)}`,
  'the last letter changed': (cookie) =>
    `${cookie.slice(0, -2)}${cookie.at(-2) === 'A' ? 'B' : 'A'}${cookie.at(-1)}`,
  'no signature': (cookie) => sealOf(cookie).slice(0, 2).join('.'),
  'an empty signature': (cookie) => `${sealOf(cookie).slice(0, 2).join('.')}.`,
  'the algorithm none': (cookie) => `${json({ alg: 'none' })}.${sealOf(cookie)[1]}.`,
  'the algorithm None': (cookie) => `${json({ alg: 'None' })}.${sealOf(cookie)[1]}.${sealOf(cookie)[2]}`,
  'another algorithm': (cookie) => `${json({ alg: 'RS256' })}.${sealOf(cookie)[1]}.${sealOf(cookie)[2]}`,
  'a key by path': (cookie) =>
    `${json({ alg: 'HS256', kid: '../../dev/null' })}.${sealOf(cookie)[1]}.${sealOf(cookie)[2]}`,
  'a payload of its own': (cookie) => `${sealOf(cookie)[0]}.${json({ _userId: '5' })}.${sealOf(cookie)[2]}`,
  'the payload of another session': (cookie, other) =>
    `${sealOf(cookie)[0]}.${sealOf(other)[1]}.${sealOf(cookie)[2]}`,
  'the signature of another session': (cookie, other) =>
    `${sealOf(cookie)[0]}.${sealOf(cookie)[1]}.${sealOf(other)[2]}`,
  'half of it': (cookie) => cookie.slice(0, cookie.length / 2),
  'twice of it': (cookie) => `${cookie}${cookie}`,
  'padding behind it': (cookie) => `${cookie}=`,
  'a blank within': (cookie) => `${cookie.slice(0, 20)} ${cookie.slice(20)}`,
  'standard Base64': () => Buffer.from('{"_userId":"5"}').toString('base64'),
  'a cookie of Flask': () => 'eyJfdXNlcl9pZCI6IjUifQ.ZxY2Zg.AAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'JSON as it is': () => '{"_userId":"5"}',
  'a megabyte of nothing': () => 'x'.repeat(8000),
  'signs of no alphabet': () => '%00%ff',
}

const forged: Case[] = each('G1', 'a forged session', forgeries, async (forge, { proxied }) => {
  const [victim, other] = [await shared(proxied, 'alice'), await shared(proxied, 'bob')]
  const thief = new Visitor(proxied)
  thief.cookies.set(NAME, forge(victim.cookies.get(NAME) ?? '', other.cookies.get(NAME) ?? ''))
  const answer = await thief.get('/whoami')
  if (answer.status === 200) assert.equal(JSON.parse(answer.text).user, null)
  else refused(answer)
  const account = await thief.get('/account')
  if (account.status < 400) leadsTo(account, /^\/login/)
})

/** What ends a session, with everything it takes. */
const ends: Record<string, (visitor: Visitor, sites: Sites) => Promise<unknown>> = {
  'a logout': (visitor) => visitor.submit('/', 'logout', {}),
  'a reset of the password': async (visitor, { proxied }) => {
    await resetPassword(new Visitor(proxied), 'dave', 'dave-New-Bottle-99')
    await resetPassword(new Visitor(proxied), 'dave', 'dave-Grey-Umbrella-74')
    return visitor
  },
}

async function resetPassword(visitor: Visitor, name: string, password: string): Promise<string> {
  fine(await visitor.submit('/reset', 'reset', { username: name }))
  const link = await latestLink(visitor, name)
  leadsTo(await visitor.submit(link, 'new', { password }), '/login')
  return link
}

async function latestLink(visitor: Visitor, name: string): Promise<string> {
  const mails: { to: string; link: string }[] = JSON.parse((await visitor.get('/outbox')).text)
  return new URL(mails.findLast(({ to }) => to === name)?.link ?? '').pathname
}

const logins = new WeakMap<object, Map<string, Promise<Visitor>>>()

function shared(site: Sites['proxied'], name: 'alice' | 'bob'): Promise<Visitor> {
  const known = logins.get(site) ?? new Map<string, Promise<Visitor>>()
  logins.set(site, known)
  const found = known.get(name) ?? loggedIn(site, name)
  known.set(name, found)
  return found
}

export const sessions: Subject = {
  name: 'sessions',
  inTurn: true,
  attacks: [
    ...forged,
    ...each('G3', 'a copied cookie ends with', ends, async (end, sites) => {
      const visitor = await loggedIn(sites.proxied, 'dave')
      const thief = visitor.copy()
      assert.equal(await thief.whoami(), 'dave')
      await end(visitor, sites)
      assert.equal(await thief.whoami(), null)
      leadsTo(await thief.get('/account'), /^\/login/)
    }),
    {
      row: 'G3',
      what: 'an old cookie of a session that was renewed does not survive its logout',
      async run({ proxied }) {
        const visitor = await loggedIn(proxied, 'carol')
        const early = visitor.copy()
        await visitor.get('/counter?pad=x')
        const late = visitor.copy()
        await visitor.submit('/', 'logout', {})
        assert.deepEqual([await early.whoami(), await late.whoami()], [null, null])
      },
    },
    ...each('G3', 'a remembered browser is forgotten by', ends, async (end, sites) => {
      const visitor = await remembered(sites.proxied, 'dave')
      const thief = visitor.copy()
      assert.equal(await visitor.whoami(), 'dave')
      await end(visitor, sites)
      assert.equal(await thief.whoami(), null)
    }),
    ...each(
      'G1',
      'a remember-me cookie',
      {
        'with one letter changed': (token: string) =>
          `${token.slice(0, -3)}${token.at(-3) === 'A' ? 'B' : 'A'}${token.slice(-2)}`,
        'that is half': (token: string) => token.slice(0, token.length / 2),
        'that is a session': (_: string, session: string) => session,
        'of a user’s number': () => '1',
        'of Flask-Login': () => '1|5dbd7a1b5ee0d6f1d2b9a0e7c8d9a0b1',
      },
      async (forge, { proxied }) => {
        const visitor = new Visitor(proxied)
        await visitor.login('carol', undefined, { remember: 'on' })
        const [token = '', session = ''] = [visitor.cookies.get(REMEMBER), visitor.cookies.get(NAME)]
        const thief = new Visitor(proxied)
        thief.cookies.set(REMEMBER, forge(token, session))
        assert.equal(await thief.whoami(), null)
      },
    ),
    {
      row: 'G4',
      what: 'a session planted before the login is not logged in',
      async run({ proxied }) {
        const attacker = new Visitor(proxied)
        await attacker.get('/counter?pad=planted')
        const victim = attacker.copy()
        await victim.login('bob')
        assert.equal(await victim.whoami(), 'bob')
        assert.notEqual(victim.cookies.get(NAME), attacker.cookies.get(NAME))
        assert.equal(await attacker.whoami(), null)
      },
    },
    {
      row: 'G4',
      what: 'a session of somebody else does not become the next one’s',
      async run({ proxied }) {
        const attacker = await loggedIn(proxied, 'carol')
        const victim = attacker.copy()
        await victim.login('bob')
        assert.equal(await victim.whoami(), 'bob')
        assert.notEqual(await attacker.whoami(), 'bob')
      },
    },
    ...each(
      'G2',
      'a cookie tossed from a subdomain',
      {
        'before the true one': (own: string, tossed: string) => `${NAME}=${tossed}; ${NAME}=${own}`,
        'behind the true one': (own: string, tossed: string) => `${NAME}=${own}; ${NAME}=${tossed}`,
        'under the plain name': (own: string, tossed: string) => `session=${tossed}; ${NAME}=${own}`,
      },
      async (toss, { proxied }) => {
        const [victim, attacker] = [await shared(proxied, 'alice'), new Visitor(proxied)]
        await attacker.get('/counter')
        const own = victim.cookies.get(NAME) ?? ''
        const cookie = toss(own, `x${attacker.cookies.get(NAME)}`)
        const answer = await new Visitor(proxied).get('/whoami', { Cookie: cookie })
        assert.notEqual(JSON.parse(answer.text).user, 'bob')
      },
    ),
    {
      row: 'G2',
      what: 'a session under a name without its prefix counts for nothing',
      async run({ proxied }) {
        const victim = await shared(proxied, 'alice')
        const answer = await new Visitor(proxied).get('/whoami', {
          Cookie: `session=${victim.cookies.get(NAME)}`,
        })
        assert.equal(JSON.parse(answer.text).user, null)
      },
    },
    {
      row: 'G6',
      what: 'a value too large for a session is an error, not lost in silence',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        fine(await visitor.get('/counter?pad=small'))
        const answer = await visitor.get(`/counter?pad=${'x1y2'.repeat(3000)}`)
        assert(answer.status >= 400)
        assert(!answer.text.includes('x1y2'))
        assert.deepEqual(JSON.parse((await visitor.get('/counter')).text), { n: 2, pad: 5 })
      },
    },
    {
      row: 'H1',
      what: 'a link to log out does nothing',
      async run({ proxied }) {
        const visitor = await shared(proxied, 'bob')
        fine(await visitor.get('/logout'), 405)
        assert.equal(await visitor.whoami(), 'bob')
      },
    },
    ...each(
      'H2',
      'a reset link',
      {
        'used twice': async (visitor: Visitor) => resetPassword(visitor, 'dave', 'dave-Grey-Umbrella-74'),
        'of before another reset': async (visitor: Visitor) => {
          await visitor.submit('/reset', 'reset', { username: 'dave' })
          const older = await latestLink(visitor, 'dave')
          await resetPassword(visitor, 'dave', 'dave-Grey-Umbrella-74')
          return older
        },
        'with one letter changed': async (visitor: Visitor) => {
          await visitor.submit('/reset', 'reset', { username: 'dave' })
          const link = await latestLink(visitor, 'dave')
          return link.replace(/.(?=.{10}$)/, (letter) => (letter === 'A' ? 'B' : 'A'))
        },
        'that is a session cookie': async (visitor: Visitor) => {
          await visitor.get('/counter')
          return `/reset/${visitor.cookies.get(NAME)}`
        },
        'made up': async () => `/reset/${json({ alg: 'none' })}.${json(['4', ''])}.`,
        'that is empty': async () => '/reset/%00',
      },
      async (makeLink, { proxied }) => {
        const visitor = new Visitor(proxied)
        const link = await makeLink(visitor)
        refused(await visitor.get(link))
        const fields = {
          'Content-Type': 'application/x-www-form-urlencoded',
          'X-CSRF-Token': await visitor.token(),
        }
        refused(await visitor.post(link, 'password=evil-Evil-Evil-1', { ...fields, ...visitor.sameOrigin() }))
        fine(await new Visitor(proxied).login('dave', 'evil-Evil-Evil-1'), 401)
      },
    ),
    {
      row: 'H2',
      what: 'two resets with one link at once: one counts',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        await visitor.submit('/reset', 'reset', { username: 'dave' })
        const link = await latestLink(visitor, 'dave')
        const fields = {
          'Content-Type': 'application/x-www-form-urlencoded',
          'X-CSRF-Token': await visitor.token(),
          ...visitor.sameOrigin(),
        }
        const answers = await Promise.all(
          ['dave-First-Race-11', 'dave-Second-Race-22'].map((password) =>
            visitor.post(link, `password=${password}`, fields),
          ),
        )
        await resetPassword(visitor, 'dave', 'dave-Grey-Umbrella-74')
        assert.equal(answers.filter(({ status }) => status < 400).length, 1)
      },
    },
    {
      row: 'H2',
      what: 'a reset answers the same for names that are not there',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        const [known, unknown] = [
          await visitor.submit('/reset', 'reset', { username: 'carol' }),
          await visitor.submit('/reset', 'reset', { username: 'nobody-here' }),
        ]
        const plain = ({ text }: { text: string }) => text.replaceAll(/value="[^"]*"|nonce="[^"]*"/g, '')
        assert.equal(known.status, unknown.status)
        assert.equal(plain(known), plain(unknown))
      },
    },
  ],
  honest: [
    {
      row: 'G2',
      what: 'the session cookie is for this host, https and the server alone',
      async run({ proxied }) {
        const [line = ''] = (await new Visitor(proxied).get('/counter')).all('set-cookie')
        assert.match(line, /^__Host-session=/)
        for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/'])
          assert(line.split('; ').includes(attribute), line)
        assert.doesNotMatch(line, /Domain/i)
      },
    },
    {
      row: 'H2',
      what: 'who has ticked the box is known when the window was closed, and nobody else',
      async run({ proxied }) {
        assert.equal(await (await remembered(proxied, 'carol')).whoami(), 'carol')
        const other = await loggedIn(proxied, 'carol')
        other.cookies.delete(NAME)
        assert.equal(await other.whoami(), null)
      },
    },
    {
      row: 'G1',
      what: 'a session counts, keeps a text and outlives a login',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        await visitor.get('/counter?pad=O%27Brien%20%3C3%20%F0%9F%8D%B5')
        await visitor.login('carol')
        assert.deepEqual(JSON.parse((await visitor.get('/counter')).text), { n: 2, pad: 13 })
      },
    },
    {
      row: 'G3',
      what: 'a logout ends this session and no other of the same user',
      async run({ proxied }) {
        const [here, there] = [await loggedIn(proxied, 'carol'), await loggedIn(proxied, 'carol')]
        leadsTo(await here.submit('/', 'logout', {}), '/')
        assert.equal(await here.whoami(), null)
        assert.equal(await there.whoami(), 'carol')
      },
    },
    {
      row: 'H2',
      what: 'a reset link works once, and the new password too',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        await resetPassword(visitor, 'dave', 'dave new pässword 🍵')
        fine(await new Visitor(proxied).login('dave', 'dave-Grey-Umbrella-74'), 401)
        leadsTo(await new Visitor(proxied).login('dave', 'dave new pässword 🍵'), '/account')
        await resetPassword(visitor, 'dave', 'dave-Grey-Umbrella-74')
      },
    },
    ...each(
      'G2',
      'no cookie is set where the session is not used',
      {
        'a static file': '/static/hello.txt',
        JSON: '/items/7',
        'a page': '/search?q=Lamp',
        'an error': '/nowhere',
        redirects: '/go',
      },
      async (path, { proxied }) => {
        const answer = await new Visitor(proxied).get(path)
        assert.deepEqual(answer.all('set-cookie'), [])
      },
    ),
  ],
}
