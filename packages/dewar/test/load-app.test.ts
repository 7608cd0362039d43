import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadApp } from '../src/load-app.ts'

const source = join(import.meta.dirname, '../src/index.ts')

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-load-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'site.ts')
  writeFileSync(path, `import { createApp as create } from ${JSON.stringify(source)}\n${text}`)
  return path
}

const make = (name: string) => `create({ name: '${name}', environment: {} })`

describe('loadApp', () => {
  it.each([
    ['app', `export const app = ${make('a')}; export const other = ${make('b')}`, '', 'a'],
    ['application', `export const application = ${make('a')}`, '', 'a'],
    ['the default', `export default ${make('a')}`, '', 'a'],
    ['one of another name', `export const site = ${make('a')}; export const x = 1`, '', 'a'],
    ['createApp()', `export const createApp = () => ${make('a')}`, '', 'a'],
    ['makeApp(), later', `export const makeApp = async () => ${make('a')}`, '', 'a'],
    ['createApplication()', `export const createApplication = () => ${make('a')}`, '', 'a'],
    ['what is named', `export const a = ${make('a')}; export const b = ${make('b')}`, ':b', 'b'],
    ['what a named function makes', `export const build = () => ${make('c')}`, ':build', 'c'],
  ])('finds the app among the exports of a file: %s', async (_what, text, export_, name) => {
    expect((await loadApp(file(text) + export_)).name).toBe(name)
  })

  it.each([
    ['no app', 'export const x = 1', '', /exports no app/, 'ERR_DEWAR_CLI_NO_APP'],
    [
      'two apps',
      `export const a = ${make('a')}; export const b = ${make('b')}`,
      '',
      /exports no app/,
      'ERR_DEWAR_CLI_NO_APP',
    ],
    [
      'another name',
      `export const app = ${make('a')}`,
      ':site',
      /no app named 'site'/,
      'ERR_DEWAR_CLI_NO_APP',
    ],
    [
      'a function that makes none',
      'export const app = () => 1',
      ':app',
      /no app named 'app'/,
      'ERR_DEWAR_CLI_NO_APP',
    ],
  ])('says what is missing: %s', async (_what, text, export_, message, code) => {
    const pending = loadApp(file(text) + export_)
    await expect(pending).rejects.toThrow(message)
    await expect(pending).rejects.toMatchObject({ code })
  })

  it('says which file is missing', async () => {
    await expect(loadApp('/nowhere/app.ts')).rejects.toMatchObject({ code: 'ERR_DEWAR_CLI_NO_FILE' })
  })
})
