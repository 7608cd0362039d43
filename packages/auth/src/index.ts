export { Auth, type AuthOptions, createAuth } from './auth.ts'
export { loginRequired } from './login-required.ts'
