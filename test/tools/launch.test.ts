import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeRepository } from './fixture.ts'
import { root } from './workspace.ts'

const launcher = `${root}/test/tools/launch.mjs`
const hasNpm = spawnSync('npm', ['--version']).status === 0
const server = `
  import { createServer } from 'node:http'
  const server = createServer().listen(0, '127.0.0.1', () => console.log('Ready', process.version))
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => server.close(() => { console.log('closed by', signal); process.exit(0) }))
  }`

describe('launch.mjs', () => {
  it('runs the program with the pinned Node and its arguments', () => {
    const { stdout } = spawnSync(process.execPath, [launcher, '-p', 'process.version'], { encoding: 'utf8' })
    const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
    expect(stdout.trim()).toBe(`v${manifest.devDependencies.node}`)
  })

  it('ends as the program ends', () => {
    expect(spawnSync(process.execPath, [launcher, '-e', 'process.exit(3)']).status).toBe(3)
    expect(spawnSync(process.execPath, [launcher, '-e', 'process.kill(process.pid)']).signal).toBe('SIGTERM')
  })
})

describe.skipIf(!hasNpm || process.platform === 'win32')('npm start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('lets the server close itself on %s', async (signal) => {
    const { npm, lines, next } = await startServer()
    npm.kill(signal)
    await next(`closed by ${signal}`)
    expect(await once(npm, 'exit')).toEqual([0, null])
    expect(lines.filter((line) => line !== '' && !line.startsWith('>'))).toEqual([
      expect.stringMatching(/^Ready v26/),
      `closed by ${signal}`,
    ])
  })

  it('leaves no server behind when npm is killed', async () => {
    const { npm, next } = await startServer()
    npm.kill('SIGKILL')
    await next('closed by SIGTERM')
  })
})

/** The real start script with another program in its place, so that only the chain of processes is tested. */
async function startServer() {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const start = scripts.start.replaceAll(
    'test/tools/launch.mjs examples/blog/main.ts',
    `${launcher} server.mjs`,
  )
  const folder = makeRepository({ 'package.json': { scripts: { start } }, 'server.mjs': server })
  const npm = spawn('npm', ['start'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  onTestFinished(() => killGroup(npm))
  const lines: string[] = []
  const reader = createInterface({ input: npm.stdout }).on('line', (line) => lines.push(line))
  const next = async (text: string) => {
    while (!lines.some((line) => line.startsWith(text))) await once(reader, 'line')
  }
  await next('Ready')
  return { npm, lines, next }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing of the group is left.
  }
}
