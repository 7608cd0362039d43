/** The set-up of docs/deployment.md, as it stands there: nginx with TLS, Redis, several locked processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@dewar/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDevCertificate } from '../packages/dewar/src/cli-certificate.ts'
import { freePort, type RunningService, startRedis } from './tools/running-services.ts'
import { describeWithNginx, redisServerPath } from './tools/services.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'docs/deployment.md'), 'utf8')

/** The first block of a language. */
function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}[^\n]*\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1]
  if (found === undefined) throw new Error(`docs/deployment.md has no ${language} block.`)
  return found
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

interface Ports {
  readonly app: number
  readonly http: number
  readonly https: number
}

/** The documented file, with the places of this test; whatever is replaced must be there. */
function nginxConfig(folder: string, ports: Ports): string {
  const replace = (text: string, [from, to]: readonly [string, string]) => {
    if (!text.includes(from)) throw new Error(`The nginx block has no '${from}'.`)
    return text.replaceAll(from, to)
  }
  const site = (
    [
      ['127.0.0.1:8000', `127.0.0.1:${ports.app}`],
      ['listen 443 ssl', `listen 127.0.0.1:${ports.https} ssl`],
      ['listen 80 ', `listen 127.0.0.1:${ports.http} `],
      ['/etc/letsencrypt/live/example.com/fullchain.pem', join(folder, 'cert.pem')],
      ['/etc/letsencrypt/live/example.com/privkey.pem', join(folder, 'key.pem')],
    ] as const
  ).reduce(replace, block('nginx'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n')
  return `daemon off;\npid ${join(folder, 'nginx.pid')};\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${site}\n}\n`
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const isUp = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      sleep(1000, false),
    ])
    socket.destroy()
    if (isUp) return
    await sleep(100)
  }
  throw new Error(`Nobody listens on ${port}.`)
}

/** When all processes are there. */
function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The app ended with ${code}.`)))
    child.stdout?.on('data', (data) => {
      if (String(data).includes('Ready on')) resolve()
    })
  })
}

async function end(child: ChildProcess | undefined): Promise<number | null> {
  if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null
  child.kill('SIGTERM')
  await once(child, 'exit')
  return child.exitCode
}

const redisPath = redisServerPath()

describeWithNginx('the documented set-up', (nginx) => {
  if (redisPath === null) return it.skip('needs Redis', () => {})
  const folder = mkdtempSync(join(tmpdir(), 'dewar-deployment-'))
  let redis: RunningService
  let app: ChildProcess
  let proxy: ChildProcess
  let ports: Ports

  beforeAll(async () => {
    ports = { app: await freePort(), http: await freePort(), https: await freePort() }
    redis = await startRedis(redisPath)
    const { key, cert } = createDevCertificate()
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
    writeFileSync(join(folder, 'cert.pem'), cert)
    writeFileSync(join(folder, 'nginx.conf'), nginxConfig(folder, ports))
    mkdirSync(join(folder, 'shop'))
    writeFileSync(join(folder, 'shop/package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'shop/app.ts'), block('ts'))
    writeFileSync(join(folder, 'secret-key'), generateKey(), { mode: 0o600 })
    symlinkSync(join(root, 'node_modules'), join(folder, 'shop/node_modules'))
    const { PATH } = process.env
    const env = {
      PATH,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      DEWAR_SECRET_KEY_FILE: join(folder, 'secret-key'),
      DEWAR_LOG_LEVEL: 'silent',
    }
    const command =
      /ExecStart=\S+dewar (serve .*)/.exec(page)?.[1]?.replace('8000', `${ports.app}`).split(' ') ?? []
    const dewar = join(root, 'packages/dewar/bin/dewar.js')
    app = spawn(process.execPath, [dewar, ...command], {
      cwd: join(folder, 'shop'),
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const isReady = saysReady(app)
    proxy = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await Promise.all([isReady, listens(ports.https, proxy), listens(ports.http, proxy)])
  }, 60_000)

  afterAll(async () => {
    await end(proxy)
    await end(app)
    await redis.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  /** A visitor's request, over TLS. */
  function visit(
    path: string,
    headers: Record<string, string> = {},
    servername = 'example.com',
  ): Promise<Answer> {
    const options = {
      host: '127.0.0.1',
      port: ports.https,
      path,
      servername,
      rejectUnauthorized: false,
      agent: false as const,
    }
    return ask(httpsRequest({ ...options, headers: { host: 'example.com', ...headers } }))
  }

  function ask(request: ReturnType<typeof httpRequest>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      request.on('error', reject)
      request.on('response', (response) => {
        let text = ''
        response.on('data', (data) => {
          text += data
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      })
      request.end()
    })
  }

  it('serves over TLS, with the visitor behind the proxy seen as they are', async () => {
    const { status, headers, text } = await visit('/')
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ visits: 1, address: '127.0.0.1', scheme: 'https' })
    expect(headers['strict-transport-security']).toContain('max-age=31536000')
    expect(headers['content-security-policy']).toContain("object-src 'none'")
    expect(headers['server']).toBe('nginx')
  })

  it('believes nobody who claims another address, scheme or host', async () => {
    const { text, status } = await visit('/', {
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=6.6.6.6;host=evil.example',
    })
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ address: '127.0.0.1', scheme: 'https' })
  })

  it('keeps a session in Redis, whichever process answers', async () => {
    const first = await visit('/')
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    for (let visits = 2; visits <= 5; visits++) {
      expect(JSON.parse((await visit('/', { cookie })).text).visits).toBe(visits)
    }
    // The proxy keeps connections, and with them processes: only visitors at the same time meet several.
    const crowd = await Promise.all(Array.from({ length: 40 }, () => visit('/', { cookie })))
    const seen: { visits: number; process: number }[] = crowd.map(({ text }) => JSON.parse(text))
    expect(cookie).toMatch(/^__Host-session=/)
    expect(new Set(seen.map(({ process }) => process)).size).toBeGreaterThan(1)
    expect(
      seen
        .map(({ visits }) => visits)
        .sort((a, b) => a - b)
        .at(-1),
    ).toBeGreaterThan(5)
  })

  it('counts rates over all processes', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 8; i++) statuses.push((await visit('/search')).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(3)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
  })

  it('sends clear text to https, and strangers nowhere', async () => {
    const plain = await ask(
      httpRequest({
        host: '127.0.0.1',
        port: ports.http,
        path: '/a?b=c',
        agent: false,
        headers: { host: 'evil.example' },
      }),
    )
    expect([plain.status, plain.headers.location]).toEqual([301, 'https://example.com/a?b=c'])
    await expect(visit('/', { host: 'evil.example' }, 'evil.example')).rejects.toThrow()
    expect((await visit('/', { host: 'evil.example' })).status).toBeGreaterThanOrEqual(400)
  })

  it('is healthy for those who look after it, and says nothing of it to visitors', async () => {
    const probe = () =>
      ask(
        httpRequest({
          host: '127.0.0.1',
          port: ports.app,
          path: '/readyz',
          agent: false,
          headers: { host: 'example.com' },
        }),
      )
    expect((await probe()).status).toBe(200)
    expect((await visit('/readyz')).status).toBe(404)
    redis.signal('SIGSTOP')
    await sleep(1100)
    const away = await probe()
    redis.signal('SIGCONT')
    expect([away.status, away.text]).toEqual([503, 'not ready'])
    let status = 0
    for (let i = 0; i < 50 && status !== 200; i++) {
      await sleep(200)
      status = (await probe()).status
    }
    expect(status).toBe(200)
  }, 40_000)

  it('stops in good order', async () => {
    const before = performance.now()
    expect(await end(app)).toBe(0)
    expect(performance.now() - before).toBeLessThan(5000)
    expect((await visit('/')).status).toBe(502)
  }, 40_000)
})

describe('the page', () => {
  it('has a body limit at the proxy as the app has it', async () => {
    const { defaults } = await import('@dewar/http')
    expect(page).toContain(`client_max_body_size ${(defaults.maxContentLength.value ?? 0) / 2 ** 20}m;`)
  })
})
