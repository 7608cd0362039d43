/** A1, B2: an app that must not start, and one that must. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { each, type Subject } from '../suite/case.ts'
import { secretKey, start, type Variables } from '../suite/site.ts'

const keys: Record<string, string | undefined> = {
  missing: undefined,
  empty: '',
  'a word': 'secret',
  'Flask’s word': 'dev',
  'a short one': 'k3J9xQ2mZ7',
  'one byte too short': 'q8Zr2vN5yT1wX7cK4mP9sB6dF3hJ0aL',
  'one letter': 'a'.repeat(64),
  'the alphabet': 'abcdefghijklmnopqrstuvwxyz0123456789',
  'a word repeated': 'password'.repeat(8),
  'a placeholder': 'change-me-to-a-long-random-string-in-production',
  'Django’s': `django-insecure-${'x'.repeat(50)}`,
  'that of Flask’s documentation': '192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf',
}

/** Starts at most three at a time: each is a process of its own. */
let queue: Promise<unknown>[] = []

async function attempt(variables: Variables): Promise<{ output: string; status: number | null | undefined }> {
  while (queue.length >= 3) await Promise.race(queue)
  const run = tryToStart(variables)
  const settled = run.then(
    () => undefined,
    () => undefined,
  )
  queue.push(settled)
  void settled.then(() => {
    queue = queue.filter((other) => other !== settled)
  })
  return run
}

async function tryToStart(
  variables: Variables,
): Promise<{ output: string; status: number | null | undefined }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gauntlet-start-'))
  const { child, output, outcome } = start(dataDir, { GAUNTLET_API_TOKEN: 'x', ...variables })
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const found = await outcome
  clearTimeout(timer)
  if ('port' in found) {
    child.kill('SIGTERM')
    const [status] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
    await rm(dataDir, { recursive: true })
    return { output: output(), status }
  }
  await rm(dataDir, { recursive: true })
  return { output: output(), status: found.status }
}

export const starting: Subject = {
  name: 'starting',
  attacks: [
    ...each('A1', 'no start with a key that is', keys, async (key) => {
      const { output, status } = await attempt({ GAUNTLET_SECRET_KEY: key })
      assert(status !== 0 && status !== null, `It ended with ${status}.`)
      assert(!output.includes('READY'))
      if (key !== undefined && key.trim().length > 6) assert(!output.includes(key), 'It shows the key.')
      assert.match(output, /SECRET_KEY/)
    }),
    {
      row: 'B2',
      what: 'no start in debug mode under NODE_ENV=production',
      async run() {
        const { output, status } = await attempt({ GAUNTLET_SECRET_KEY: secretKey, GAUNTLET_DEBUG: '1' })
        assert(status !== 0 && status !== null)
        assert(!output.includes('READY'))
        assert(!output.includes(secretKey))
      },
    },
  ],
  honest: [
    ...each(
      'A1',
      'a start with a key that is',
      {
        'of Base64': secretKey,
        'of hexadecimal digits': '8f0c3a7be1d94526f7a8b0c9d2e3f4051a6b7c8d9e0f1a2b3c4d5e6f708192a3',
      },
      async (key) => {
        const { output, status } = await attempt({ GAUNTLET_SECRET_KEY: key })
        assert.match(output, /^READY http:\/\/127\.0\.0\.1:\d+$/m)
        assert.equal(status, 0, output)
      },
    ),
  ],
}
