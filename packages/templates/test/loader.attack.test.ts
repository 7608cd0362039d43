import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTemplates, type Templates } from '../src/index.ts'

let root = ''
let templates: Templates

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-loader-'))
  mkdirSync(join(root, 'templates/sub'), { recursive: true })
  mkdirSync(join(root, 'templates-evil'))
  writeFileSync(join(root, 'secret.html'), 'secret')
  writeFileSync(join(root, 'templates-evil/x.html'), 'secret')
  writeFileSync(join(root, 'templates/sub/ok.html'), 'ok')
  symlinkSync(join(root, 'secret.html'), join(root, 'templates/link.html'))
  symlinkSync(join(root, 'templates-evil'), join(root, 'templates/evil'))
  symlinkSync(join(root, 'templates/sub/ok.html'), join(root, 'templates/inner.html'))
  templates = createTemplates({ folders: [join(root, 'templates')] })
})
afterAll(() => rmSync(root, { recursive: true }))

it.each([
  '../secret.html',
  'sub/../../secret.html',
  '/etc/passwd',
  '..\\secret.html',
  'sub\\..\\..\\secret.html',
  './../secret.html',
  '../templates-evil/x.html',
  'sub/ok.html\0.txt',
  'link.html',
  'evil/x.html',
  'sub',
  'sub/',
  '',
  '.',
  'CON',
])('finds no template %j', (name) => {
  expect(() => templates.render(name)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_NOT_FOUND' }))
  expect(templates.exists(name)).toBe(false)
  const source = `{% include ${JSON.stringify(name).replace('\\u0000', '\\x00')} ignore missing %}`
  expect(templates.renderString(source)).toBe('')
})

it('finds templates below its folder, and links that stay there', () => {
  expect(templates.render('sub/ok.html') + templates.render('sub/../sub/ok.html')).toBe('okok')
  expect(templates.render('inner.html')).toBe('ok')
  expect(templates.list()).toEqual(['inner.html', 'sub/ok.html'])
})
