/** Who vouches for people: OpenID providers, each with its own way back. */
import {
  allowInsecureRequests,
  ClientSecretPost,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client'

/** A provider, as it is registered there. */
export interface ProviderOptions {
  /** In addresses: `/login/<name>/callback` is the redirect URI to register. */
  readonly name: string
  /** For people. */
  readonly title: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Providers by name; what they say of themselves is read at the first use. */
export class Providers {
  readonly all: readonly ProviderOptions[]
  readonly #unsafeHttp: boolean
  readonly #configurations = new Map<string, Promise<Configuration>>()

  /** @param unsafeHttp whether providers are asked in clear text: on this machine, in tests */
  constructor(all: readonly ProviderOptions[], unsafeHttp: boolean) {
    this.all = all
    this.#unsafeHttp = unsafeHttp
  }

  /** @returns `null` for a name that is none of ours: nothing is ever asked of an address that came from outside */
  async find(name: string): Promise<Configuration | null> {
    const options = this.all.find((provider) => provider.name === name)
    if (options === undefined) return null
    let found = this.#configurations.get(name)
    if (found === undefined) {
      found = this.#discover(options)
      this.#configurations.set(name, found)
      // A provider that was down is asked again.
      found.catch(() => this.#configurations.delete(name))
    }
    return found
  }

  #discover({ issuer, clientId, clientSecret }: ProviderOptions): Promise<Configuration> {
    // The signature of the ID token is checked too, although it comes straight from the provider.
    const execute = [enableNonRepudiationChecks, ...(this.#unsafeHttp ? [allowInsecureRequests] : [])]
    return discovery(new URL(issuer), clientId, undefined, ClientSecretPost(clientSecret), { execute })
  }
}
