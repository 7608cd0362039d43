/** The log as a person reads it, in debug mode: one line a record with what it holds, the stack below it. */
import { type DestinationStream, pino } from 'pino'

const colours: Readonly<Record<number, string>> = { 40: '\x1b[33m', 50: '\x1b[31m', 60: '\x1b[31m' }

/** What every record holds, and what stands in the stack. */
const always: ReadonlySet<string> = new Set([
  'level',
  'time',
  'pid',
  'hostname',
  'name',
  'requestId',
  'msg',
  'err',
  'fix',
  'securityEvent',
])

/** What the framework says of the request, whose own line tells it. */
const ofRequest: ReadonlySet<string> = new Set([
  'method',
  'path',
  'status',
  'duration',
  'remoteAddr',
  'endpoint',
])

/** Writes to standard error. @internal */
export function readableLines(): DestinationStream {
  const colour = process.stderr.isTTY && process.env['NO_COLOR'] === undefined
  return { write: (line: string) => void process.stderr.write(readableLine(line, colour)) }
}

/**
 * @param line one record, as JSON
 * @param colour whether warnings and errors are coloured
 * @internal
 */
export function readableLine(line: string, colour: boolean): string {
  const record: Readonly<Record<string, unknown>> & { err?: { stack?: unknown } } = JSON.parse(line)
  const { level, time, msg, err } = record
  const label = String(pino.levels.labels[Number(level)] ?? level)
    .toUpperCase()
    .padEnd(5)
  const text = `${String(time).slice(11, 19)} ${label} ${printable(String(msg ?? ''))}${fieldsOf(record)}`
  const stack = err?.stack === undefined ? '' : `\n${err.stack}`
  const start = colour ? (colours[Number(level)] ?? '') : ''
  return `${start}${text}${start === '' ? '' : '\x1b[0m'}${stack}\n`
}

function fieldsOf(record: Readonly<Record<string, unknown>>): string {
  const framework = 'err' in record || ('remoteAddr' in record && 'endpoint' in record)
  return Object.entries(record)
    .filter(([name]) => !always.has(name) && !(framework && ofRequest.has(name)))
    .map(([name, value]) => ` ${printable(name)}=${printable(JSON.stringify(value))}`)
    .join('')
}

/** Text from a client cannot move the cursor or start a line of its own. */
function printable(text: string): string {
  return text.replace(
    /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
