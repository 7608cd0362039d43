/**
 * Which key a token's header asks for.
 *
 * Threat: the header is the sender's: `alg: none`, another algorithm, another `kid`, `crit` extensions.
 * Construction: the exact headers this signer writes are known beforehand, one for each key, and found in a map. Any
 * other header (the same fields in another order, say) must hold the very same `alg`, `enc` and `typ`, and nothing
 * that changes the meaning of the token.
 */
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { BadSignature, UnknownKey } from './errors.ts'
import type { DerivedKey, DerivedKeys, KeyRing, KeyUse } from './key-ring.ts'

/** What stands in a header beside `kid`; all of it is pinned. */
export type PinnedHeader = Readonly<Record<string, string>>

/** The keys of one signer, by the headers of its tokens. Follows the ring through every rotation. */
export class TokenKeys {
  readonly #ring: KeyRing
  readonly #purpose: string
  readonly #use: KeyUse
  readonly #pinned: PinnedHeader
  #derived: DerivedKeys
  #byHeader: ReadonlyMap<string, DerivedKey>
  #newestHeader: string

  constructor(ring: KeyRing, purpose: string, use: KeyUse, pinned: PinnedHeader) {
    this.#ring = ring
    this.#purpose = purpose
    this.#use = use
    this.#pinned = pinned
    this.#derived = ring.derive(purpose, use)
    this.#byHeader = this.#headers()
    this.#newestHeader = this.#encode(this.#derived.newest)
  }

  /** The key that makes tokens, and the encoded header to write. */
  newest(): { readonly header: string; readonly key: DerivedKey } {
    this.#follow()
    return { header: this.#newestHeader, key: this.#derived.newest }
  }

  /** The key for an encoded header as it came, or why there is none. */
  find(header: string): DerivedKey | BadSignature {
    this.#follow()
    return this.#byHeader.get(header) ?? this.#read(header)
  }

  #follow(): void {
    const derived = this.#ring.derive(this.#purpose, this.#use)
    if (derived === this.#derived) return
    this.#derived = derived
    this.#byHeader = this.#headers()
    this.#newestHeader = this.#encode(derived.newest)
  }

  #headers(): ReadonlyMap<string, DerivedKey> {
    return new Map(this.#derived.all.map((key) => [this.#encode(key), key]))
  }

  #encode(key: DerivedKey): string {
    return encodeBase64url(JSON.stringify({ ...this.#pinned, kid: key.id }))
  }

  #read(encoded: string): DerivedKey | BadSignature {
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
    return this.#derived.find(id) ?? new UnknownKey(id.slice(0, 64))
  }
}

function parseHeader(encoded: string): Map<string, unknown> | null {
  const bytes = encoded.length > maxHeaderLength ? null : decodeBase64url(encoded)
  if (bytes === null) return null
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof header !== 'object' || header === null || Array.isArray(header)) return null
    return new Map(Object.entries(header))
  } catch {
    return null
  }
}

const maxHeaderLength = 1024
