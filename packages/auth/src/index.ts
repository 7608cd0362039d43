export { Auth, type AuthOptions, createAuth } from './auth.ts'
export { loginRequired } from './login-required.ts'
export { TooManyPasswords } from './password-work.ts'
export { hashPassword, verifyPassword } from './passwords.ts'
