/**
 * Mail that nobody waits for.
 *
 * Threat: a form answers sooner when there is nobody to write to, and so tells which addresses have an account.
 * Construction: what is posted is sent after the answer has left, one mail at a time; what is still to be sent when the app
 * stops is sent before it does. A mail that fails is told to the log, without what it says.
 * Defaults: as many as `flowLimits.outboxLength` may wait.
 */
import type { App } from 'dewar'
import { flowLimits } from './defaults.ts'
import { checkMail, type Mail, type Mailer } from './mail.ts'

/** Sends mail in the background. */
export class Outbox {
  readonly #app: App
  readonly #mailer: Mailer
  #waiting = 0
  #last: Promise<void> = Promise.resolve()

  /**
   * @param app whose log hears of failures; it waits for the rest when it stops
   * @param mailer what sends
   */
  constructor(app: App, mailer: Mailer) {
    this.#app = app
    this.#mailer = mailer
    app.onStop(() => this.drained())
  }

  /**
   * Takes a mail and gives nothing to wait for. The work of making it may be left for later, too, by passing a function.
   *
   * @param mail the mail, or what makes it; `null` from it sends nothing
   * @throws {DewarError} `ERR_AUTH_MAIL` for a recipient or subject that is none
   */
  post(mail: Mail | (() => Mail | null | Promise<Mail | null>)): void {
    if (typeof mail !== 'function') checkMail(mail)
    if (this.#waiting >= flowLimits.outboxLength.value) {
      this.#app.logger.error('A mail was dropped: too many wait to be sent.')
      return
    }
    this.#waiting++
    // One after the other, and never in the same turn as the answer.
    this.#last = this.#last.then(nextTurn).then(() => this.#send(mail))
  }

  /** Resolves when all that was posted has been sent or has failed. */
  async drained(): Promise<void> {
    while (this.#waiting > 0) await this.#last
  }

  async #send(mail: Mail | (() => Mail | null | Promise<Mail | null>)): Promise<void> {
    try {
      const made = typeof mail === 'function' ? await mail() : mail
      if (made === null) return
      checkMail(made)
      await this.#mailer.send(made)
    } catch (err) {
      this.#app.logger.error({ err }, 'A mail could not be sent.')
    } finally {
      this.#waiting--
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
