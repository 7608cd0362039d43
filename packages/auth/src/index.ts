export { Auth, type AuthOptions, createAuth } from './auth.ts'
export { loginRequired } from './login-required.ts'
export { hashPassword, verifyPassword } from './passwords.ts'
