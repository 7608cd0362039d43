/** Reading and writing posts. Flask's tutorial: `flaskr/blog.py`. */
import { abort, createBlueprint, flash, redirect, renderTemplate, request, urlFor } from 'dewar'
import { currentUser } from './auth.ts'
import { getDb, type Post } from './db.ts'

/** The most characters of a title and of a body. */
const MAX_TITLE = 200
const MAX_BODY = 100_000

/** A character that shows: neither a space nor a control or format character. */
const SEEN = /[^\s\p{Cc}\p{Cf}]/u

const POSTS = `SELECT p.id, p.title, p.body, p.created, p.author_id, u.username
  FROM post p JOIN user u ON p.author_id = u.id`
const NEWEST_FIRST = `${POSTS} ORDER BY p.created DESC, p.id DESC`
const BY_ID = `${POSTS} WHERE p.id = ?`

export const bp = createBlueprint('blog')

export const index = bp.get('/', function index() {
  const posts = getDb().prepare(NEWEST_FIRST).all()
  return renderTemplate('blog/index.html', { posts })
})

export const create = bp.route(
  '/create',
  { methods: ['GET', 'POST'], access: 'authenticated' },
  async function create() {
    let post = { title: '', body: '' }
    if (request.method === 'POST') {
      post = await readPost()
      const error = checkPost(post)

      if (error === null) {
        getDb()
          .prepare('INSERT INTO post (title, body, author_id) VALUES (?, ?, ?)')
          .run(post.title, post.body, currentUser().id)
        return redirect(urlFor(index))
      }

      flash(error)
    }

    return renderTemplate('blog/create.html', { post })
  },
)

export const update = bp.route(
  '/<int:id>/update',
  { methods: ['GET', 'POST'], access: 'authenticated' },
  async function update({ id }) {
    const saved = getOwnPost(id)
    let post: PostFields = saved
    if (request.method === 'POST') {
      post = await readPost()
      const error = checkPost(post)

      if (error === null) {
        getDb()
          .prepare('UPDATE post SET title = ?, body = ? WHERE id = ?')
          .run(post.title, post.body, saved.id)
        return redirect(urlFor(index))
      }

      flash(error)
    }

    return renderTemplate('blog/update.html', { post, saved })
  },
)

export const remove = bp.post(
  '/<int:id>/delete',
  { endpoint: 'delete', access: 'authenticated' },
  function remove({ id }) {
    getDb().prepare('DELETE FROM post WHERE id = ?').run(getOwnPost(id).id)
    return redirect(urlFor(index))
  },
)

/** What a form of a post holds. */
interface PostFields {
  title: string
  body: string
}

/** The post, if it exists (404) and the visitor wrote it (403). */
function getOwnPost(id: number): Post {
  const post = getDb().prepare(BY_ID).get(id) as Post | undefined
  if (post === undefined) abort(404, `Post id ${id} doesn't exist.`)
  if (post.author_id !== currentUser().id) abort(403, 'Only its author may change a post.')
  return post
}

/** The fields as the visitor means them: spaces around a title are slips. */
async function readPost(): Promise<PostFields> {
  const form = await request.form()
  return { title: clean(form.require('title')).trim(), body: clean(form.require('body')) }
}

/** Browsers end lines with CRLF; no page can show the other control characters. */
function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]/gu, '')
}

function checkPost({ title, body }: PostFields): string | null {
  if (!SEEN.test(title)) return 'Title is required.'
  if (title.length > MAX_TITLE) return `Title is too long: ${MAX_TITLE} characters are the most.`
  if (body.length > MAX_BODY) return `Body is too long: ${MAX_BODY} characters are the most.`
  return null
}
