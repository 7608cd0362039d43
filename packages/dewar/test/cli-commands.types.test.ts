import { describe, expect, expectTypeOf, it } from 'vitest'
import { CommandGroup } from '../src/cli-commands.ts'

describe('a command', () => {
  it('types its arguments and options by its line', () => {
    const group = new CommandGroup()
    group.command('add <user-name> [email]', (args) => {
      expectTypeOf(args.userName).toEqualTypeOf<string>()
      expectTypeOf(args.email).toEqualTypeOf<string | undefined>()
      // @ts-expect-error: there is no such argument
      void args.name
    })
    group.command(
      'load <files...>',
      { options: { '-a, --all': '', '--dry-run': '', '--role <name>': '', '--tag <names...>': '' } },
      (args) => {
        expectTypeOf(args.files).toEqualTypeOf<string[]>()
        expectTypeOf(args.all).toEqualTypeOf<boolean>()
        expectTypeOf(args.dryRun).toEqualTypeOf<boolean>()
        expectTypeOf(args.role).toEqualTypeOf<string | undefined>()
        expectTypeOf(args.tag).toEqualTypeOf<string[]>()
      },
    )
    expect(group.commands.map(({ name }) => name)).toEqual(['add', 'load'])
  })

  it.each([
    { what: 'no name', text: '<name>' },
    { what: 'a flag in its line', text: 'add --force' },
    { what: 'an unclosed argument', text: 'add <name' },
  ])('is refused with $what', ({ text }) => {
    expect(() => new CommandGroup().command(text, () => {})).toThrow(/cannot be added/)
  })

  it('is refused with a flag that is none, or a name that is taken', () => {
    const group = new CommandGroup()
    group.command('add', () => {})
    expect(() => group.command('add', () => {})).toThrow(/cannot be added/)
    expect(() => group.group('add')).toThrow(/cannot be added/)
    expect(() => group.command('x', { options: { force: '' } }, () => {})).toThrow(/cannot be added/)
  })
})
