import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { type TestClient, testClient } from 'dewar/testing'
import { expect, it, onTestFinished } from 'vitest'
import { createGallery } from '../app.ts'

const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

function gallery(): { client: TestClient; dataDir: string } {
  const dataDir = mkdtempSync(join(tmpdir(), 'dewar-gallery-'))
  const { app, close } = createGallery({ dataDir, secretKey: generateKey(), debug: true })
  onTestFinished(() => {
    close()
    rmSync(dataDir, { recursive: true })
  })
  return { client: testClient(app), dataDir }
}

/** A form with files, as browsers encode it. */
async function form(...files: readonly [name: string, bytes: Uint8Array | string][]) {
  const data = new FormData()
  data.append('caption', 'Snow')
  for (const [name, bytes] of files)
    data.append('pictures', new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)]), name)
  const encoded = new Response(data)
  const type = encoded.headers.get('Content-Type') ?? ''
  return { body: new Uint8Array(await encoded.arrayBuffer()), headers: { 'Content-Type': type } }
}

it('keeps pictures under generated names, outside of what is served, and shows them', async () => {
  const { client, dataDir } = gallery()

  const added = await client.post('/', await form(['../../a.gif', gif], ['<b>.gif', gif]))
  const page = await client.get('/')

  expect(added.status).toBe(303)
  expect(page.text).toContain('2 pictures were added.')
  expect(page.text).toContain('&lt;b&gt;.gif')
  const [name = ''] = readdirSync(join(dataDir, 'pictures'))
  expect(name).toMatch(/^[0-9a-f-]{36}\.gif$/)
  expect(statSync(join(dataDir, 'pictures', name)).mode & 0o777).toBe(0o600)
  const picture = await client.get(`/pictures/${name}`)
  expect(picture.headers.get('Content-Type')).toBe('image/gif')
  expect(picture.headers.get('Content-Disposition')).toMatch(/^attachment/)
  expect(picture.headers.get('Content-Security-Policy')).toContain('sandbox')
  expect(picture.headers.get('X-Content-Type-Options')).toBe('nosniff')
})

it.each([
  [
    'a page named as a picture',
    'a.gif',
    '<script>alert(1)</script>',
    'its content is not what its extension says',
  ],
  ['a page', 'a.html', '<p>', 'its extension is not allowed'],
  ['a script with a second extension', 'a.php.gif', gif, '.php'],
  ['a picture that is a page too', 'a.gif', Buffer.concat([gif, Buffer.from('<script>')]), 'a script'],
  ['a picture that is too large', 'a.gif', Buffer.concat([gif, Buffer.alloc(2_000_001)]), '2000000'],
])('refuses %s and says which and why', async (_, name, bytes, reason) => {
  const { client, dataDir } = gallery()

  const page = await client.post('/', await form(['fine.gif', gif], [name, bytes]))
  const { body, headers } = await form([name, bytes])
  const script = await client.post('/', { body, headers: { ...headers, Accept: 'application/json' } })

  expect([page.status, script.status]).toEqual([422, 422])
  expect(page.text).toMatch(new RegExp(`class="error">${name}: `))
  expect(page.text).toContain(reason)
  expect(JSON.parse(script.text).errors[0].messages[0]).toContain(reason)
  expect(readdirSync(join(dataDir, 'pictures'))).toEqual([])
})

it('gives the script of the page nothing to read when all went well', async () => {
  const { client } = gallery()
  const { body, headers } = await form(['a.gif', gif])

  const answer = await client.post('/', { body, headers: { ...headers, Accept: 'application/json' } })

  expect(answer.status).toBe(204)
  expect((await client.get('/')).text).toContain('One picture was added.')
})

it('asks for a picture, and keeps the caption', async () => {
  const { client } = gallery()

  const page = await client.post('/', await form())

  expect(page.status).toBe(422)
  expect(page.text).toContain('Choose at least one picture.')
  expect(page.text).toContain('value="Snow"')
})

it.each(['/pictures/none.gif', '/pictures/..%2fpictures.sqlite', '/static/../pictures.sqlite'])(
  'has nothing at %s',
  async (path) => {
    expect((await gallery().client.get(path)).status).toBe(404)
  },
)
