/** A browser as far as the wire can tell: cookies, forms, and the headers that say where a request comes from. */
import { attribute, elementById, elements, parsePage } from './page.ts'
import type { Site } from './site.ts'
import type { Answer, Sent } from './wire.ts'

/** The passwords of the contract. */
export const passwords = {
  alice: 'alice-Blue-Kettle-41',
  bob: 'bob-Green-Lantern-52',
  carol: 'carol-Red-Bicycle-63',
  dave: 'dave-Grey-Umbrella-74',
  admin: 'admin-Black-Piano-85',
} as const

/** Who can log in. */
export type Name = keyof typeof passwords

/** Fields of a form. */
export type Filled = Readonly<Record<string, string>>

let visitors = 0

/** Somebody at an address of their own, with an empty cookie jar. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly site: Site
  readonly address: string

  /** @param address where they come from; the proxy in front tells it */
  constructor(site: Site, address = nextAddress()) {
    this.site = site
    this.address = address
  }

  /** The origin of the site as the browser sees it. */
  get origin(): string {
    return this.site.behindProxy ? 'https://gauntlet.example' : 'http://gauntlet.example'
  }

  /** A request with the jar's cookies, which keeps what comes back. */
  async send(path: string, sent: Sent = {}): Promise<Answer> {
    const { fields = {} } = sent
    const given = Symbol.iterator in fields ? [...fields] : Object.entries(fields)
    const answer = await this.site.send(path, { ...sent, fields: [...this.#ownFields(), ...given] })
    for (const line of answer.all('set-cookie')) this.#keep(line)
    return answer
  }

  /** A page, as a link leads to it. */
  get(path: string, fields: Filled = {}): Promise<Answer> {
    return this.send(path, { fields })
  }

  /** Gets a page, fills a form of it and sends all of its fields, as a browser does. */
  async submit(path: string, id: string, filled: Filled, fields = this.sameOrigin()): Promise<Answer> {
    const page = await this.get(path)
    const form = elementById(parsePage(page.text), id)
    if (form === undefined) throw new Error(`${path} has no form '${id}': ${page.status}`)
    const action = attribute(form, 'action') ?? path
    const values = new URLSearchParams()
    for (const field of [...elements(form, 'input'), ...elements(form, 'textarea')]) {
      const name = attribute(field, 'name')
      if (name !== undefined && attribute(field, 'type') !== 'checkbox')
        values.set(name, attribute(field, 'value') ?? '')
    }
    for (const [name, value] of Object.entries(filled)) values.set(name, value)
    return this.post(action, values.toString(), {
      'Content-Type': 'application/x-www-form-urlencoded',
      ...fields,
    })
  }

  /** Posts a body. */
  post(path: string, body: string | Buffer, fields: Filled = {}): Promise<Answer> {
    return this.send(path, { method: 'POST', body, fields })
  }

  /** Posts JSON as the scripts of the site do. */
  async postJson(path: string, body: unknown, fields: Filled = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const token = await this.token()
    return this.post(path, text, {
      'Content-Type': 'application/json',
      'X-CSRF-Token': token,
      ...this.sameOrigin(),
      ...fields,
    })
  }

  /** The token that `/` holds for scripts. */
  async token(): Promise<string> {
    const page = parsePage((await this.get('/')).text)
    const meta = elements(page, 'meta').find((tag) => attribute(tag, 'name') === 'csrf-token')
    return attribute(meta, 'content') ?? ''
  }

  /** Logs in as somebody. */
  async login(
    name: string,
    password: string = passwords[name as Name],
    filled: Filled = {},
  ): Promise<Answer> {
    return this.submit('/login', 'login', { username: name, password, ...filled })
  }

  /** Whom the site takes them for. */
  async whoami(): Promise<string | null> {
    return JSON.parse((await this.get('/whoami')).text).user
  }

  /** What a browser says of a form of the site itself. */
  sameOrigin(): Filled {
    return { Origin: this.origin, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate' }
  }

  /** Somebody else with copies of the cookies. */
  copy(): Visitor {
    const thief = new Visitor(this.site)
    for (const [name, value] of this.cookies) thief.cookies.set(name, value)
    return thief
  }

  #ownFields(): (readonly [string, string])[] {
    const fields: (readonly [string, string])[] = []
    if (this.site.behindProxy) fields.push(['X-Forwarded-Proto', 'https'], ['X-Forwarded-For', this.address])
    const jar = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (jar !== '') fields.push(['Cookie', jar])
    return fields
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */)
    const name = pair.slice(0, pair.indexOf('='))
    if (attributes.some((text) => /^max-age=0$/i.test(text))) this.cookies.delete(name)
    else this.cookies.set(name, pair.slice(pair.indexOf('=') + 1))
  }
}

/** Somebody who has logged in. */
export async function loggedIn(site: Site, name: Name): Promise<Visitor> {
  const visitor = new Visitor(site)
  const answer = await visitor.login(name)
  if (answer.status !== 302 && answer.status !== 303)
    throw new Error(`${name} could not log in: ${answer.status}`)
  return visitor
}

/** An address that nobody has had before, so that the login limit of one case is not that of another. */
export function nextAddress(): string {
  visitors++
  return `10.${(visitors >> 16) & 255}.${(visitors >> 8) & 255}.${visitors & 255}`
}
