/** `SECRET_KEY=… node main.ts`: the app on http://localhost:8000, with mails on the screen. */
import { randomBytes, scryptSync } from 'node:crypto'
import { keyRingFromEnv } from '@dewar/signing'
import { createApp } from './app.ts'
import { createLinks } from './links.ts'

function hashPassword(password: string): string {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}$${scryptSync(password, salt, 32).toString('base64url')}`
}

const origin = 'http://localhost:8000'
const links = createLinks(keyRingFromEnv())
const ann = { id: '7', email: 'ann@mail.example', passwordHash: hashPassword('an old password') }
const app = createApp({
  links,
  origin,
  hashPassword,
  users: new Map([[ann.id, ann]]),
  files: new Map([['report.txt', 'All is well.\n']]),
  mail: (to, text) => console.log(`Mail to ${to}: ${text}`),
})
app.listen(8000, '127.0.0.1', () => {
  console.log(`curl -d email=${ann.email} ${origin}/forgot`)
  console.log(`curl '${origin}/files/report.txt?token=${links.downloadToken('/files/report.txt')}'`)
})
