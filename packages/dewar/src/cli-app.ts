/** The commands of the app and of its blueprints. */
import type { Command } from 'commander'
import type { App } from './app.ts'
import type { CommandLine } from './cli.ts'
import type { CommandGroup, CommandRecord } from './cli-commands.ts'

/** Adds the app's commands, and those of each blueprint under its name. @internal */
export function addAppCommands(program: Command, session: CommandLine, app: App): void {
  if (!app.cli.isEmpty) program.commandsGroup('Commands of the app:')
  addGroup(program, session, app, app.cli)
  for (const [name, blueprint] of app.blueprints) {
    if (blueprint.cli.isEmpty) continue
    const group = app.cliGroups.get(name)
    if (group === null) {
      addGroup(program, session, app, blueprint.cli)
      continue
    }
    const text = blueprint.cli.description || `Commands of the blueprint ${name}.`
    addGroup(
      program
        .command(group ?? name)
        .description(text)
        .helpCommand(false),
      session,
      app,
      blueprint.cli,
    )
  }
}

function addGroup(parent: Command, session: CommandLine, app: App, group: CommandGroup): void {
  for (const record of group.commands) addCommand(parent, session, app, record)
  for (const inner of group.groups) {
    const command = parent.command(inner.name).description(inner.description).helpCommand(false)
    addGroup(command, session, app, inner)
  }
}

function addCommand(parent: Command, session: CommandLine, app: App, record: CommandRecord): void {
  const { name, words, description, options, run } = record
  const command = parent.command(words === '' ? name : `${name} ${words}`).description(description)
  for (const [flag, text] of Object.entries(options)) command.option(flag, text)
  command.action(async () => {
    const args = argumentsOf(command)
    const status = await (record.context ? app.context(() => run(args)) : run(args))
    if (typeof status === 'number') session.status = status
  })
}

/** Arguments and options by name; a flag that was not given is false. */
function argumentsOf(command: Command): Readonly<Record<string, unknown>> {
  const args: Record<string, unknown> = Object.create(null)
  for (const option of command.options) {
    const name = option.attributeName()
    args[name] =
      command.getOptionValue(name) ?? (option.isBoolean() ? false : option.variadic ? [] : undefined)
  }
  command.registeredArguments.forEach((argument, index) => {
    args[camelCase(argument.name())] = command.processedArgs[index] ?? (argument.variadic ? [] : undefined)
  })
  return args
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase())
}
