/** Registering, logging in and out. Flask's tutorial: `flaskr/auth.py`. */
import { type Auth, hashPassword } from '@dewar/auth'
import { abort, createBlueprint, currentApp, flash, redirect, renderTemplate, request, urlFor } from 'dewar'
import { getDb, type User } from './db.ts'

/** The most characters of a name and of a password. */
const MAX_USERNAME = 64
const MAX_PASSWORD = 1000

/** Characters that show nothing or turn the line around, which would let one name look like another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

export const bp = createBlueprint('auth', { urlPrefix: '/auth' })

export const register = bp.route('/register', { methods: ['GET', 'POST'] }, async function register() {
  let username = ''
  if (request.method === 'POST') {
    const form = await request.form()
    username = form.require('username').trim().normalize('NFC')
    const password = form.require('password')
    let error = checkNewUser(username, password)

    if (error === null) {
      const { changes } = getDb()
        .prepare('INSERT INTO user (username, password) VALUES (?, ?) ON CONFLICT (username) DO NOTHING')
        .run(username, await hashPassword(password))
      if (changes === 1) return redirect(urlFor(login))
      error = `User ${username} is already registered.`
    }

    flash(error)
  }

  return renderTemplate('auth/register.html', { username })
})

export const login = bp.route('/login', { methods: ['GET', 'POST'] }, async function login() {
  let username = ''
  if (request.method === 'POST') {
    const form = await request.form()
    username = form.require('username').trim().normalize('NFC')
    // Says `null` for a wrong name as for a wrong password, after the same work; too many tries are a 429.
    const user = await getAuth().authenticate(username, form.require('password'))

    if (user !== null && getAuth().login(user, { remember: form.has('remember') })) {
      return getAuth().redirectBack(urlFor('blog.index'))
    }

    flash('Incorrect username or password.')
  }

  return renderTemplate('auth/login.html', { username })
})

/** The page's own button posts here, with the CSRF token in its form. */
export const logout = bp.post('/logout', function logout() {
  getAuth().logout()
  return redirect(urlFor('blog.index'))
})

/**
 * The tutorial's link. A link on another site must not log anybody out, so that a visitor from there is asked first;
 * the browser says where a visit comes from (`none`: typed or bookmarked), and what says nothing is no browser.
 */
export const logoutByLink = bp.get('/logout', function logoutByLink() {
  const from = request.secFetchSite
  if (from !== null && from !== 'same-origin' && from !== 'none') return renderTemplate('auth/logout.html')
  return logout({})
})

/** The user of a session. */
export function loadUser(id: string): User | undefined {
  return getDb().prepare('SELECT * FROM user WHERE id = ?').get(Number(id)) as User | undefined
}

/** The user of a name. */
export function findUser(username: string): User | undefined {
  return getDb().prepare('SELECT * FROM user WHERE username = ?').get(username) as User | undefined
}

/** Keeps a hash that has grown stronger than the one before. */
export function storePasswordHash({ id }: User, hash: string): void {
  getDb().prepare('UPDATE user SET password = ? WHERE id = ?').run(hash, id)
}

/** Who is logged in, for views that only such people reach. */
export function currentUser(): User {
  return getAuth().user ?? abort(401)
}

function getAuth(): Auth<User> {
  return currentApp.extensions.get('auth') as Auth<User>
}

function checkNewUser(username: string, password: string): string | null {
  if (username === '') return 'Username is required.'
  if (username.length > MAX_USERNAME) return `Username is too long: ${MAX_USERNAME} characters are the most.`
  if (UNSEEN.test(username)) return 'Username has a character that cannot be seen.'
  if (password === '') return 'Password is required.'
  if (password.length > MAX_PASSWORD) return `Password is too long: ${MAX_PASSWORD} characters are the most.`
  return null
}
