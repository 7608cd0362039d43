/** A small gallery: pictures go in through a form, and come out from a folder that is not served as it stands. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { uploadHeaders, uploadPolicy, uploadTypes } from '@dewar/forms'
import {
  type App,
  abort,
  createApp,
  flash,
  makeResponse,
  newForm,
  readForm,
  redirect,
  renderTemplate,
  request,
  sendFromDirectory,
  UploadedFile,
  urlFor,
} from 'dewar'
import { z } from 'zod'
import { openPictures } from './pictures.ts'

/** What a gallery is made of. */
export interface GalleryOptions {
  /** An existing folder for the pictures and their table. */
  dataDir: string
  /** The key that signs sessions; by default the app takes `DEWAR_SECRET_KEY` from the environment. */
  secretKey?: string
  /** Whether errors are shown with their source, and cookies work without TLS; false by default. */
  debug?: boolean
}

const upload = z.object({
  caption: z.string().max(80, 'Keep it to 80 signs.'),
  pictures: z.array(z.instanceof(UploadedFile)).min(1, 'Choose at least one picture.'),
})

/** Makes a gallery on a folder. */
export function createGallery({ dataDir, secretKey, debug = false }: GalleryOptions): {
  app: App
  close: () => void
} {
  const app = createApp({
    root: import.meta.dirname,
    instancePath: dataDir,
    config: { DEBUG: debug, ...(secretKey === undefined ? {} : { SECRET_KEY: secretKey }) },
  })
  const directory = join(dataDir, 'pictures')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const policy = uploadPolicy({ types: uploadTypes.images, maxSize: 2_000_000, maxFiles: 10, directory })
  const pictures = openPictures(dataDir)

  const page = (form = newForm(), messages: readonly string[] = []) =>
    renderTemplate('index.html', { form, messages, pictures: pictures.all(), accept: policy.accept })

  const index = app.get('/', { endpoint: 'index' }, () => page())

  app.post('/', { endpoint: 'add' }, async () => {
    // The script of the page is answered with a problem document by itself, and shows the messages in it.
    const form = await readForm(upload, { uploads: { pictures: policy } })
    if (!form.ok) return makeResponse(page(form), 422)
    const stored = await policy.saveAll(form.data.pictures)
    for (const picture of stored) pictures.add(picture, form.data.caption)
    flash(stored.length === 1 ? 'One picture was added.' : `${stored.length} pictures were added.`)
    return asksForJson() ? makeResponse('', 204) : redirect(urlFor(index), { status: 303 })
  })

  app.get('/pictures/<name>', { endpoint: 'picture' }, async ({ name }) => {
    const picture = pictures.find(name) ?? abort(404)
    const response = await sendFromDirectory(directory, picture.name)
    // An address of its own that is typed in saves the file; as a picture in a page it is shown.
    response.headers.update(uploadHeaders(picture.originalName))
    return response
  })

  app.errorHandler(413, () => makeResponse(page(newForm(), ['That is more than can be sent at once.']), 413))

  return { app, close: () => pictures.close() }
}

/** The script of the page loads it again when all went well. */
function asksForJson(): boolean {
  return request.acceptMimetypes.bestMatch(['text/html', 'application/json']) === 'application/json'
}
