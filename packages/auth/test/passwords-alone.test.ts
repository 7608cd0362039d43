import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** The modules of the packages that a program loads, by the names of their folders. */
function roomsLoadedBy(specifier: string): string[] {
  const program = `
    import { registerHooks } from 'node:module'
    const rooms = new Set()
    registerHooks({
      load(url, context, next) {
        const room = /packages\\/([a-z]+)\\/src\\//.exec(url)?.[1]
        if (room) rooms.add(room)
        return next(url, context)
      },
    })
    await import(${JSON.stringify(specifier)})
    console.log(JSON.stringify([...rooms].sort()))`
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  return JSON.parse(out) as string[]
}

describe('@dewar/auth/passwords', () => {
  it('hashes passwords in any program, without loading the app', () => {
    expect(roomsLoadedBy('@dewar/auth/passwords')).toEqual(['auth', 'base', 'http', 'markup'])
  })

  it('is a part of the whole', () => {
    expect(roomsLoadedBy('@dewar/auth')).toContain('dewar')
  })
})
