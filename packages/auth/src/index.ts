export { AccountTokens, type AccountTokensOptions, type TokenUse } from './account-tokens.ts'
export { Auth, createAuth } from './auth.ts'
export type { AuthOptions, LoginMessage, RememberOptions, ThrottleOptions } from './auth-options.ts'
export type { AuthRequestMessage, AuthSignals, UserMessage } from './auth-signals.ts'
export { browserLabel } from './browser-label.ts'
export { defaults } from './defaults.ts'
export { createFolderMailer, type FolderMailerOptions } from './folder-mailer.ts'
export type { ListedLogin } from './listed-logins.ts'
export type { LoginOptions } from './log-in.ts'
export { freshLoginRequired, loginRequired } from './login-required.ts'
export { isMailAddress, type Mail, type Mailer } from './mail.ts'
export { Outbox } from './outbox.ts'
export {
  type CheckPasswordOptions,
  checkPassword,
  type PasswordCheck,
  type PasswordProblem,
} from './password-policy.ts'
export {
  type HashPasswordOptions,
  hashPassword,
  type PasswordVerdict,
  TooManyPasswords,
  type VerifyPasswordOptions,
  verifyPassword,
} from './passwords.ts'
export {
  createPermissions,
  hasRole,
  Permissions,
  type PermissionsOptions,
  type PolicyAction,
  type PolicyObject,
  requireRole,
} from './permissions.ts'
export {
  type AnyPolicy,
  definePolicy,
  Policy,
  type PolicyLoader,
  type PolicyOptions,
  type PolicyResource,
  type PolicyRule,
  type PolicyRules,
} from './policy.ts'
export { createRecoveryCodes, hashRecoveryCode, type RecoveryCodes } from './recovery-codes.ts'
export { type PendingLogin, SecondStep, type SecondStepOptions } from './second-step.ts'
export { createTotpSecret, Totp, type TotpAttempt, type TotpOptions, totpCode } from './totp.ts'
