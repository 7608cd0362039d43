/**
 * The way to a provider and back: authorization code flow with state, nonce and PKCE.
 *
 * What the browser took along stands in its session: which provider, and the three secrets. The way back takes it out, and
 * the state is claimed in the app's shared store, so that an answer is worth something once, in one browser, from the
 * provider that was asked.
 */
import { createHash } from 'node:crypto'
import type { Auth } from '@dewar/auth'
import {
  abort,
  createBlueprint,
  currentApp,
  flash,
  redirect,
  renderTemplate,
  reportSecurityEvent,
  request,
  session,
  urlFor,
} from 'dewar'
import * as client from 'openid-client'
import type { Providers } from './providers.ts'
import type { User, Users } from './users.ts'

declare module 'dewar' {
  interface SessionData {
    /** The way to a provider that has not come back yet. */
    oidc: string
  }
}

/** What is kept between leaving and coming back. */
interface Journey {
  readonly provider: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly next: string | null
  /** Seconds since the epoch. */
  readonly ends: number
}

/** What the views need. */
export interface SignInParts {
  readonly auth: Auth<User>
  readonly providers: Providers
  readonly users: Users
  /** Seconds since the epoch. */
  readonly now: () => number
}

/** How long somebody may take at the provider, in seconds. */
const JOURNEY = 600

export const bp = createBlueprint('signIn')

bp.get('/login', { endpoint: 'form', access: 'public' }, () =>
  renderTemplate('login.html', { providers: parts().providers.all, next: request.args.get('next') ?? '' }),
)

/** A link, since the policy of this site lets no form lead elsewhere; it works on this site only. */
bp.get(
  '/login/<provider>',
  { endpoint: 'leave', access: 'public', limit: '30/minute' },
  async ({ provider }) => {
    const { providers, now } = parts()
    const from = request.secFetchSite
    if (from !== null && from !== 'same-origin' && from !== 'none') return redirect(urlFor('signIn.form'))
    const configuration = (await providers.find(provider)) ?? abort(404)
    const journey: Journey = {
      provider,
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      next: request.args.get('next') ?? null,
      ends: now() + JOURNEY,
    }
    session.set('oidc', JSON.stringify(journey))
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: callbackOf(provider),
      scope: 'openid profile',
      state: journey.state,
      nonce: journey.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(journey.verifier),
      code_challenge_method: 'S256',
    })
    // It leads to the provider that the settings name.
    return redirect(url.href, { unsafeExternal: true })
  },
)

bp.get(
  '/login/<provider>/callback',
  { endpoint: 'comeBack', access: 'public', limit: '30/minute' },
  async ({ provider }) => {
    const { auth, providers, users } = parts()
    const configuration = (await providers.find(provider)) ?? abort(404)
    const journey = await takeJourney(provider)
    if (journey === null) return refuse('no-journey')
    const url = new URL(callbackOf(provider))
    url.search = request.queryString
    try {
      // Checks state, issuer of the answer, PKCE, and of the ID token: signature, issuer, audience, times and nonce.
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: journey.verifier,
        expectedState: journey.state,
        expectedNonce: journey.nonce,
        idTokenExpected: true,
      })
      const { iss, sub, name } = tokens.claims() ?? abort(400)
      auth.login(users.enter(iss, sub, typeof name === 'string' ? name.slice(0, 80) : sub))
    } catch (error) {
      // What the provider, or whoever wrote the address, says goes into the log and not into the page.
      currentApp.logger.warn({ err: error, provider }, 'A sign-in was refused.')
      return refuse('answer')
    }
    return redirect(journey.next, { fallback: urlFor('index') })
  },
)

bp.post('/logout', { endpoint: 'logout', access: 'public' }, () => {
  parts().auth.logout()
  return redirect(urlFor('signIn.form'))
})

/** The address registered at the provider: of the settings, never of the request. */
function callbackOf(provider: string): string {
  return urlFor('signIn.comeBack', { provider }, { canonical: true })
}

/** What this browser took along to this provider, once. */
async function takeJourney(provider: string): Promise<Journey | null> {
  const text = session.get('oidc')
  session.delete('oidc')
  if (text === undefined) return null
  const journey = JSON.parse(text) as Journey
  if (journey.provider !== provider || parts().now() >= journey.ends) return null
  const claim = createHash('sha256').update(journey.state).digest('base64url')
  return (await currentApp.sharedStore.add(`oidc:${claim}`, '1', { ttl: JOURNEY })) ? journey : null
}

function refuse(reason: string) {
  reportSecurityEvent('login-failed', { reason: `oidc-${reason}` })
  flash('That did not work. Please try again.')
  return redirect(urlFor('signIn.form'))
}

function parts(): SignInParts {
  return currentApp.extensions.get('signIn') as SignInParts
}
