import { describe, expect, it } from 'vitest'
import { renderApi } from './api-page.ts'
import { makeRepository } from './fixture.ts'
import { readSignature } from './signature.ts'

const manifest = {
  name: '@dewar/base',
  exports: { '.': './src/index.ts', './register': './src/register.ts' },
  dewar: { floor: 0, imports: [] },
}

describe('renderApi', () => {
  it('lists what each entry exports, by name, through the files that hand it on', () => {
    const repository = makeRepository({
      'packages/base/package.json': manifest,
      'packages/base/src/index.ts':
        "export { type Shape, draw as paint } from './a.ts'\nexport { abort } from '@dewar/http'\n",
      'packages/base/src/a.ts':
        "export {\n  draw,\n} from './b.ts'\n\nexport type Shape = 'round' | 'square'\n",
      'packages/base/src/b.ts':
        'export function draw(shape: Shape): void {\n  hidden()\n}\n\nfunction hidden() {}\n',
      'packages/base/src/register.ts': 'hook()\n',
    })
    expect(renderApi(repository, 'base').split('\n').slice(4)).toEqual([
      '## `@dewar/base`',
      '',
      '```',
      'abort: abort of @dewar/http',
      'paint:',
      'function draw(shape: Shape): void',
      "type Shape = 'round' | 'square'",
      '```',
      '',
      '## `@dewar/base/register`',
      '',
      'Nothing: importing it does what it is for.',
      '',
    ])
  })
})

describe('a class whose base is not exported', () => {
  it('has the members of its base', () => {
    const repository = makeRepository({
      'packages/base/package.json': { ...manifest, exports: { '.': './src/index.ts' } },
      'packages/base/src/index.ts': "export { App } from './app.ts'\n",
      'packages/base/src/app.ts':
        "import { Setup } from './setup.ts'\n\nexport class App extends Setup<string> {\n  run(): void {}\n}\n",
      'packages/base/src/setup.ts':
        'export abstract class Setup<P extends string> extends Error {\n  get(rule: P): void {}\n}\n',
    })
    expect(renderApi(repository, 'base')).toContain(
      'class App extends Setup<string>\n  run(): void\n  get(rule: P): void\n```',
    )
  })
})

describe('readSignature', () => {
  it.each([
    [
      'a function over lines',
      'export async function f(\n  a: string,\n  b = 2,\n): Promise<void> {\n  go()\n}',
      ['async function f(a: string, b = 2): Promise<void>'],
    ],
    [
      'overloads',
      'export function f(a: 1): 1\nexport function f(a: unknown): unknown {\n  return a\n}',
      ['function f(a: 1): 1', 'function f(a: unknown): unknown'],
    ],
    ['a constant without its value', "export const f: Kind = 'x'", ['const f: Kind']],
    [
      'a union over lines',
      "export type f =\n  // one\n  | 'a'\n\n  /** Two. */\n  | 'b'",
      ["type f = | 'a' | 'b'"],
    ],
    [
      'an interface',
      'export interface f extends G {\n  /** A. */\n  readonly a?: { b: number }\n  run(): void\n}',
      ['interface f extends G', '  readonly a?: { b: number }', '  run(): void'],
    ],
    [
      'a class without what is private',
      'export class f {\n  readonly a: number = 1\n  #b = 2\n\n  constructor(c = 3) {\n    this.#b = c\n  }\n\n  /** For us. @internal */\n  d(): void {}\n\n  get e(): number {\n    return this.#b\n  }\n\n  #g() {}\n}',
      ['class f', '  readonly a: number', '  constructor(c = 3)', '  get e(): number'],
    ],
    ['nothing of what is internal', '/** @internal */\nexport function f(): void {}', []],
    ['nothing of another name', 'export function fg(): void {}', []],
  ])('reads %s', (_, source, lines) => {
    expect(readSignature(`${source}\n`, 'f')).toEqual(lines)
  })
})
