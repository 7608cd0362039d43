/** What leaves by mail, and the door it leaves through. */
import { DewarError } from '@dewar/base'

/** A mail to one person, in plain text. */
export interface Mail {
  /** One address. */
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The same as HTML, for readers that prefer it. */
  readonly html?: string | undefined
}

/** Sends mail: write one around the client of your provider, or take the folder while there is none. */
export interface Mailer {
  /** Resolves when somebody else has taken charge of the mail. */
  send(mail: Mail): Promise<void>
}

/**
 * Refuses what would add recipients or headers.
 *
 * @throws {DewarError} `ERR_AUTH_MAIL`
 */
export function checkMail({ to, subject }: Mail): void {
  if (!isMailAddress(to)) throw badMail('The recipient is not one address.')
  if (/\p{Cc}/u.test(subject)) throw badMail('The subject has a control character.')
}

/**
 * Whether a text can be one address: something, an at sign, a name with a dot or `localhost`. Whether anybody reads it, only
 * a mail can tell.
 *
 * @param text as typed; spaces around it are no part of an address
 */
export function isMailAddress(text: string): boolean {
  return (
    text.length <= 254 && /^[^\s@,;:<>()[\]\\"\p{Cc}]{1,64}@[\p{L}\p{N}][\p{L}\p{N}.-]{0,190}$/u.test(text)
  )
}

function badMail(message: string): DewarError {
  return new DewarError('ERR_AUTH_MAIL', message, {
    fix: 'Ask isMailAddress(text) when the address is typed, and keep subjects to one line.',
  })
}
