/** The clock of the machine. Whatever depends on the time takes it as an option, `now`; this is what is read without one. */

/** Seconds since the epoch, with their fractions. */
export function systemClock(): number {
  return Date.now() / 1000
}
