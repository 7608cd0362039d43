/** The area `formparser`: bodies of forms. Each body is fed in cut at random places. */
import { type ParsedForm, type ParseFormOptions, parseForm, type UploadedFile } from '@dewar/forms'
import { Headers, parseOptionsHeader, Request } from '@dewar/http'
import type { Adapter } from '../adapter.ts'

interface FormInput {
  readonly body: string
  readonly boundary?: string
  readonly content_type?: string | null
  readonly chunked?: boolean
  readonly max_form_memory_size?: number
  readonly max_form_parts?: number
  readonly max_content_length?: number
}

const FORMS: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded', 'multipart/form-data'])

/** The original has no other limits. */
function limits(input: FormInput): ParseFormOptions {
  return {
    maxFormMemorySize: input.max_form_memory_size ?? null,
    maxFormParts: input.max_form_parts ?? null,
    maxFieldNameSize: 100_000,
    maxFilenameSize: 100_000,
    maxPartHeadSize: 100_000,
    maxPartHeaders: 1000,
  }
}

/** The body in pieces of one to forty bytes, by a generator that gives the same pieces each time. */
async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array, void> {
  let seed = bytes.length + 1
  for (let at = 0; at < bytes.length; ) {
    seed = (seed * 48_271) % 2_147_483_647
    const size = 1 + (seed % 40)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

function requestOf(input: FormInput, contentType: string | null): Request {
  const bytes = Buffer.from(input.body, 'base64')
  const lines = contentType === null ? [] : ['Content-Type', contentType]
  if (input.chunked !== true) lines.push('Content-Length', String(bytes.length))
  return new Request({
    method: 'POST',
    target: '/',
    headers: Headers.fromRaw(lines),
    body: pieces(bytes),
    maxContentLength: input.max_content_length ?? null,
  })
}

/** Pairs of the same name stand together, where the first of them stands. */
async function describe(parsed: ParsedForm): Promise<{ form: unknown; files: unknown }> {
  const form = [...parsed.form.lists()].flatMap(([name, values]) => values.map((value) => [name, value]))
  const files = await Promise.all([...parsed.files.lists()].flatMap(([, list]) => list).map(describeFile))
  await parsed.close()
  return { form, files }
}

async function describeFile(file: UploadedFile): Promise<unknown> {
  return {
    name: file.name,
    filename: file.filename,
    content_type: file.contentType,
    mimetype: file.mimetype,
    params: Object.fromEntries(file.mimetypeParams),
    size: file.size,
    content: Buffer.from(await file.bytes()).toString('base64'),
    headers: Array.from(file.headers, ([name, value]) => [name, Buffer.from(value, 'latin1').toString()]),
  }
}

async function parseFormData(input: FormInput): Promise<unknown> {
  const request = requestOf(input, input.content_type ?? null)
  const parsed = await describe(await parseForm(request, limits(input)))
  const unread = FORMS.has(request.mimetype) ? '' : Buffer.from(await request.data()).toString('base64')
  return { ...parsed, unread }
}

/** Maps the area to `@dewar/forms`. */
export const adapter: Adapter = {
  operations: {
    parse_urlencoded: async (input: FormInput) => {
      const request = requestOf(input, 'application/x-www-form-urlencoded')
      return (await describe(await parseForm(request, limits(input)))).form
    },
    parse_multipart: async (input: FormInput) => {
      const boundary = `"${input.boundary?.replace(/[\\"]/g, '\\$&')}"`
      return describe(
        await parseForm(requestOf(input, `multipart/form-data; boundary=${boundary}`), limits(input)),
      )
    },
    parse_form_data: parseFormData,
    parse_options_header: ({ header }: { header: string | null }) => {
      const { value, params } = parseOptionsHeader(header)
      return { value, params: Object.fromEntries(params) }
    },
  },
  kinds: {
    ERR_FORMS_LIMIT: 'RequestEntityTooLarge',
    ERR_FORMS_MALFORMED: 'ValueError',
    ERR_FORMS_ENCODING: 'UnicodeError',
    ERR_HTTP_REQUEST_ENTITY_TOO_LARGE: 'RequestEntityTooLarge',
  },
}
