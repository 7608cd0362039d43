import { describe, expect, it } from 'vitest'
import { safeJoin, secureFilename } from '../src/index.ts'

describe('safeJoin', () => {
  it.each([
    { parts: ['b'], path: '/a/b' },
    { parts: ['b/c.txt'], path: '/a/b/c.txt' },
    { parts: ['b', 'c'], path: '/a/b/c' },
    { parts: ['b/../c'], path: '/a/c' },
    { parts: ['b//c'], path: '/a/b/c' },
    { parts: [''], path: '/a' },
    { parts: ['.'], path: '/a/.' },
    { parts: ['b/'], path: '/a/b' },
    { parts: ['console.log'], path: '/a/console.log' },
    { parts: ['naïve plan.txt'], path: '/a/naïve plan.txt' },
    { parts: ['..b'], path: '/a/..b' },
  ])('joins $parts', ({ parts, path }) => {
    expect(safeJoin('/a', ...parts)).toBe(path)
  })

  it.each([
    [['..']],
    [['../b']],
    [['/b']],
    [['b/../../c']],
    [['b', '../c']],
    [['b\\..\\..\\c']],
    [['b\0.txt']],
    [['C:/windows']],
    [['c:relative']],
    [['NUL']],
    [['b/con.txt']],
    [['com1 .txt']],
    [['aux:stream']],
    [['a/'.repeat(3000)]],
  ])('refuses %j', (parts) => {
    expect(safeJoin('/a', ...parts)).toBeNull()
  })

  it('takes an empty directory for the working directory', () => {
    expect(safeJoin('', 'b')).toBe('./b')
  })
})

describe('secureFilename', () => {
  it.each([
    ['My cool movie.mov', 'My_cool_movie.mov'],
    ['../../etc/passwd', 'etc_passwd'],
    ['i contain cool ümläuts.txt', 'i_contain_cool_umlauts.txt'],
    ['.bashrc', 'bashrc'],
    ['a/b\\c.txt', 'a_bc.txt'],
    ['日本.txt', 'txt'],
    ['..', ''],
    ['', ''],
    ['CON.txt', '_CON.txt'],
    ['nul', '_nul'],
    ['a\0b.txt', 'ab.txt'],
    ['trailing._._', 'trailing'],
  ])('turns %j into %j', (name, safe) => {
    expect(secureFilename(name)).toBe(safe)
  })
})
