/**
 * Commands of the app's own, for the command line: `app.command('create-user <name>', …)`, then
 * `dewar create-user ada`. They run in a context of the app.
 */
import { DewarError } from '@dewar/base'
import type { MaybePromise } from './route-types.ts'

/** `drop-table` as `dropTable`. */
type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${CamelCase<Capitalize<Tail>>}`
  : S

/** One word behind a command's name. */
type WordArgs<W extends string> = W extends `<${infer N}...>`
  ? { [K in CamelCase<N>]: string[] }
  : W extends `<${infer N}>`
    ? { [K in CamelCase<N>]: string }
    : W extends `[${infer N}...]`
      ? { [K in CamelCase<N>]: string[] }
      : W extends `[${infer N}]`
        ? { [K in CamelCase<N>]: string | undefined }
        : unknown

/** The arguments of a command line: `create-user <name> [email]`. */
export type LineArgs<S extends string> = S extends `${infer Word} ${infer Rest}`
  ? WordArgs<Word> & LineArgs<Rest>
  : WordArgs<S>

type LongFlag<S extends string> = S extends `${string}--no-${infer F}`
  ? F
  : S extends `${string}--${infer F}`
    ? F
    : never

type FirstWord<S extends string> = S extends `${infer Word} ${string}` ? Word : S

type FlagValue<S extends string> = S extends `${string}...>`
  ? string[]
  : S extends `${string}<${string}>`
    ? string | undefined
    : boolean

/** The values of options, by their flags: `'-a, --admin'` is a boolean, `'--role <name>'` text or nothing. */
export type FlagArgs<O> = {
  [F in keyof O & string as CamelCase<FirstWord<LongFlag<F>>>]: FlagValue<F>
}

/** What can be said of a command beside its line. */
export interface CommandOptions<
  O extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
> {
  /** One sentence for the help. */
  readonly description?: string | undefined
  /** Flags and what they are for: `{ '-a, --admin': 'May do everything.', '--role <name>': 'What the user may do.' }`. */
  readonly options?: O | undefined
  /** Whether it runs in a context of the app; true by default. Flask: `with_appcontext`. */
  readonly context?: boolean | undefined
}

/** What a command does: its arguments and options in one object; a returned number is the exit status. */
// biome-ignore lint/suspicious/noConfusingVoidType: a command that returns nothing has succeeded
export type CommandRun<A> = (args: A) => MaybePromise<number | void>

/** A command as it was declared. @internal */
export interface CommandRecord {
  /** Its name without the arguments. */
  readonly name: string
  /** `<name> [email]`. */
  readonly words: string
  readonly description: string
  readonly options: Readonly<Record<string, string>>
  readonly context: boolean
  readonly run: CommandRun<Readonly<Record<string, unknown>>>
}

const line =
  /^([a-z][\w-]*(?::[\w-]+)*)((?: +(?:<[a-zA-Z][\w-]*(?:\.\.\.)?>|\[[a-zA-Z][\w-]*(?:\.\.\.)?\]))*)$/
const flags = /^(?:-[a-zA-Z], )?--[a-z][\w-]*(?: <[\w-]+(?:\.\.\.)?>)?$/

/**
 * The commands of an app, a blueprint or a group.
 *
 * @see Flask: `app.cli`, an `AppGroup`
 */
export class CommandGroup {
  /** The group's name; empty for the app's own. */
  readonly name: string
  /** One sentence for the help. */
  readonly description: string
  readonly #commands = new Map<string, CommandRecord>()
  readonly #groups = new Map<string, CommandGroup>()

  /** @internal */
  constructor(name = '', description = '') {
    this.name = name
    this.description = description
  }

  /**
   * Adds a command.
   *
   * @param text its name and arguments: `create-user <name> [email]`, `import <files...>`
   * @param run gets all arguments and options by name; throws, or returns a status other than 0, where it fails
   * @throws {DewarError} `ERR_DEWAR_COMMAND` for a line or flag that cannot be read, or a name that is taken
   * @example
   * ```ts
   * import { createApp } from 'dewar'
   *
   * const app = createApp()
   * app.cli.command('greet <name>', { options: { '--loud': 'In capitals.' } }, ({ name, loud }) => {
   *   console.log(loud ? name.toUpperCase() : name)
   * })
   * ```
   * @see Flask: `app.cli.command`
   */
  command<S extends string>(text: S, run: CommandRun<LineArgs<S>>): void
  command<
    S extends string,
    const O extends Readonly<Record<string, string>> = Readonly<Record<never, string>>,
  >(text: S, options: CommandOptions<O>, run: CommandRun<LineArgs<S> & FlagArgs<O>>): void
  command(text: string, second: CommandOptions | CommandRun<never>, third?: CommandRun<never>): void {
    const options = typeof second === 'function' ? {} : second
    const run = typeof second === 'function' ? second : third
    const [, name = '', words = ''] = line.exec(text) ?? []
    if (name === '') throw badCommand(text, "Write a name and its arguments: 'create-user <name> [email]'.")
    for (const flag of Object.keys(options.options ?? {})) {
      if (!flags.test(flag))
        throw badCommand(`${text} ${flag}`, "Write flags like '--admin' or '-r, --role <name>'.")
    }
    this.#claim(name)
    this.#commands.set(name, {
      name,
      words: words.trim(),
      description: options.description ?? '',
      options: options.options ?? {},
      context: options.context ?? true,
      run: run as CommandRun<Readonly<Record<string, unknown>>>,
    })
  }

  /**
   * Adds a group of commands: `app.cli.group('user').command('add <name>', …)` is `dewar user add`.
   *
   * @throws {DewarError} `ERR_DEWAR_COMMAND` if the name is taken
   * @see Flask: `AppGroup`
   */
  group(name: string, description = ''): CommandGroup {
    if (!/^[a-z][\w-]*$/.test(name)) throw badCommand(name, "Name the group with one word: 'user'.")
    this.#claim(name)
    const group = new CommandGroup(name, description)
    this.#groups.set(name, group)
    return group
  }

  /** @internal */
  get commands(): readonly CommandRecord[] {
    return [...this.#commands.values()]
  }

  /** @internal */
  get groups(): readonly CommandGroup[] {
    return [...this.#groups.values()]
  }

  /** Whether there is nothing to run. @internal */
  get isEmpty(): boolean {
    return this.#commands.size === 0 && this.groups.every((group) => group.isEmpty)
  }

  #claim(name: string): void {
    if (!this.#commands.has(name) && !this.#groups.has(name)) return
    throw badCommand(name, 'Give it another name: this one is taken.')
  }
}

function badCommand(text: string, fix: string): DewarError {
  return new DewarError('ERR_DEWAR_COMMAND', `The command '${text}' cannot be added.`, {
    fix,
    details: { command: text },
  })
}
