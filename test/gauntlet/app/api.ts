/** What programs call. */
import { type App, jsonify, request } from 'dewar'
import { z } from 'zod'

const Signup = z.object({
  age: z.int().min(0).max(150),
  email: z.string().regex(/^[^@]+@[^@]+$/),
})

export function addApi(app: App): void {
  app.get('/items/<int:id>', ({ id }) => ({ id, next: id + 1 }))

  app.get('/keys/<uuid:id>', ({ id }) => ({ id }))

  app.get('/paths/<path:rest>', ({ rest }) => ({ rest }))

  app.get('/args', () => {
    const q = request.args.get('q') ?? null
    const type = q === null ? 'null' : Array.isArray(q) ? 'array' : typeof q
    return { q, type, all: request.args.getAll('q') }
  })

  app.post('/hook', { unsafeCsrfExempt: true }, async () => {
    if (request.isJson) {
      const body = await request.json<object | null>()
      return { kind: 'json', length: Object.keys(body ?? {}).length }
    }
    if (['application/x-www-form-urlencoded', 'multipart/form-data'].includes(request.mimetype)) {
      const [form, files] = [await request.form(), await request.files()]
      return { kind: 'form', length: [...form.entries(), ...files.entries()].length }
    }
    return { kind: 'data', length: (await request.data()).length }
  })

  app.post('/api/echo', async () => jsonify(await request.json()))

  app.post('/api/merge', async () => {
    const body = await request.json<Tree>({ expect: 'object' })
    const settings = merge({ theme: 'light', limits: { rows: 10 } }, body)
    return { settings, polluted: ({} as Tree)['polluted'] ?? null, isAdmin: settings['isAdmin'] ?? null }
  })

  app.post('/api/signup', () => request.validate(Signup))
}

interface Tree {
  [key: string]: unknown
}

function merge(target: Tree, source: Tree): Tree {
  for (const key of Object.keys(source)) {
    if (source[key] && typeof source[key] === 'object' && target[key])
      merge(target[key] as Tree, source[key] as Tree)
    else target[key] = source[key]
  }
  return target
}
