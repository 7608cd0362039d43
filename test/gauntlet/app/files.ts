/** Uploads, and files from a folder. */
import { join } from 'node:path'
import { uploadHeaders, uploadPolicy } from '@dewar/forms'
import { type App, makeResponse, renderTemplate, request, sendFromDirectory } from 'dewar'

export function addFiles(app: App, dataDir: string): void {
  const uploads = join(dataDir, 'uploads')
  const files = join(dataDir, 'files')
  const pictures = uploadPolicy({
    types: ['image/png', 'image/jpeg', 'image/gif'],
    maxSize: 1024 * 1024,
    directory: uploads,
  })

  app.get('/upload', { access: 'authenticated' }, () => renderTemplate('upload.html'))

  app.post('/upload', { access: 'authenticated' }, async () => {
    const sent = await request.files()
    const { name } = await pictures.save(sent.require('file'))
    return makeResponse(renderTemplate('uploaded.html', { name }), 201)
  })

  app.get('/uploads/<name>', { endpoint: 'uploaded' }, async ({ name }) => {
    const response = await sendFromDirectory(uploads, name)
    response.headers.update(uploadHeaders(name))
    return response
  })

  app.get('/files/<path:name>', ({ name }) => sendFromDirectory(files, name))

  app.get('/read', () => sendFromDirectory(files, request.args.get('name') ?? ''))
}
