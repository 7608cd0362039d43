/** The blog as it is started: a process, a port, a folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const main = join(import.meta.dirname, '../main.ts')

it('makes its folder, prints one line when it answers, and ends on SIGTERM', async () => {
  const dataDir = join(temporaryFolder(), 'new', 'folder')
  const blog = await start({ DATA_DIR: dataDir })

  const response = await fetch(blog.url)
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('<h1>Posts</h1>')
  expect(existsSync(join(dataDir, 'flaskr.sqlite'))).toBe(true)

  blog.process.kill('SIGTERM')
  expect(await once(blog.process, 'exit')).toEqual([0, null])
  expect(blog.stdout()).toBe(`Ready on ${blog.url}\n`)
})

it('keeps users, posts and sessions over a restart', async () => {
  const dataDir = temporaryFolder()
  const first = await start({ DATA_DIR: dataDir })
  const visitor = new Visitor(first.url)
  await visitor.submit('/auth/register', { username: 'ann', password: 'pw' })
  await visitor.submit('/auth/login', { username: 'ann', password: 'pw' })
  await visitor.submit('/create', { title: 'Kept', body: '' })
  first.process.kill('SIGINT')
  await once(first.process, 'exit')

  const second = await start({ DATA_DIR: dataDir })
  visitor.url = second.url

  const page = await visitor.read('/')
  expect(page).toContain('Kept')
  expect(page).toContain('>ann</li>')
})

it('makes its secret key once, for its own user only', async () => {
  const dataDir = temporaryFolder()
  const path = join(dataDir, 'secret-key')
  await stop(await start({ DATA_DIR: dataDir }))
  const key = readFileSync(path, 'utf8')
  expect(key).toMatch(/^[\w-]{43,}\n$/)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(dataDir, 'flaskr.sqlite')).mode & 0o777).toBe(0o600)

  await stop(await start({ DATA_DIR: dataDir }))

  expect(readFileSync(path, 'utf8')).toBe(key)
})

it('makes no key when the environment names one', async () => {
  const dataDir = temporaryFolder()
  await stop(
    await start({ DATA_DIR: dataDir, DEWAR_SECRET_KEY: 'q3Zb0c7dT1xWk9uJ2sVfYh5mRn8pLa4eGi6oB-CtDyE' }),
  )
  expect(existsSync(join(dataDir, 'secret-key'))).toBe(false)
})

it('refuses a secret key that was cut off', async () => {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'secret-key'), 'short\n')
  const { code, stderr } = await fail({ DATA_DIR: dataDir })
  expect(code).toBe(1)
  expect(stderr).toContain(`${join(dataDir, 'secret-key')} holds no key that protects anybody.`)
})

it('says what to do when the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }

  const { code, stderr, stdout } = await fail({ PORT: String(port) })

  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(String(port))
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

it.each(['eighty', '65536'])("refuses the port '%s'", async (port) => {
  const { code, stderr } = await fail({ PORT: port })
  expect(code).toBe(1)
  expect(stderr).toContain(`PORT is '${port}'. Give a whole number from 0 to 65535.`)
})

it('says so when the data folder is a file', async () => {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, '')
  const { code, stderr } = await fail({ DATA_DIR: path })
  expect(code).toBe(1)
  expect(stderr).toContain(path)
})

interface Running {
  process: ChildProcess
  url: string
  stdout: () => string
}

async function start(env: Record<string, string>): Promise<Running> {
  const { child, stdout, stderr } = launch(env)
  const exited = once(child, 'exit')
  for (;;) {
    const url = /^Ready on (http:\/\/127\.0\.0\.1:\d+)\n/m.exec(stdout())?.[1]
    if (url !== undefined) return { process: child, url, stdout }
    const output = child.stdout === null ? exited : once(child.stdout, 'data')
    if ((await Promise.race([output, exited.then(() => 'exited')])) === 'exited') throw new Error(stderr())
  }
}

async function stop({ process }: Running): Promise<void> {
  process.kill('SIGTERM')
  await once(process, 'exit')
}

async function fail(env: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  const { child, stdout, stderr } = launch({ DATA_DIR: temporaryFolder(), ...env })
  const [code] = await once(child, 'close')
  return { code, stdout: stdout(), stderr: stderr() }
}

function launch(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return { child, stdout: () => stdout, stderr: () => stderr }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-blog-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A browser without a window: keeps its cookie and sends the token of the page's form. */
class Visitor {
  url: string
  #cookie = ''

  constructor(url: string) {
    this.url = url
  }

  async read(path: string): Promise<string> {
    return (await this.#send(path)).text()
  }

  async submit(path: string, fields: Record<string, string>): Promise<void> {
    const token = /name="csrf_token" value="([^"]+)"/.exec(await this.read(path))?.[1] ?? ''
    const response = await this.#send(path, new URLSearchParams({ ...fields, csrf_token: token }))
    expect(response.status).toBe(302)
  }

  async #send(path: string, body: URLSearchParams | null = null): Promise<Response> {
    const response = await fetch(this.url + path, {
      method: body === null ? 'GET' : 'POST',
      body,
      redirect: 'manual',
      headers: { cookie: this.#cookie },
    })
    for (const cookie of response.headers.getSetCookie()) this.#cookie = cookie.split(';')[0] ?? ''
    return response
  }
}
