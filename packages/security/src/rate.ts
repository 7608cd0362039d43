/** Rates as text: `5/minute`, `10 per hour`, `100 per 2 hours; 10/minute`. */
import { badRate } from './errors.ts'

/** So many times in so many seconds. */
export interface Rate {
  /** How often. */
  readonly count: number
  /** The length of the window in seconds. */
  readonly seconds: number
}

const secondsOf: ReadonlyMap<string, number> = new Map([
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
])

/*
 * rate = count ( "/" / "per" ) [ multiple ] unit
 * unit = ( "second" / "minute" / "hour" / "day" ) [ "s" ]
 */
const grammar = /^(\d{1,9})\s*(?:\/|\s+per\s+)\s*(?:(\d{1,6})\s*)?(second|minute|hour|day)s?$/i

/**
 * Reads one rate.
 *
 * @param text such as `5/minute`, `100 per hour`, `5 per 2 minutes`
 * @returns count and window
 * @throws {DewarError} `ERR_SECURITY_RATE` if it is no rate, or one of zero
 * @see Flask-Limiter: rate limit string notation
 */
export function parseRate(text: string): Rate {
  const match = grammar.exec(text.trim())
  if (match === null) throw badRate(text)
  const [, count = '', multiple = '1', unit = ''] = match
  const rate = { count: Number(count), seconds: Number(multiple) * (secondsOf.get(unit.toLowerCase()) ?? 0) }
  if (!isRate(rate)) throw badRate(text)
  return Object.freeze(rate)
}

/**
 * Reads several rates that all hold.
 *
 * @param text rates with `;` between them
 * @throws {DewarError} `ERR_SECURITY_RATE`
 */
export function parseRates(text: string): readonly Rate[] {
  return Object.freeze(text.split(';').map(parseRate))
}

/** Checks a rate given as data. */
export function checkRate(rate: Rate): void {
  if (!isRate(rate)) throw badRate(`${rate.count} in ${rate.seconds} seconds`)
}

function isRate({ count, seconds }: Rate): boolean {
  return Number.isSafeInteger(count) && Number.isSafeInteger(seconds) && count > 0 && seconds > 0
}
