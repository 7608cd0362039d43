export { Auth, type AuthOptions, createAuth } from './auth.ts'
export { defaults } from './defaults.ts'
export { loginRequired } from './login-required.ts'
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
