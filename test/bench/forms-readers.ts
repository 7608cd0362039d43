/** Readers of multipart bodies that throw away what they find, for `forms.ts`. */
import type { Readable } from 'node:stream'
import { parseOptionsHeader } from '@dewar/http'
import { resolveLimits } from '../../packages/forms/src/defaults.ts'
import { FormCollector } from '../../packages/forms/src/form-collector.ts'
import { MultipartDecoder } from '../../packages/forms/src/multipart-decoder.ts'
import { MultipartGuard } from '../../packages/forms/src/multipart-guard.ts'
import { PartLedger } from '../../packages/forms/src/part-ledger.ts'
import { UploadStorage } from '../../packages/forms/src/upload-storage.ts'

/** As much as Node reads from a socket at once. */
export const PIECE = 65_536

/** A body as a socket gives it: each piece in a memory of its own. */
export async function* pieces(bytes: Buffer): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}

function boundaryOf(type: string): string {
  return parseOptionsHeader(type).params.get('boundary') ?? ''
}

/** The guard, without anything behind it. */
export async function discardGuarded(type: string, bytes: Buffer): Promise<void> {
  const limits = resolveLimits(undefined)
  const guard = new MultipartGuard(boundaryOf(type), limits, new PartLedger(limits))
  for await (const piece of pieces(bytes)) guard.push(piece)
  guard.end()
}

/** Takes what a decoder finds and keeps none of it. */
class Discard extends FormCollector {
  override field(): void {}

  override file(_name: unknown, _filename: unknown, stream: Readable): void {
    stream.resume()
  }
}

/** The guard and busboy. */
export async function discardBoth(type: string, bytes: Buffer): Promise<void> {
  const limits = resolveLimits(undefined)
  const ledger = new PartLedger(limits)
  const guard = new MultipartGuard(boundaryOf(type), limits, ledger)
  const decoder = new MultipartDecoder(
    boundaryOf(type),
    new Discard(ledger, new UploadStorage(limits.fileMemorySize)),
  )
  for await (const piece of pieces(bytes)) {
    guard.push(piece)
    const busy = decoder.write(piece)
    if (busy !== undefined) await busy
  }
  guard.end()
  await decoder.end()
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
