/** A device with passkeys, as far as a site can tell: ES256, no attestation. It signs for whatever origin it is told. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const b64 = (data: Uint8Array | string) => Buffer.from(data).toString('base64url')

/** What a site asks for, as far as it matters here. */
export interface Challenge {
  readonly challenge: string
}

/** How a signature is to be wrong. */
export interface Mischief {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly flags?: number
  readonly counter?: number
}

/** User present, user verified, and for new keys: key included. */
const [present, verified, attested] = [0x01, 0x04, 0x40]

export class SoftAuthenticator {
  readonly id = randomBytes(32)
  readonly #key: KeyObject
  readonly #cose: Buffer
  readonly #origin: string
  #counter = 0

  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    this.#key = privateKey
    this.#origin = origin
    // { 1: 2, 3: -7, -1: 1, -2: x, -3: y } in CBOR
    this.#cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ])
  }

  create({ challenge }: Challenge, mischief: Mischief = {}): object {
    const authData = Buffer.concat([
      this.#head({ flags: present | verified | attested, ...mischief }),
      Buffer.alloc(16),
      Buffer.from([0, this.id.length]),
      this.id,
      this.#cose,
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(authData.length)
    // { "fmt": "none", "attStmt": {}, "authData": bytes } in CBOR
    const attestationObject = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
      length,
      authData,
    ])
    return this.#answer({
      clientDataJSON: b64(this.#clientData('webauthn.create', challenge, mischief)),
      attestationObject: b64(attestationObject),
      transports: ['internal'],
    })
  }

  get({ challenge }: Challenge, mischief: Mischief = {}): object {
    const authenticatorData = this.#head({ counter: ++this.#counter, ...mischief })
    const clientData = this.#clientData('webauthn.get', challenge, mischief)
    const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), this.#key)
    return this.#answer({
      clientDataJSON: b64(clientData),
      authenticatorData: b64(authenticatorData),
      signature: b64(signature),
    })
  }

  #answer(response: object): object {
    const id = b64(this.id)
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }

  #head({ rpId, flags = present | verified, counter = 0 }: Mischief): Buffer {
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(rpId ?? new URL(this.#origin).hostname), head])
  }

  #clientData(type: string, challenge: string, mischief: Mischief): string {
    const { origin = this.#origin } = mischief
    return JSON.stringify({ type: mischief.type ?? type, challenge, origin, crossOrigin: false })
  }
}
