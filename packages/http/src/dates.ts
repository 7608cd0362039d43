/**
 * Moments and ages in headers.
 *
 * ```
 * IMF-fixdate = day-name "," SP 2DIGIT SP month SP 4DIGIT SP time SP GMT   ; RFC 9110 §5.6.7
 * ```
 */
import { DewarError, systemClock } from '@dewar/base'

// Written by hand: `toUTCString` takes five times as long, and every cookie with a lifetime has a date.
const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTHS = MONTH_NAMES.map((name) => name.toLowerCase())
const ZONES: ReadonlyMap<string, number> = new Map([
  ['ut', 0],
  ['utc', 0],
  ['gmt', 0],
  ['z', 0],
  ['ast', -400],
  ['adt', -300],
  ['est', -500],
  ['edt', -400],
  ['cst', -600],
  ['cdt', -500],
  ['mst', -700],
  ['mdt', -600],
  ['pst', -800],
  ['pdt', -700],
])
const MAX_LENGTH = 64

// Sun, 06 Nov 1994 08:49:37 GMT and its mail relatives: weekday, seconds and zone may be absent.
const IMF =
  /^(?:[a-z]+\s*,\s*|[a-z]+\s+)?(\d{1,2})(?:\s+([a-z]{3})[a-z]*\s+|-([a-z]{3})[a-z]*-)(\d{2,4})\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:\s+([+-]\d{4}|[a-z]+))?$/i
// Sun Nov  6 08:49:37 1994
const ASCTIME = /^[a-z]+\s+([a-z]{3})[a-z]*\s+(\d{1,2})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})\s+(\d{4})$/i

/**
 * Writes a moment for a header, in whole seconds.
 *
 * @param moment a date, or seconds since 1970; now by default
 * @throws {DewarError} `ERR_HTTP_DATE` if that is no moment
 * @see RFC 9110 §5.6.7; Werkzeug: `http_date`
 */
export function httpDate(moment: Date | number = systemClock()): string {
  const date = moment instanceof Date ? moment : new Date(Math.floor(moment) * 1000)
  if (Number.isNaN(date.getTime())) {
    throw new DewarError('ERR_HTTP_DATE', 'This is no moment that a header could name.', {
      fix: 'Pass a valid Date, or seconds since 1970.',
    })
  }
  const year = date.getUTCFullYear()
  if (year < 1000 || year > 9999) return date.toUTCString()
  const day = `${DAY_NAMES[date.getUTCDay()]}, ${twoDigits(date.getUTCDate())}`
  const time = `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())}`
  return `${day} ${MONTH_NAMES[date.getUTCMonth()]} ${year} ${time} GMT`
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}

/**
 * Reads a moment. Takes the three forms of HTTP and the related ones of mail.
 *
 * @param value the header's value
 * @returns `null` if there is none or it is no date
 * @see RFC 9110 §5.6.7, RFC 5322 §3.3; Werkzeug: `parse_date`
 */
export function parseHttpDate(value: string | null | undefined): Date | null {
  if (value === null || value === undefined || value.length > MAX_LENGTH) return null
  const text = value.trim()
  const imf = IMF.exec(text)
  if (imf !== null) {
    const [, day, spaced, hyphenated, year, hours, minutes, seconds = '0', zone = 'gmt'] = imf
    return makeDate([year, spaced ?? hyphenated, day, hours, minutes, seconds], zone)
  }
  const asctime = ASCTIME.exec(text)
  if (asctime === null) return null
  const [, month, day, hours, minutes, seconds, year] = asctime
  return makeDate([year, month, day, hours, minutes, seconds], 'gmt')
}

/**
 * Reads a duration such as that of `Age`.
 *
 * @param value the header's value
 * @returns seconds, or `null` if there is none or it is malformed or negative
 * @see RFC 9110 §5.6.7 delta-seconds
 */
export function parseAge(value: string | null | undefined): number | null {
  if (value === null || value === undefined || !/^\s*\d+\s*$/.test(value)) return null
  const seconds = Number(value)
  return Number.isSafeInteger(seconds) ? seconds : null
}

/**
 * Writes a duration.
 *
 * @param seconds zero or more; fractions are cut off
 * @throws {DewarError} `ERR_HTTP_AGE` if negative or not finite
 */
export function serializeAge(seconds: number): string {
  if (seconds >= 0 && Number.isFinite(seconds)) return String(Math.trunc(seconds))
  throw new DewarError('ERR_HTTP_AGE', `An age cannot be ${seconds} seconds.`, { fix: 'Pass zero or more.' })
}

type Fields = readonly (string | undefined)[]

function makeDate([year = '', month = '', ...rest]: Fields, zone: string): Date | null {
  const monthIndex = MONTHS.indexOf(month.toLowerCase())
  const [day = 0, hours = 0, minutes = 0, seconds = 0] = rest.map(Number)
  const offset = zoneOffset(zone.toLowerCase())
  if (monthIndex < 0 || hours > 23 || minutes > 59 || seconds > 60 || offset === null) return null
  const date = new Date(0)
  date.setUTCFullYear(fullYear(Number(year), year.length), monthIndex, day)
  if (date.getUTCDate() !== day || date.getUTCMonth() !== monthIndex) return null
  date.setUTCHours(hours, minutes, Math.min(seconds, 59))
  return new Date(date.getTime() - offset * 60_000)
}

/** Two digits mean the nearer century, as in mail. */
function fullYear(year: number, digits: number): number {
  if (digits > 2) return year
  return year > 68 ? 1900 + year : 2000 + year
}

/** The zone's distance from UTC in minutes; `null` if unknown. */
function zoneOffset(zone: string): number | null {
  const number = ZONES.get(zone) ?? (/^[+-]\d{4}$/.test(zone) ? Number(zone) : undefined)
  if (number === undefined) return /^[a-z]+$/.test(zone) ? 0 : null
  return Math.sign(number) * (Math.trunc(Math.abs(number) / 100) * 60 + (Math.abs(number) % 100))
}
