/**
 * Mail that nobody waits for.
 *
 * Threat: a form answers sooner when there is nobody to write to, and so tells which addresses have an account.
 * Construction: what is posted is made and sent some random time later, up to a second, when the answer has long left, one
 * mail at a time; what is still to be sent when the app stops is sent before it does. In the same turn, or the next, even the
 * making of a token shows in the time of the answer. A mail that fails is told to the log, without what it says.
 * Defaults: as many as `flowLimits.outboxLength` may wait.
 */
import { AsyncResource } from 'node:async_hooks'
import { randomInt } from 'node:crypto'
import type { App } from 'dewar'
import { flowLimits } from './defaults.ts'
import { checkMail, type Mail, type Mailer } from './mail.ts'

/** Sends mail in the background. */
export class Outbox {
  readonly #app: App
  readonly #mailer: Mailer
  readonly #waiting = new Set<() => void>()
  #count = 0
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
   * Takes a mail and gives nothing to wait for. Pass a function, and looking for the account and making the link are left
   * for later, too, and take no time of the answer; it keeps the request, so that `urlFor` works in it.
   *
   * @param mail the mail, or what makes it; `null` from it sends nothing
   * @throws {DewarError} `ERR_AUTH_MAIL` for a recipient or subject that is none
   */
  post(mail: Mail | (() => Mail | null | Promise<Mail | null>)): void {
    if (typeof mail !== 'function') checkMail(mail)
    if (this.#count >= flowLimits.outboxLength.value) {
      this.#app.logger.error('A mail was dropped: too many wait to be sent.')
      return
    }
    this.#count++
    const start = AsyncResource.bind(() => {
      clearTimeout(timer)
      this.#waiting.delete(start)
      this.#last = this.#last.then(() => this.#send(mail))
    })
    const longest = flowLimits.outboxDelay.value * 1000
    const timer = setTimeout(start, randomInt(longest / 10, longest))
    this.#waiting.add(start)
  }

  /** Sends what waits at once; resolves when all that was posted has been sent or has failed. */
  async drained(): Promise<void> {
    while (this.#count > 0) {
      for (const start of this.#waiting) start()
      await this.#last
    }
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
      this.#count--
    }
  }
}
