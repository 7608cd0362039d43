/**
 * Headers of a megabyte, written to hurt: `node test/bench/http-hostile.ts`. Each is read at a quarter, at half and at full
 * size; a reader whose time grows with the square takes sixteen times as long for four times as much.
 */
import { Accept, Etags, HttpError, parseCookie, parseOptionsHeader, Range } from '@dewar/http'

const megabyte = 1_000_000
const rounds = 5
let sink: unknown

/** What a header is made of, and who reads it. */
type Attack = readonly [name: string, unit: string, read: (text: string) => unknown, before?: string]

const cookies = (text: string) => parseCookie(text, { maxCookies: text.length })
const mime = (text: string) => Accept.mime(text).bestMatch(['text/html', 'application/json'])
const language = (text: string) => Accept.language(text).bestMatch(['de-AT', 'en'])
const ranges = (text: string) => Range.parse(text)?.forLength(megabyte)
const tags = (text: string) => Etags.parse(text).hasWeak('b')

const attacks: readonly Attack[] = [
  ['Accept: commas', ',', mime],
  ['Accept: types', 'a/b;q=0.5,', mime],
  ['Accept: parameters', ';a=b', mime, 'a/b'],
  ['Accept: open quotes', '"\\', mime],
  ['Accept: blanks', ' ', mime, 'a/b;'],
  ['Accept-Language: tags', 'aa-bb,', language],
  ['Cookie: semicolons', ';', cookies],
  ['Cookie: pairs', 'a=b;', cookies],
  ['Cookie: names', 'a;', cookies],
  ['Cookie: open quotes', 'a="', cookies],
  ['Cookie: escapes', '\\"', cookies, 'a="'],
  ['Cookie: quotes that never end', 'a="\\";', cookies],
  ['Cookie: blanks', ' ', cookies, 'a='],
  ['Range: parts', '0-0,', ranges, 'bytes='],
  ['Range: from the end', '-1,', ranges, 'bytes='],
  ['Range: digits', '9', ranges, 'bytes='],
  ['Range: blanks', ' ', ranges, 'bytes=0'],
  ['If-None-Match: tags', '"a",', tags],
  ['If-None-Match: weak tags', 'W/"a",', tags],
  ['If-None-Match: open quotes', '"', tags],
  ['If-None-Match: blanks', ' ', tags, '"a"'],
  ['If-None-Match: no quotes', 'a ', tags],
  ['Content-Type: semicolons', ';', parseOptionsHeader, 'a/b'],
  ['Content-Type: parameters', ';a=b', parseOptionsHeader, 'a/b'],
  ['Content-Type: open quotes', ';a="', parseOptionsHeader, 'a/b'],
  ['Content-Type: escapes', '\\"', parseOptionsHeader, 'a/b;a="'],
  ['Content-Type: continuations', ';a*0=b', parseOptionsHeader, 'a/b'],
  ['Content-Type: blanks', ' ', parseOptionsHeader, 'a/b;'],
]

/** Milliseconds for a text: the best of the rounds. An HTTP error is an answer too. */
function time(read: (text: string) => unknown, text: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    try {
      sink = read(text)
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
    }
    best = Math.min(best, performance.now() - start)
  }
  return best
}

console.log(`${'header'.padEnd(34)}${'250 kB'.padStart(9)}${'500 kB'.padStart(9)}${'1 MB'.padStart(9)}  ms`)
let slowest = 0
for (const [name, unit, read, before = ''] of attacks) {
  const times = [0.25, 0.5, 1].map((part) =>
    time(read, before + unit.repeat((megabyte * part) / unit.length)),
  )
  slowest = Math.max(slowest, times[2] ?? 0)
  console.log(name.padEnd(34) + times.map((own) => own.toFixed(1).padStart(9)).join(''))
}
console.log(`\nThe slowest takes ${slowest.toFixed(0)} ms for a megabyte`)
if (sink === undefined) console.log('nothing was read')
