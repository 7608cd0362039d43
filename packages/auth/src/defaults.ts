/** Every default of this package, with its reason. */
import { settings } from '@dewar/base'
import { passwordDefaults, passwordPolicyDefaults } from './password-defaults.ts'

export { passwordDefaults, passwordLimits, passwordPolicyDefaults } from './password-defaults.ts'

/** How long somebody is remembered, and in which cookie. */
export const rememberDefaults = settings({
  cookieName: {
    value: 'remember_token',
    guards:
      'the __Host- or __Secure- prefix goes before it; a name of its own keeps two apps on one host apart',
    source: 'Flask-Login: REMEMBER_COOKIE_NAME',
  },
  lifetime: {
    value: 2_592_000,
    unit: 's',
    minimum: 60,
    maximum: 34_560_000,
    guards: 'a lost laptop that is logged in for ever; counted from the login, use does not prolong it',
    source: 'ASVS 5.0 V7.3.2, NIST SP 800-63B §4.1.3: 30 days; Flask-Login: 365 days',
  },
  grace: {
    value: 60,
    unit: 's',
    minimum: 0,
    maximum: 600,
    guards: 'parallel requests of one browser, or an answer that was lost, being taken for a theft',
    source: 'the longest time a page takes to load',
  },
  sameSite: {
    value: 'Lax' as 'Lax' | 'Strict',
    choices: ['Lax', 'Strict'],
    guards: 'other sites acting in the name of somebody who is remembered',
    source: 'RFC 6265bis §5.6.7, ASVS 5.0 V3.3.2',
  },
  unsafeDomain: {
    value: null as string | null,
    accepts: 'string',
    optional: true,
    guards: 'every subdomain reading the cookie; a domain drops the __Host- prefix',
    source: 'RFC 6265bis §4.1.3.2; Flask-Login: REMEMBER_COOKIE_DOMAIN',
  },
})

/** How logins are held. */
export const loginDefaults = settings({
  sessionProtection: {
    value: 'basic' as 'basic' | 'strong' | null,
    choices: ['basic', 'strong'],
    optional: true,
    guards: 'a copied session cookie doing what wants a fresh login (basic), or anything at all (strong)',
    source: 'Flask-Login: session_protection, basic',
  },
  freshLifetime: {
    value: null as number | null,
    unit: 's',
    accepts: 'integer',
    optional: true,
    minimum: 1,
    guards: 'a browser left alone doing what wants a fresh login; null for as long as the session',
    source: 'Flask-Login; ASVS 5.0 V7.5.1',
  },
  loginMessage: {
    value: 'Please log in to access this page.' as string | null,
    accepts: 'any',
    optional: true,
    guards: 'visitors who do not know why they see the login page',
    source: 'Flask-Login: LOGIN_MESSAGE',
  },
  loginMessageCategory: {
    value: 'message',
    guards: 'nothing: for choosing a style',
    source: 'Flask-Login: LOGIN_MESSAGE_CATEGORY',
  },
  needsRefreshMessage: {
    value: 'Please reauthenticate to access this page.' as string | null,
    accepts: 'any',
    optional: true,
    guards: 'visitors who do not know why they are asked again',
    source: 'Flask-Login: REFRESH_MESSAGE',
  },
  needsRefreshMessageCategory: {
    value: 'message',
    guards: 'nothing: for choosing a style',
    source: 'Flask-Login: REFRESH_MESSAGE_CATEGORY',
  },
  useSessionForNext: {
    value: false,
    guards: 'nothing: true keeps the way back out of the address',
    source: 'Flask-Login: USE_SESSION_FOR_NEXT',
  },
})

/** How often a password may be tried. */
export const throttleDefaults = settings({
  addressLimit: {
    value: '30/minute; 300/hour',
    guards: 'one machine trying a few passwords of many accounts; failures only are counted',
    source: 'OWASP Credential Stuffing Prevention; generous for offices behind one address',
  },
  accountLimit: {
    value: '5/minute; 20/hour',
    guards: 'one machine trying many passwords of one account: counted by account and address together',
    source: 'ASVS 5.0 V6.3.1; NIST SP 800-63B §3.2.2: 100 failures at most',
  },
  attackThreshold: {
    value: '50/hour',
    guards:
      'many machines trying passwords of one account: over it each address has a single try in ten minutes',
    source: 'NIST SP 800-63B §3.2.2; far above what somebody forgets',
  },
  attackLimit: {
    value: '1/10 minutes',
    guards: 'as attackThreshold; addresses from which the owner has logged in before keep accountLimit',
    source: 'OWASP: Slow Down Online Guessing Attacks with Device Cookies',
  },
})

/** Tokens that are mailed. */
export const tokenDefaults = settings({
  maxAge: {
    value: 900,
    unit: 's',
    minimum: 60,
    maximum: 86_400,
    guards: 'links in old mails',
    source: 'ASVS 5.0 V6.4.1, V6.6.2; OWASP Forgot Password Cheat Sheet',
  },
})

/** The second step of a login. */
export const secondStepDefaults = settings({
  pendingAge: {
    value: 600,
    unit: 's',
    minimum: 30,
    maximum: 3600,
    guards: 'a browser left alone between the password and the code',
    source: 'ASVS 5.0 V6.6.2: ten minutes',
  },
  limit: {
    value: '5/minute; 20/hour',
    guards: 'a million codes being tried by somebody who has the password; counted by account',
    source: 'ASVS 5.0 V6.6.3; RFC 6238 §5.2 with RFC 4226 §7.3',
  },
})

/** Codes from an app: time-based one-time passwords. */
export const totpDefaults = settings({
  driftSteps: {
    value: 1,
    unit: 'count',
    minimum: 0,
    maximum: 2,
    guards: 'codes that stay good for minutes; phones are seldom half a minute wrong',
    source: 'RFC 6238 §5.2: one step',
  },
})

/** Passkeys. */
export const passkeyDefaults = settings({
  challengeAge: {
    value: 300,
    unit: 's',
    minimum: 30,
    maximum: 600,
    guards: 'a challenge that waits for somebody to sign it',
    source: 'WebAuthn Level 3 §15.1: five minutes',
  },
})

/** Sizes and bounds of the flows. */
export const flowLimits = settings({
  credentialIdLength: {
    value: 1400,
    unit: 'count',
    guards: 'long ids being looked for in the table of passkeys',
    source: 'WebAuthn Level 3 §4: a credential id has at most 1023 bytes, 1364 characters in base64url',
  },
  recoveryCodeLength: {
    value: 200,
    unit: 'count',
    guards: 'megabytes being tidied and hashed for a stranger; what is typed beyond it does not count',
    source: 'own: codes have 19 characters, hyphens included',
  },
  claimMargin: {
    value: 60,
    unit: 's',
    guards: 'a token that outlives the note of its use by the leeway of clocks',
    source: 'far above the leeway of @dewar/signing',
  },
  outboxDelay: {
    value: 1,
    unit: 's',
    guards: 'the work of making a mail showing in the time of the answer; each waits a random part of this',
    source: 'measured: an answer took 1.3 ms longer where there was somebody to write to',
  },
  outboxLength: {
    value: 1000,
    unit: 'count',
    guards: 'memory filling with mail while the server of the provider is down',
    source: 'minutes of mail of a busy site',
  },
  totpDigits: { value: 6, unit: 'count', guards: 'guessing', source: 'RFC 6238 §1.2: what every app shows' },
  totpStep: { value: 30, unit: 's', guards: 'codes that live long', source: 'RFC 6238 §5.2' },
  totpSecretBytes: { value: 20, unit: 'bytes', guards: 'guessing', source: 'RFC 4226 §4: 160 bits' },
  recoveryCodes: {
    value: 10,
    unit: 'count',
    guards: 'a lost phone being a lost account',
    source: 'as GitHub and Google: enough for years',
  },
  recoveryCodeBytes: {
    value: 10,
    unit: 'bytes',
    guards: 'guessing, also from a stolen table: 80 random bits need no slow hash',
    source: 'NIST SP 800-63B-4 §3.1.2.1 asks for 20 bits with throttling; 64 where a hash is stolen',
  },
  maxPasskeys: {
    value: 50,
    unit: 'count',
    guards: 'lists that grow without end',
    source: 'far more than anybody has devices',
  },
})

/** Sizes and bounds of what logins keep. */
export const loginLimits = settings({
  sealBytes: {
    value: 16,
    unit: 'bytes',
    guards: 'a seal that another password hash fits by chance',
    source: 'NIST SP 800-107 §5.3.3: 128 bits',
  },
  placeBytes: {
    value: 12,
    unit: 'bytes',
    guards: 'two browsers taken for one; it is compared only',
    source: 'NIST SP 800-107 §5.3.4: at least 64 bits',
  },
  selectorBytes: {
    value: 16,
    unit: 'bytes',
    guards: 'two families with one name',
    source: 'ASVS 5.0 V7.2.3: 128 bits',
  },
  validatorBytes: {
    value: 32,
    unit: 'bytes',
    guards: 'a token that can be guessed',
    source: 'as long as the hash that is kept of it, and as its pad',
  },
  maxLogins: {
    value: 100,
    unit: 'count',
    guards: 'a list that grows with every login of a script: the oldest login ends',
    source: 'ASVS 5.0 V7.1.2: a limit of concurrent sessions; far more than anybody has devices',
  },
  maxRememberCookies: {
    value: 3,
    unit: 'count',
    guards: 'a false cookie of the same name hiding the true one, or many that each ask the store',
    source: 'RFC 6265 §8.6',
  },
  maxReseals: {
    value: 3,
    unit: 'count',
    guards: 'a chain of rehashed passwords that each ask the store',
    source: 'parameters grow once in years',
  },
  familiarLifetime: {
    value: 2_592_000,
    unit: 's',
    guards: 'an address that was once the owner’s being trusted for ever',
    source: 'as long as a login is remembered',
  },
  lockTimeout: {
    value: 5,
    unit: 's',
    guards: 'two requests undoing each other; and a killed process locking an account for ever',
    source: 'as for sessions',
  },
})

/** Schemes of `Authorization` that no browser sends by itself: another site cannot use them. */
export const csrfFreeSchemes: readonly string[] = Object.freeze(['bearer', 'dpop', 'token'])

/** Every setting of this package by option name. */
export const defaults = settings({
  ...passwordDefaults,
  ...passwordPolicyDefaults,
  ...loginDefaults,
  ...throttleDefaults,
  ...tokenDefaults,
  ...secondStepDefaults,
  ...totpDefaults,
  ...passkeyDefaults,
})
