export { Auth, createAuth } from './auth.ts'
export type { AuthOptions, LoginMessage, RememberOptions, ThrottleOptions } from './auth-options.ts'
export type { AuthRequestMessage, AuthSignals, UserMessage } from './auth-signals.ts'
export { browserLabel } from './browser-label.ts'
export { defaults } from './defaults.ts'
export type { ListedLogin } from './listed-logins.ts'
export type { LoginOptions } from './log-in.ts'
export { freshLoginRequired, loginRequired } from './login-required.ts'
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
