/** What the pages work with. */
import {
  AccountTokens,
  type Auth,
  createAuth,
  createFolderMailer,
  type Mailer,
  Outbox,
  SecondStep,
  Totp,
} from '@dewar/auth'
import { Passkeys } from '@dewar/auth/passkeys'
import { RateLimit } from '@dewar/security'
import { type App, abort, currentApp } from 'dewar'
import type { User, Users } from './users.ts'

/** How new passwords are hashed, and by whom mail is sent. */
export interface PartOptions {
  passwordMethod: string
  mailer: Mailer | undefined
}

/** Everything the pages share. */
export interface Parts {
  readonly site: string
  readonly passwordMethod: string
  readonly users: Users
  readonly auth: Auth<User>
  readonly outbox: Outbox
  /** How many mails somebody gets, whoever asks for them; of one kind, lest a stranger use up what a reset needs. */
  readonly mailLimits: Readonly<Record<'registration' | 'reset', RateLimit>>
  readonly resets: AccountTokens<User>
  readonly confirmations: AccountTokens<string>
  readonly step: SecondStep<User>
  readonly totp: Totp
  readonly passkeys: Passkeys
}

/** The name of the site, for mails, apps and devices. */
const site = 'Dewar Accounts'

/** What somebody is to do who reads of a change that was not theirs. A new password alone ends no passkey. */
export const notYou =
  'If it was not you, choose a new password at once, then look at your passkeys and your second factor on the account page.\n'

/** Makes the parts, once for an app. */
export function createParts(app: App, users: Users, { passwordMethod, mailer }: PartOptions): Parts {
  const load = (id: string) => users.byId(id)
  const id = (user: User) => user.id
  const auth = createAuth<User>(app, {
    load,
    findByName: (email) => users.byEmail(email),
    passwordHash: (user) => user.password,
    storePasswordHash: (user, hash) => users.setPassword(user, hash),
    passwordMethod,
    loginView: 'login.form',
    refreshView: 'login.refresh',
    loginMessage: 'Please sign in first.',
    needsRefreshMessage: 'Please confirm that it is you.',
  })
  return {
    site,
    passwordMethod,
    users,
    auth,
    outbox: new Outbox(app, mailer ?? createFolderMailer(app)),
    mailLimits: {
      registration: mailLimit(app, 'registration', '5/hour'),
      // For as long as a link lives: who gets no mail has a link that is good, or waits for minutes.
      reset: mailLimit(app, 'reset', '3/15 minutes'),
    },
    resets: new AccountTokens<User>(app, {
      purpose: 'password-reset',
      id,
      load,
      boundTo: (user) => [user.password, user.email],
    }),
    confirmations: new AccountTokens<string>(app, {
      purpose: 'confirm-address',
      maxAge: 3600,
      id: (email) => email,
      load: (email) => (users.byEmail(email) === null ? email : null),
      boundTo: () => [],
    }),
    step: new SecondStep<User>(app, { load, id, boundTo: (user) => [user.password, user.totp] }),
    totp: new Totp(app, { issuer: site }),
    passkeys: new Passkeys(app, { name: site }),
  }
}

function mailLimit(app: App, kind: string, limit: string): RateLimit {
  return new RateLimit({ name: `mail-${kind}`, limit, store: app.sharedStore, now: () => app.now() })
}

/** The parts of the current app. */
export function parts(): Parts {
  return currentApp.extensions.get('accounts') as Parts
}

/** Who is logged in, for views that only such people reach. */
export function currentUser(): User {
  return parts().auth.user ?? abort(401)
}
