/**
 * What the text of a form can stand for. A schema is asked with the first candidate of each field; where it refuses one,
 * with the next. So a schema says `number` and gets one, whichever library it is of.
 *
 * | sent | candidates, in order |
 * |---|---|
 * | nothing | absent, `false` (a box not ticked), `[]` (nothing chosen) |
 * | a blank field | `''`, absent, `null` |
 * | `12`, `-0.5` | the text, the number; `1.0` where numbers need not be whole |
 * | `true`, `false`, `on` | the text, the truth value |
 * | `2026-05-01`, `2026-05-01T10:30` | the text, the date (UTC unless it names a zone) |
 * | a file | the file |
 * | several of a name, or one where a list is wanted | the list of texts, the list of what they stand for |
 */
import type { UploadedFile } from './uploaded-file.ts'

/** A field as it was sent. */
export type SentValue = string | UploadedFile

/** No leading zeros or plus signs: those are telephone numbers and postcodes. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/
const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['false', false],
])

/**
 * The values to offer for a field.
 *
 * @param sent all values of its name
 * @returns values in order of preference; `undefined` means that the field is left out
 */
export function candidatesOf(sent: readonly SentValue[]): readonly unknown[] {
  if (sent.length === 0) return [undefined, false, []]
  const lists = listsOf(sent)
  const [text] = sent
  const meaning = meaningOf(text as SentValue)
  if (sent.length > 1) return lists
  if (text === '') return ['', undefined, null, [], ['']]
  return meaning === text ? [text, ...lists] : [text, meaning, ...lists]
}

/**
 * The values to offer for a field whose name says that it is a list: `tags[]`. One of them is a list of one, never itself.
 *
 * @param sent all values of its name
 */
export function listsOf(sent: readonly SentValue[]): readonly unknown[] {
  const meanings = sent.map(meaningOf)
  return meanings.some((meaning, index) => meaning !== sent[index]) ? [sent, meanings] : [sent]
}

/** What a text stands for if not for itself. */
function meaningOf(sent: SentValue): unknown {
  if (typeof sent !== 'string') return sent
  const truth = TRUTH.get(sent)
  if (truth !== undefined) return truth
  if (NUMBER.test(sent)) {
    const number = Number(sent)
    // A number too long to be exact would come back as another one.
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? sent : number
  }
  if (!DATE.test(sent)) return sent
  const date = new Date(
    /T.*(?:Z|[+-]\d\d:\d\d)$/.test(sent) ? sent : `${sent}${sent.includes('T') ? 'Z' : ''}`,
  )
  // JavaScript takes 31 February for 3 March.
  return Number.isNaN(date.getTime()) || isOtherDay(sent, date) ? sent : date
}

function isOtherDay(sent: string, date: Date): boolean {
  const day = Number(sent.slice(8, 10))
  const near = Math.abs(date.getUTCDate() - day)
  return sent.includes('T') ? near > 1 && near < 27 : near !== 0
}
