/** The code of README.md, docs and the packages' READMEs: it compiles, and it does what the page says it does. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  folderOf,
  lowerDecorators,
  programsOf,
  readSnippets,
  type Snippet,
  writeSnippets,
} from './tools/snippets.ts'
import { root } from './tools/workspace.ts'

const run = promisify(execFile)
const work = join(import.meta.dirname, '.snippets')
const snippets = readSnippets(root)
const code = snippets.filter(({ file }) => file.endsWith('.ts'))
/** What tsc says, by the file it says it of. */
const diagnostics = new Map<string, string[]>()
/** Every run that has been started; the tests wait for theirs. */
const runs = new Map<Snippet, Promise<{ ended: boolean; output: string }>>()

beforeAll(async () => {
  rmSync(work, { recursive: true, force: true })
  writeSnippets(snippets, work, root)
  await inParallel([...programsOf(snippets).keys()], compile)
  for (const snippet of code) await lowerDecorators(join(work, pathOf(snippet)))
  const runnable = code.filter(({ expectation: { kind } }) => kind === 'run' || kind === 'throw')
  await inParallel(runnable, async (snippet) => {
    const ended = start(snippet)
    runs.set(snippet, ended)
    await ended
  })
}, 300_000)

afterAll(() => rmSync(work, { recursive: true, force: true }))

const claims = {
  run: 'runs to its end',
  compile: 'compiles',
  throw: 'ends with',
  typeError: 'does not compile',
}
const rows = code.map((snippet) => ({ snippet, claim: claimOf(snippet) }))

it.each(rows)('$claim', async ({ snippet }) => {
  const { expectation } = snippet
  const found = diagnostics.get(pathOf(snippet)) ?? []
  if (expectation.kind === 'typeError') {
    expect(found).not.toEqual([])
    return
  }
  expect(found).toEqual([])
  const result = await runs.get(snippet)
  if (expectation.kind === 'run') expect(result, result?.output).toMatchObject({ ended: true })
  if (expectation.kind === 'throw') {
    expect(result).toMatchObject({ ended: false, output: expect.stringContaining(expectation.code) })
  }
})

function claimOf({ page, line, expectation }: Snippet): string {
  const code = expectation.kind === 'throw' ? ` ${expectation.code}` : ''
  return `${page}:${line} ${claims[expectation.kind]}${code}`
}

function pathOf(snippet: Snippet): string {
  return `${folderOf(snippet)}/${snippet.file}`
}

async function compile(program: string): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout, failed } = await node([
    tsc,
    '-p',
    join(work, `tsconfig.${program}.json`),
    '--pretty',
    'false',
  ])
  if (failed && !stdout.includes('.ts(')) throw new Error(`tsc could not compile ${program}: ${stdout}`)
  for (const line of stdout.split('\n')) {
    const file = /^(.*?\.ts)\(\d+,\d+\): error/.exec(line)?.[1]
    if (!file) continue
    const path = file.split('.snippets/').at(-1) ?? file
    diagnostics.set(path, [...(diagnostics.get(path) ?? []), line])
  }
}

async function start(snippet: Snippet): Promise<{ ended: boolean; output: string }> {
  const { stdout, stderr, failed } = await node([join(work, pathOf(snippet))])
  return { ended: !failed, output: `${stdout}${stderr}` }
}

async function node(args: readonly string[]): Promise<{ stdout: string; stderr: string; failed: boolean }> {
  const env = { ...process.env, DEWAR_SECRET_KEY: randomBytes(32).toString('base64url'), NODE_OPTIONS: '' }
  try {
    return { ...(await run(process.execPath, args, { cwd: work, env, timeout: 30_000 })), failed: false }
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    return { stdout, stderr: `${stderr}${error instanceof Error ? error.message : ''}`, failed: true }
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}
