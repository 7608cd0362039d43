/** docs/parity.md: every public name of Flask is in it, and what it says Dewar has, Dewar has. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as dewar from 'dewar'
import { createApp, createBlueprint, Response } from 'dewar'
import { describe, expect, it } from 'vitest'

interface Row {
  readonly name: string
  /** What Dewar has, or nothing. */
  readonly ours: string
  readonly note: string
}

const page = readFileSync(join(import.meta.dirname, '../docs/parity.md'), 'utf8')
const flask: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'parity/flask-names.json'), 'utf8'),
)

/** The tables in the order of Flask's lists. */
const tables: readonly Row[][] = page
  .split(/^## /m)
  .slice(1)
  .map((section) =>
    Array.from(
      section.matchAll(/^\| `(.+?)` \| (?:`(.+?)`|–) \|(.*)\|$/gm),
      ([, name = '', ours = '', note = '']) => ({
        name,
        ours,
        note: note.trim(),
      }),
    ),
  )

const app = createApp({
  environment: {},
  config: { SECRET_KEY: 'k'.repeat(10), DEBUG: true },
  logger: { level: 'silent' },
})
app.get('/', () => 'x')
const request = app.createRequest({ method: 'GET', target: '/', headers: { Host: 'localhost' } })
const session = app.testRequestContext('/', () => dewar.useContext().session)
const program = (await app.testCliRunner().invoke('--help')).output

/** The things whose members the page names, by how it calls them. */
const things: Readonly<Record<string, object>> = {
  app,
  'app.config': app.config,
  'app.json': app.json,
  'app.signals': app.signals,
  'app.sessions': app.sessions,
  'app.cli': app.cli,
  blueprint: createBlueprint('x'),
  request,
  response: new Response(),
  session,
  client: app.testClient(),
  runner: app.testCliRunner(),
}

describe('docs/parity.md', () => {
  it.each(Object.keys(flask).map((list, index) => ({ list, index })))(
    'has every name of $list',
    ({ list, index }) => {
      expect(tables[index]?.map(({ name }) => name)).toEqual(flask[list])
    },
  )

  it.each(tables.flat().filter(({ ours }) => ours !== ''))('$name: there is $ours', ({ ours }) => {
    expect(exists(ours)).toBe(true)
  })

  it('says why of all that is not there', () => {
    expect(tables.flat().filter(({ ours, note }) => ours === '' && note === '')).toEqual([])
  })

  it('does not say "not yet" of what has come', () => {
    const promised = tables.flat().filter(({ note }) => note.startsWith('Not yet'))
    expect(promised.map(({ name }) => camelCase(name)).filter((name) => name in dewar)).toEqual([])
  })

  it('counts right', () => {
    expect(page).toContain(`All ${tables.flat().length} public names`)
  })
})

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function exists(ours: string): boolean {
  const option = /^(createApp|createBlueprint)\(\{ (\w+) \}\)$/.exec(ours)
  if (option) return takesOption(option[1] ?? '', option[2] ?? '')
  const template = /^\{\{ (\w+) \}\}$/.exec(ours)
  if (template)
    return (
      app.testRequestContext('/', () => app.templates.renderString(`{{ ${template[1]} is defined }}`)) ===
      'true'
    )
  if (ours.startsWith('dewar ')) return program.includes(ours.slice('dewar '.length))
  if (ours === 'dewar/cli') return true
  const dot = ours.lastIndexOf('.')
  if (dot < 0) return ours in dewar
  return ours.slice(dot + 1) in (things[ours.slice(0, dot)] ?? {})
}

function takesOption(call: string, name: string): boolean {
  const options = { [name]: undefined }
  try {
    if (call === 'createApp') createApp({ environment: {}, ...options })
    else createBlueprint('x', options)
    return true
  } catch {
    return false
  }
}
