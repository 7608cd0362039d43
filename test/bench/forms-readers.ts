/** Readers of multipart bodies that throw away what they find, for `forms.ts`. */
import { parseOptionsHeader } from '@dewar/http'
import { resolveLimits } from '../../packages/forms/src/defaults.ts'
import { MultipartReader, type PartSink } from '../../packages/forms/src/multipart-reader.ts'

/** As much as Node reads from a socket at once. */
export const PIECE = 65_536

/** A body as a socket gives it: each piece in a memory of its own. */
export async function* pieces(bytes: Buffer): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}

function boundaryOf(type: string): string {
  return parseOptionsHeader(type).params.get('boundary') ?? ''
}

/** Takes what the reader finds and keeps none of it; fields become text, as they do in busboy. */
const nowhere: PartSink & { isField: boolean } = {
  isField: false,
  head({ filename }) {
    this.isField = filename === null
  },
  data() {},
  end(bytes) {
    if (this.isField) bytes.toString('utf8')
  },
}

/** The reader of `parseForm`, piped to nowhere. */
export async function discard(type: string, bytes: Buffer): Promise<void> {
  const reader = new MultipartReader(boundaryOf(type), resolveLimits({ maxFormParts: null }), nowhere)
  for await (const piece of pieces(bytes)) reader.push(piece)
  reader.end()
}

/** Reads a file as a body with Werkzeug: prints the median of the milliseconds. */
export const werkzeug = `
import io, statistics, sys, time
from werkzeug.formparser import FormDataParser
bytes_ = open(sys.argv[1], 'rb').read()
options = {'boundary': sys.argv[2].split('=', 1)[1]}
times = []
for _ in range(max(1, int(sys.argv[3]))):
    stream = io.BytesIO(bytes_)
    start = time.process_time()
    FormDataParser(silent=False, max_form_memory_size=None).parse(stream, 'multipart/form-data', len(bytes_), options)
    times.append((time.process_time() - start) * 1000)
print(statistics.median(times))
`
