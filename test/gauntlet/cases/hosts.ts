/** B4: hosts and forwarding headers that a client makes up. */
import assert from 'node:assert/strict'
import { each, fine, leadsTo, refused, type Sites, type Subject } from '../suite/case.ts'
import { Visitor } from '../suite/visitor.ts'

const foreign: Record<string, string> = {
  'another host': 'evil.example',
  'another host with a port': 'evil.example:443',
  'a host that begins like ours': 'gauntlet.example.evil.example',
  'a host that ends like ours': 'evilgauntlet.example',
  'a subdomain': 'www.gauntlet.example',
  'ours as a user name': 'gauntlet.example@evil.example',
  'ours as a password': 'x:gauntlet.example@evil.example',
  'a list': 'gauntlet.example, evil.example',
  'a path behind it': 'gauntlet.example/evil',
  'a query behind it': 'gauntlet.example?evil',
  'a fragment behind it': 'gauntlet.example#evil',
  'a backslash behind it': 'gauntlet.example\\evil',
  'a blank within': 'gauntlet.example evil.example',
  'two ports': 'gauntlet.example:80:80',
  'a port of letters': 'gauntlet.example:http',
  'a port out of range': 'gauntlet.example:99999',
  'another address of this machine': '127.0.0.2',
  'all addresses': '0.0.0.0',
  'an address in IPv6': '[::1]',
  'an address as one number': '2130706433',
  'a name that resolves to this machine': '127.0.0.1.nip.example',
  'a name that begins with localhost': 'localhost.evil.example',
  'letters that look alike': 'gаuntlet.example',
  'a script': '<script>alert(1)</script>',
  nothing: '',
}

const forwarding: Record<string, Record<string, string>> = {
  'X-Forwarded-Host': { 'X-Forwarded-Host': 'evil.example' },
  'X-Host': { 'X-Host': 'evil.example' },
  'X-Forwarded-Server': { 'X-Forwarded-Server': 'evil.example' },
  'X-HTTP-Host-Override': { 'X-HTTP-Host-Override': 'evil.example' },
  Forwarded: { Forwarded: 'for=1.2.3.4;host=evil.example;proto=http' },
  'X-Original-Host': { 'X-Original-Host': 'evil.example' },
  'X-Forwarded-Port': { 'X-Forwarded-Port': '1337' },
  'X-Forwarded-Prefix': { 'X-Forwarded-Prefix': '//evil.example' },
  'X-Forwarded-Path': { 'X-Forwarded-Path': '/evil' },
  'X-Script-Name': { 'X-Script-Name': '//evil.example' },
}

async function mailLeadsHome(visitor: Visitor, fields: Record<string, string>): Promise<void> {
  await visitor.submit('/reset', 'reset', { username: 'carol' }, { ...visitor.sameOrigin(), ...fields })
  const mails: { link: string }[] = JSON.parse((await visitor.get('/outbox')).text)
  assert(mails.length > 0)
  for (const { link } of mails) assert.match(link, /^https:\/\/gauntlet\.example\/reset\/[\w.-]+$/)
}

export const hosts: Subject = {
  name: 'hosts and proxies',
  attacks: [
    ...each('B4', 'an untrusted host', foreign, async (host, { direct }) =>
      refused(await direct.send('/', { host })),
    ),
    ...each('B4', 'a mail leads home whatever says', forwarding, (fields, { proxied }) =>
      mailLeadsHome(new Visitor(proxied), fields),
    ),
    ...each('B4', 'a stranger behind no proxy says', forwarding, async (fields, { direct }) => {
      const answer = await direct.send('/account', { fields })
      leadsTo(answer, /^\/login\?next=\/account$/)
    }),
    {
      row: 'B4',
      what: 'a reset asked for at another host is not mailed',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        const token = await visitor.token()
        const before = (await visitor.get('/outbox')).text
        const answer = await visitor.send('/reset', {
          method: 'POST',
          host: 'evil.example',
          body: 'username=carol',
          fields: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-CSRF-Token': token },
        })
        refused(answer)
        assert.equal((await visitor.get('/outbox')).text, before)
      },
    },
    ...each(
      'C1',
      'no field leads to another page',
      {
        'X-Original-URL': { 'X-Original-URL': '/outbox' },
        'X-Rewrite-URL': { 'X-Rewrite-URL': '/outbox' },
        'X-Forwarded-Uri': { 'X-Forwarded-Uri': '/outbox' },
      },
      async (fields, { direct }) => {
        const answer = await direct.send('/items/7', { fields })
        assert.equal(answer.text.trim(), '{"id":7,"next":8}')
      },
    ),
    ...each(
      'B4',
      'a scheme that nobody vouches for is not believed',
      {
        'X-Forwarded-Proto': { 'X-Forwarded-Proto': 'https' },
        'X-Forwarded-Ssl': { 'X-Forwarded-Ssl': 'on' },
        'Front-End-Https': { 'Front-End-Https': 'on' },
        'X-Url-Scheme': { 'X-Url-Scheme': 'https' },
        Forwarded: { Forwarded: 'proto=https' },
      },
      async (fields, { direct }) => {
        const answer = await direct.send('/', { fields })
        assert.equal(answer.get('strict-transport-security'), null)
      },
    ),
    ...each(
      'B4',
      'a scheme that is none changes nothing',
      {
        script: 'javascript',
        'a list with another': 'https, javascript',
        file: 'file',
        'a line': 'https://evil.example/',
      },
      async (proto, { proxied }) => {
        const answer = await proxied.send('/reset', { fields: { 'X-Forwarded-Proto': proto } })
        assert(answer.status < 500, `${answer.status}`)
        assert(!answer.text.includes(proto))
      },
    ),
  ],
  honest: [
    ...each(
      'B4',
      'a host that is ours',
      {
        'the name': 'gauntlet.example',
        'the name with a port': 'gauntlet.example:443',
        'in capitals': 'GAUNTLET.EXAMPLE',
        'this machine by address': '127.0.0.1:8080',
        'this machine by name': 'localhost',
        'this machine by name, any port': 'localhost:65000',
      },
      async (host, { direct }) => fine(await direct.send('/', { host })),
    ),
    {
      row: 'E1',
      what: 'https behind the proxy brings HSTS, plain http does not',
      async run({ direct, proxied }: Sites) {
        const visitor = new Visitor(proxied)
        assert.match((await visitor.get('/')).get('strict-transport-security') ?? '', /max-age=\d{8}/)
        assert.equal((await direct.send('/')).get('strict-transport-security'), null)
      },
    },
    {
      row: 'B4',
      what: 'a mail asked for by the machine’s own address leads to the public host',
      async run({ direct }) {
        const visitor = new Visitor(direct)
        const answer = await visitor.submit('/reset', 'reset', { username: 'dave' })
        fine(answer)
        const [mail] = JSON.parse((await direct.send('/outbox', { host: '127.0.0.1:1' })).text).slice(-1)
        assert.equal(mail.to, 'dave')
        assert.match(mail.link, /^https:\/\/gauntlet\.example\/reset\//)
      },
    },
  ],
}
