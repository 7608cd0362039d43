/**
 * Which key a token's header asks for.
 *
 * Threat: the header is the sender's: `alg: none`, another algorithm, another `kid`, `crit` extensions.
 * Construction: the exact headers this signer writes are known beforehand, one for each key, and compared as they are. Any
 * other header (the same fields in another order, say) must hold the very same `alg`, `enc` and `typ`, and nothing
 * that changes the meaning of the token.
 */
import type { KeyObject } from 'node:crypto'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { defaults } from './defaults.ts'
import { BadSignature, NoKeys, UnknownKey } from './errors.ts'
import type { KeyRing, KeyUse } from './key-ring.ts'

/** What stands in a header beside `kid`; all of it is pinned. */
export type PinnedHeader = Readonly<Record<string, string>>

/** A key in the form a signer works with. */
interface TokenKey<K> {
  readonly id: string
  /** The header of the tokens it makes, encoded. */
  readonly header: string
  readonly key: K
}

/** The keys of a ring until its next change. */
interface Generation<K> {
  readonly number: number
  readonly newest: TokenKey<K>
  readonly all: readonly TokenKey<K>[]
}

/**
 * The keys of one signer, by the headers of its tokens. Follows the ring through every rotation.
 *
 * @typeParam K what a key is made into, once
 */
export class TokenKeys<K extends object> {
  readonly #ring: KeyRing
  readonly #purpose: string
  readonly #use: KeyUse
  readonly #pinned: PinnedHeader
  readonly #prepare: (key: KeyObject) => K
  #current: Generation<K>

  constructor(
    ring: KeyRing,
    purpose: string,
    use: KeyUse,
    pinned: PinnedHeader,
    prepare: (key: KeyObject) => K,
  ) {
    this.#ring = ring
    this.#purpose = purpose
    this.#use = use
    this.#pinned = pinned
    this.#prepare = prepare
    this.#current = this.#derive()
  }

  /** The key that makes tokens, and the encoded header to write. */
  newest(): TokenKey<K> {
    return this.#follow().newest
  }

  /** The key for an encoded header as it came, or why there is none. */
  find(header: string): K | BadSignature {
    const { newest, all } = this.#follow()
    if (header === newest.header) return newest.key
    return all.find((each) => each.header === header)?.key ?? this.#read(header, all)
  }

  #follow(): Generation<K> {
    if (this.#ring.generation !== this.#current.number) this.#current = this.#derive()
    return this.#current
  }

  #derive(): Generation<K> {
    const { generation: number } = this.#ring
    const all = this.#ring
      .derive(this.#purpose, this.#use)
      .all.map(({ id, secret }) => ({ id, header: this.#encode(id), key: this.#prepare(secret) }))
    const [newest] = all
    if (newest === undefined) throw new NoKeys()
    return { number, newest, all }
  }

  #encode(id: string): string {
    return encodeBase64url(JSON.stringify({ ...this.#pinned, kid: id }))
  }

  #read(encoded: string, all: readonly TokenKey<K>[]): K | BadSignature {
    const header = parseHeader(encoded)
    if (header === null) return new BadSignature('The token has no readable header.')
    for (const [name, value] of header) {
      if (name !== 'kid' && this.#pinned[name] !== value)
        return new BadSignature(`The header field '${name.slice(0, 32)}' is not what this signer writes.`)
    }
    for (const name of ['alg', 'enc']) {
      if (this.#pinned[name] !== undefined && !header.has(name))
        return new BadSignature(`The header names no '${name}'.`)
    }
    const id = header.get('kid')
    if (typeof id !== 'string') return new BadSignature('The header names no key.')
    return all.find((each) => each.id === id)?.key ?? new UnknownKey(id.slice(0, 64))
  }
}

function parseHeader(encoded: string): Map<string, unknown> | null {
  const bytes = encoded.length > defaults.maxHeaderLength.value ? null : decodeBase64url(encoded)
  if (bytes === null) return null
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof header !== 'object' || header === null || Array.isArray(header)) return null
    return new Map(Object.entries(header))
  } catch {
    return null
  }
}
