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
