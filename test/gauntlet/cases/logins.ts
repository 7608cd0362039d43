/** H2, H3, C2, D5: guessing passwords, and pages that belong to others. */
import assert from 'node:assert/strict'
import { type Case, each, fine, leadsTo, refused, type Sites, type Subject } from '../suite/case.ts'
import { elementById, elementsByClass, parsePage, textOf } from '../suite/page.ts'
import type { Site } from '../suite/site.ts'
import { loggedIn, type Name, nextAddress, Visitor } from '../suite/visitor.ts'
import type { Answer } from '../suite/wire.ts'

let networks = 0
const freshNetwork = () => `2001:db8:${(++networks).toString(16)}:7`

/** Where a try comes from: what the proxy says, and what else the client sends. */
interface Place {
  address: string
  fields?: Record<string, string>
}

/** A try that costs the target no work: without a password it is no login, but it counts. */
async function tryAt(visitor: Visitor, token: string, { address, fields = {} }: Place): Promise<number> {
  const guesser = new Visitor(visitor.site, address)
  for (const [name, value] of visitor.cookies) guesser.cookies.set(name, value)
  const type = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-CSRF-Token': token }
  return (await guesser.post('/login', 'username=bob', { ...type, ...guesser.sameOrigin(), ...fields }))
    .status
}

/** As many tries as given, each from its place; their statuses. */
async function tries(site: Site, count: number, place: (i: number) => Place): Promise<number[]> {
  const visitor = new Visitor(site)
  const token = await visitor.token()
  const statuses: number[] = []
  for (let i = 0; i < count; i++) statuses.push(await tryAt(visitor, token, place(i)))
  return statuses
}

const tenThenNone = [...Array<number>(10).fill(400), 429]

/** Ways to look like somebody else at each try; the proxy in front appends the true address. */
const disguises: Record<string, (i: number, address: string) => Place> = {
  'another X-Forwarded-For each time': (i, address) => ({ address: `8.8.${i}.8, ${address}` }),
  'a list of X-Forwarded-For': (i, address) => ({ address: `1.1.1.${i}, 2.2.2.${i}, ${address}` }),
  'another X-Real-IP each time': (i, address) => ({ address, fields: { 'X-Real-IP': `8.8.8.${i}` } }),
  'another Forwarded each time': (i, address) => ({ address, fields: { Forwarded: `for=8.8.8.${i}` } }),
  'another True-Client-IP each time': (i, address) => ({
    address,
    fields: { 'True-Client-IP': `8.8.8.${i}` },
  }),
  'another CF-Connecting-IP each time': (i, address) => ({
    address,
    fields: { 'CF-Connecting-IP': `8.8.8.${i}` },
  }),
  'another X-Client-IP each time': (i, address) => ({ address, fields: { 'X-Client-IP': `8.8.8.${i}` } }),
  'another browser each time': (i, address) => ({ address, fields: { 'User-Agent': `browser/${i}` } }),
}

const limits: Case[] = [
  ...each('H3', 'ten tries a minute, in spite of', disguises, async (disguise, { proxied }) => {
    const address = nextAddress()
    assert.deepEqual(await tries(proxied, 11, (i) => disguise(i, address)), tenThenNone)
    const late = await new Visitor(proxied, address).login('bob')
    fine(late, 429)
    assert.match(late.get('retry-after') ?? '', /^\d+$/)
  }),
  {
    row: 'H3',
    what: 'ten tries a minute for a whole network of IPv6',
    async run({ proxied }) {
      const network = freshNetwork()
      const statuses = await tries(proxied, 11, (i) => ({ address: `${network}:${i}:a:b:${i + 1}` }))
      assert.deepEqual(statuses, tenThenNone)
    },
  },
  {
    row: 'H3',
    what: 'ten tries a minute for one address of IPv4, written in IPv6 too',
    async run({ proxied }) {
      const address = nextAddress()
      const statuses = await tries(proxied, 11, (i) => ({
        address: i % 2 === 0 ? address : `::ffff:${address}`,
      }))
      assert.deepEqual(statuses, tenThenNone)
    },
  },
  {
    row: 'H3',
    what: 'ten tries a minute where no proxy is declared, whatever is forwarded',
    async run({ direct }) {
      const statuses = await tries(direct, 11, (i) => ({
        address: nextAddress(),
        fields: { 'X-Forwarded-For': `9.9.9.${i}` },
      }))
      assert.equal(statuses.at(-1), 429)
    },
  },
  {
    row: 'H3',
    what: 'twenty tries at once: no more than ten are let in',
    async run({ proxied }) {
      const [visitor, address] = [new Visitor(proxied), nextAddress()]
      const token = await visitor.token()
      const statuses = await Promise.all(Array.from({ length: 20 }, () => tryAt(visitor, token, { address })))
      assert.equal(statuses.filter((status) => status === 429).length, 10)
    },
  },
  {
    row: 'H3',
    what: 'a stranger who guesses does not lock the owner out',
    async run({ proxied }) {
      const address = nextAddress()
      await tries(proxied, 12, () => ({ address }))
      leadsTo(await new Visitor(proxied).login('bob'), '/account')
    },
  },
]

const foreignPages: Record<string, readonly [Name, string]> = {
  'somebody’s note': ['alice', '/notes/3'],
  'the admin’s note': ['bob', '/notes/4'],
  'a note that is not there': ['bob', '/notes/999'],
  'the admin’s page': ['bob', '/admin'],
}

const visitors = new WeakMap<object, Map<Name, Promise<Visitor>>>()

function shared(site: Sites['proxied'], name: Name): Promise<Visitor> {
  const known = visitors.get(site) ?? new Map<Name, Promise<Visitor>>()
  visitors.set(site, known)
  const found = known.get(name) ?? loggedIn(site, name)
  known.set(name, found)
  return found
}

async function balanceOf(visitor: Visitor): Promise<number> {
  return Number(textOf(elementById(parsePage((await visitor.get('/account')).text), 'balance')))
}

const badTransfers: Record<string, string> = {
  'a negative amount': 'to=bob&amount=-5',
  nothing: 'to=bob&amount=0',
  'more than is allowed': 'to=bob&amount=1001',
  'a fraction': 'to=bob&amount=0.5',
  'an exponent': 'to=bob&amount=1e2',
  'a hexadecimal number': 'to=bob&amount=0x10',
  'a number in another script': 'to=bob&amount=%D9%A5',
  'a plus': 'to=bob&amount=%2B5',
  'a blank': 'to=bob&amount=%205',
  'no amount': 'to=bob',
  'an empty amount': 'to=bob&amount=',
  'two amounts': 'to=bob&amount=1&amount=1000',
  'a list by brackets': 'to=bob&amount[]=5',
  'not a number': 'to=bob&amount=NaN',
  'no end': 'to=bob&amount=Infinity',
  letters: 'to=bob&amount=five',
  nobody: 'to=&amount=5',
  'somebody who is not there': 'to=mallory&amount=5',
  'two names': 'to=bob&to=carol&amount=5',
  'no name': 'amount=5',
  'a name with a NUL': 'to=bob%00&amount=5',
}

async function transfer(visitor: Visitor, body: string): Promise<Answer> {
  return visitor.post('/transfer', body, {
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-CSRF-Token': await visitor.token(),
    ...visitor.sameOrigin(),
  })
}

export const logins: Subject = {
  name: 'logins and what belongs to whom',
  inTurn: true,
  attacks: [
    ...limits,
    {
      row: 'H2',
      what: 'a wrong name and a wrong password look the same',
      async run({ proxied }) {
        const wrongName = await new Visitor(proxied).login('nobody-here', 'x')
        const wrongPassword = await new Visitor(proxied).login('alice', 'x')
        const plain = ({ text }: Answer) => text.replaceAll(/value="[^"]*"|nonce="[^"]*"/g, '')
        assert.equal(wrongName.status, wrongPassword.status)
        assert.equal(plain(wrongName), plain(wrongPassword))
        assert.deepEqual(
          wrongName.fields.map(([name]) => name),
          wrongPassword.fields.map(([name]) => name),
        )
      },
    },
    {
      row: 'H2',
      what: 'a wrong name takes as long as a wrong password',
      async run({ proxied }) {
        const quickest = new Map<string, number>()
        for (const name of ['nobody-here', 'alice', 'nobody-here', 'alice', 'nobody-here', 'alice']) {
          const visitor = new Visitor(proxied)
          const started = performance.now()
          await visitor.login(name, 'wrong')
          quickest.set(
            name,
            Math.min(quickest.get(name) ?? Number.POSITIVE_INFINITY, performance.now() - started),
          )
        }
        const [unknown = 0, known = 0] = quickest.values()
        assert(unknown > known / 2, `${unknown} ms for nobody, ${known} ms for alice`)
      },
    },
    ...each(
      'H2',
      'a password that is',
      {
        empty: '',
        'a NUL': '\0',
        'a megabyte': 'x'.repeat(100_000),
        'the hash itself': 'scrypt:32768:8:3$x$y',
      },
      async (password, { proxied }) => refused(await new Visitor(proxied).login('alice', password)),
    ),
    ...each('D5', 'nobody else gets', foreignPages, async ([name, path], { proxied }) => {
      const visitor = await shared(proxied, name)
      const answer = await visitor.get(path)
      refused(answer)
      assert([403, 404].includes(answer.status))
    }),
    ...each('D5', 'nobody else writes', foreignPages, async ([name, path], { proxied }) => {
      const visitor = await shared(proxied, name)
      const fields = {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-CSRF-Token': await visitor.token(),
        ...visitor.sameOrigin(),
      }
      const target = path === '/admin' ? '/admin/notice' : path
      refused(await visitor.post(target, 'body=STOLEN&text=STOLEN', fields))
      assert(!(await visitor.get('/')).text.includes('STOLEN'))
      const admin = await shared(proxied, 'admin')
      if (path !== '/notes/999' && path !== '/admin') assert(!(await admin.get(path)).text.includes('STOLEN'))
    }),
    ...each(
      'C2',
      'a stranger is kept out of',
      Object.fromEntries(
        ['/account', '/admin', '/notes/1', '/notes/999', '/upload', '/mail'].map((path) => [path, path]),
      ),
      async (path, { proxied }) => {
        const answer = await new Visitor(proxied).get(path)
        if (answer.status >= 400) assert([401, 403].includes(answer.status))
        else leadsTo(answer, /^\/login/)
        assert.doesNotMatch(answer.text, /milk and bread|ALICE-PRIVATE/)
      },
    ),
    {
      row: 'D5',
      what: 'a stranger cannot tell whether a note exists',
      async run({ proxied }) {
        const [there, nowhere] = [
          await new Visitor(proxied).get('/notes/1'),
          await new Visitor(proxied).get('/notes/999'),
        ]
        assert.equal(there.status, nowhere.status)
        const plain = ({ text }: Answer, id: string) => text.replaceAll(id, 'ID')
        assert.equal(plain(there, 'notes/1'), plain(nowhere, 'notes/999'))
      },
    },
    {
      row: 'C2',
      what: 'HEAD tells a stranger no more than GET',
      async run({ proxied }) {
        for (const path of ['/account', '/admin', '/notes/1']) {
          const answer = await new Visitor(proxied).send(path, { method: 'HEAD' })
          assert(answer.status >= 300, path)
        }
      },
    },
    ...each('D4', 'a transfer of', badTransfers, async (body, { proxied }) => {
      const visitor = await shared(proxied, 'carol')
      const before = await balanceOf(visitor)
      refused(await transfer(visitor, body))
      assert.equal(await balanceOf(visitor), before)
    }),
    {
      row: 'D4',
      what: 'more transfers at once than there is money for',
      async run({ proxied }) {
        const visitor = await shared(proxied, 'bob')
        const amount = Math.floor((await balanceOf(visitor)) * 0.4)
        await Promise.all(Array.from({ length: 8 }, () => transfer(visitor, `to=carol&amount=${amount}`)))
        assert((await balanceOf(visitor)) >= 0)
      },
    },
  ],
  honest: [
    {
      row: 'H2',
      what: 'every user logs in',
      async run({ proxied }) {
        for (const name of ['alice', 'bob', 'carol', 'dave', 'admin'] as const) {
          const visitor = await loggedIn(proxied, name)
          assert.equal(textOf(elementById(parsePage((await visitor.get('/')).text), 'user')), name)
        }
      },
    },
    {
      row: 'H3',
      what: 'nine slips, then the right password',
      async run({ proxied }) {
        const address = nextAddress()
        assert(!(await tries(proxied, 9, () => ({ address }))).includes(429))
        leadsTo(await new Visitor(proxied, address).login('bob'), '/account')
      },
    },
    {
      row: 'H3',
      what: 'the page with the form is not limited',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        for (let i = 0; i < 30; i++) fine(await visitor.get('/login'))
      },
    },
    {
      row: 'H3',
      what: 'neighbouring networks of IPv6 have limits of their own',
      async run({ proxied }) {
        const address = `${freshNetwork()}::1`
        await tries(proxied, 11, () => ({ address }))
        leadsTo(await new Visitor(proxied, `${freshNetwork()}::1`).login('bob'), '/account')
      },
    },
    {
      row: 'D5',
      what: 'the owner reads and writes a note, the admin too',
      async run({ proxied }) {
        const alice = await shared(proxied, 'alice')
        assert.equal(textOf(elementById(parsePage((await alice.get('/notes/1')).text), 'title')), 'Shopping')
        const body = "O'Brien & Söhne <3 {{ braces }} 🍵"
        leadsTo(await alice.submit('/notes/1', 'edit', { body }), '/notes/1')
        assert.equal(textOf(elementById(parsePage((await alice.get('/notes/1')).text), 'body')), body)
        const admin = await shared(proxied, 'admin')
        leadsTo(await admin.submit('/notes/1', 'edit', { body: 'milk and bread' }), '/notes/1')
      },
    },
    {
      row: 'C2',
      what: 'the admin sees the users and sets the notice',
      async run({ proxied }) {
        const admin = await shared(proxied, 'admin')
        const users = elementsByClass(parsePage((await admin.get('/admin')).text), 'user').map((item) =>
          textOf(item),
        )
        assert.deepEqual(users, ['alice', 'bob', 'carol', 'dave', 'admin'])
        leadsTo(await admin.submit('/admin', 'notice', { text: 'Closed on <Monday>' }), '/admin')
        const page = parsePage((await new Visitor(proxied).get('/')).text)
        assert.equal(textOf(elementById(page, 'notice')), 'Closed on <Monday>')
      },
    },
    {
      row: 'D4',
      what: 'a transfer moves the money',
      async run({ proxied }) {
        const [alice, carol] = [await shared(proxied, 'alice'), await shared(proxied, 'carol')]
        const before = [await balanceOf(alice), await balanceOf(carol)]
        leadsTo(await alice.submit('/account', 'transfer', { to: 'carol', amount: '25' }), '/account')
        assert.deepEqual(
          [await balanceOf(alice), await balanceOf(carol)],
          [(before[0] ?? 0) - 25, (before[1] ?? 0) + 25],
        )
      },
    },
  ],
}
