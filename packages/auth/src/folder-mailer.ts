/** The embedded mailer: a folder that only this user can read, and a line in the log without what the mail says. */
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from 'dewar'
import { checkMail, type Mail, type Mailer } from './mail.ts'

/** Where the mails go. */
export interface FolderMailerOptions {
  /** The folder; `mail` in the app's instance folder by default. It is made if it is missing. */
  readonly folder?: string | undefined
}

/**
 * A mailer for development and tests: every mail becomes a file that mail programs open. The log names the recipient and the
 * file; a token that lets somebody in never gets into the log.
 *
 * @param app whose instance folder and log
 */
export function createFolderMailer(app: App, options: FolderMailerOptions = {}): Mailer {
  const folder = options.folder ?? join(app.instancePath, 'mail')
  return {
    async send(mail) {
      checkMail(mail)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const date = new Date(app.now() * 1000)
      const stamp = date.toISOString().replaceAll(/[:.]/g, '-')
      const file = join(folder, `${stamp}-${randomBytes(4).toString('hex')}.eml`)
      await writeFile(file, serialize(mail, date), { mode: 0o600, flag: 'wx' })
      app.logger.info({ to: mail.to, subject: mail.subject, file }, 'A mail was put into the folder.')
    },
  }
}

/* RFC 5322; RFC 2047 for a subject that is not ASCII; RFC 2046 where there are two versions. */
function serialize({ to, subject, text, html }: Mail, date: Date): string {
  const head = [
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `To: ${to}`,
    `Subject: ${encode(subject)}`,
  ]
  const part = (type: string, content: string) =>
    `Content-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${lines(content)}\r\n`
  const start = `${head.join('\r\n')}\r\nMIME-Version: 1.0\r\n`
  if (html === undefined) return start + part('plain', text)
  const boundary = randomBytes(12).toString('hex')
  const open = `\r\n--${boundary}\r\n`
  return `${start}Content-Type: multipart/alternative; boundary=${boundary}\r\n${open}${part('plain', text)}${open}${part('html', html)}\r\n--${boundary}--\r\n`
}

function encode(subject: string): string {
  return /^[\x20-\x7e]*$/.test(subject) ? subject : `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`
}

function lines(text: string): string {
  return text.replaceAll(/\r\n|\r|\n/g, '\r\n')
}
