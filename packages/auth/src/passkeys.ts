/**
 * Passkeys: keys that live on a device and sign for this site only. Needs `@simplewebauthn/server`.
 *
 * Threat: a signature made for another site, or made once and sent twice; a challenge chosen by the attacker; a copied
 * authenticator.
 * Construction: site and origin come from the settings (`siteOrigin`), never from the request. A challenge stands in the
 * session of whoever asked for it, for one kind of use and a short time, and is claimed in the app's shared store when it is
 * used: not even a copied session can use it again. The device has to ask its owner (user verification), so that a passkey is
 * two factors in one. The counter has to grow where a device keeps one.
 * Defaults: five minutes, verification required, no attestation: who made the device is nobody's business.
 *
 * @see WebAuthn Level 3 §7
 */
import { createHash, randomBytes } from 'node:crypto'
import { resolveSettings, type SettingsOptions, type SettingsValues } from '@dewar/base'
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { type App, reportSecurityEvent, siteOrigin, useContext } from 'dewar'
import { flowLimits, passkeyDefaults } from './defaults.ts'

declare module 'dewar' {
  interface SessionData {
    /** The challenge of a passkey, kept by `@dewar/auth`. */
    _passkey: string
  }
}

/** Options of {@link Passkeys}. */
export interface PasskeysOptions extends SettingsOptions<typeof passkeyDefaults> {
  /** The name of the site, as the device shows it. */
  readonly name: string
}

/** What is kept of a passkey, with its account. */
export interface Passkey {
  /** Unique among all accounts; base64url. */
  readonly id: string
  /** COSE. */
  readonly publicKey: Uint8Array
  readonly counter: number
  /** How the device can be reached; pass it on as it is. */
  readonly transports: readonly string[]
}

/** Whose passkey is to be made. */
export interface PasskeyOwner {
  /** The id of the account; the device sees a hash of it. */
  readonly id: string | number
  /** What the device shows to tell accounts apart, such as the address. */
  readonly name: string
  readonly displayName?: string | undefined
  /** The passkeys that the account has: a device does not make a second one. */
  readonly passkeys: readonly Pick<Passkey, 'id' | 'transports'>[]
}

/** Registers passkeys and logs in with them. */
export class Passkeys {
  readonly #app: App
  readonly #name: string
  readonly #settings: SettingsValues<typeof passkeyDefaults>

  /** @throws {DewarError} `ERR_AUTH_OPTION` */
  constructor(app: App, options: PasskeysOptions) {
    const { name, ...rest } = options
    this.#app = app
    this.#name = name
    this.#settings = resolveSettings('auth', passkeyDefaults, rest)
  }

  /**
   * What the browser's `navigator.credentials.create` wants, as JSON. Ask for a fresh login first: a passkey is a way in.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_ORIGIN`
   */
  async beginRegistration(owner: PasskeyOwner): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const options = await generateRegistrationOptions({
      rpName: this.#name,
      rpID: new URL(siteOrigin()).hostname,
      userID: userHandle(owner.id),
      userName: owner.name,
      userDisplayName: owner.displayName ?? owner.name,
      challenge: new Uint8Array(randomBytes(32)),
      timeout: this.#settings.challengeAge * 1000,
      attestationType: 'none',
      excludeCredentials: owner.passkeys
        .slice(0, flowLimits.maxPasskeys.value)
        .map(({ id, transports }) => ({ id, transports: transports as AuthenticatorTransport[] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    this.#keep('create', options.challenge, String(owner.id))
    return options
  }

  /**
   * Checks what the browser answered.
   *
   * @param owner the id of the account that began
   * @param response as the browser sent it, unchecked
   * @returns the passkey to store, or `null` for whatever is wrong. Its id must be unique in the table
   */
  async finishRegistration(owner: string | number, response: unknown): Promise<Passkey | null> {
    const challenge = await this.#take('create', String(owner))
    if (challenge === null) return null
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        ...this.#expected(challenge),
      })
      if (!verified || registrationInfo === undefined) return null
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential
      return { id, publicKey, counter, transports: transports.map(String) }
    } catch {
      return null // it throws for what is malformed and for what is forged
    }
  }

  /**
   * What the browser's `navigator.credentials.get` wants, as JSON. It names no account, and so tells nothing about any.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_ORIGIN`
   */
  async beginLogin(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const options = await generateAuthenticationOptions({
      rpID: new URL(siteOrigin()).hostname,
      challenge: new Uint8Array(randomBytes(32)),
      timeout: this.#settings.challengeAge * 1000,
      userVerification: 'required',
    })
    this.#keep('get', options.challenge, '')
    return options
  }

  /**
   * Checks what the browser answered.
   *
   * @param response as the browser sent it, unchecked
   * @param find the stored passkey of an id
   * @returns the stored passkey with its new `counter`, to be stored; `null` for whatever is wrong
   */
  async finishLogin<Stored extends Passkey>(
    response: unknown,
    find: (id: string) => Stored | null | undefined | Promise<Stored | null | undefined>,
  ): Promise<Stored | null> {
    const challenge = await this.#take('get', '')
    const stored = challenge === null ? null : await findStored(response, find)
    const passkey =
      stored === null || challenge === null ? null : await this.#verify(response, stored, challenge)
    if (passkey === null) reportSecurityEvent('login-failed', { reason: 'passkey' })
    return passkey
  }

  async #verify<Stored extends Passkey>(
    response: unknown,
    stored: Stored,
    challenge: string,
  ): Promise<Stored | null> {
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        ...this.#expected(challenge),
        credential: {
          id: stored.id,
          publicKey: new Uint8Array(stored.publicKey),
          counter: stored.counter,
        },
      })
      return verified ? { ...stored, counter: authenticationInfo.newCounter } : null
    } catch {
      return null
    }
  }

  #expected(expectedChallenge: string) {
    const expectedOrigin = siteOrigin()
    const expectedRPID = new URL(expectedOrigin).hostname
    return { expectedChallenge, expectedOrigin, expectedRPID, requireUserVerification: true }
  }

  #keep(use: 'create' | 'get', challenge: string, account: string): void {
    const ends = Math.floor(this.#app.now()) + this.#settings.challengeAge
    useContext('passkeys').session.set('_passkey', JSON.stringify([use, challenge, account, ends]))
  }

  /** The challenge of this session, once. */
  async #take(use: 'create' | 'get', account: string): Promise<string | null> {
    const { session } = useContext('passkeys')
    const text = session.get('_passkey')
    if (text === undefined) return null
    session.delete('_passkey')
    const [kept, challenge, owner, ends] = JSON.parse(text) as [string, string, string, number]
    if (kept !== use || owner !== account || this.#app.now() >= ends) return null
    const key = `auth:passkey:${createHash('sha256').update(challenge).digest('base64url')}`
    const ttl = this.#settings.challengeAge + flowLimits.claimMargin.value
    return (await this.#app.sharedStore.add(key, '1', { ttl })) ? challenge : null
  }
}

async function findStored<Stored extends Passkey>(
  response: unknown,
  find: (id: string) => Stored | null | undefined | Promise<Stored | null | undefined>,
): Promise<Stored | null> {
  const id: unknown = typeof response === 'object' && response !== null ? Reflect.get(response, 'id') : null
  if (typeof id !== 'string' || id.length > flowLimits.credentialIdLength.value) return null
  return (await find(id)) ?? null
}

/** At most 64 bytes that name nobody. */
function userHandle(id: string | number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(`passkey-user\0${id}`).digest())
}
