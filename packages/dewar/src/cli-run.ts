/** `dewar run`: the app on this machine, while it is being written. */
import type { Command } from 'commander'
import type { CommandLine } from './cli.ts'
import { addListenOptions, type ListenFlags, listen, readListenFlags } from './cli-listen.ts'
import type { GlobalFlags } from './cli-program.ts'
import { watch } from './cli-watch.ts'

interface RunFlags extends ListenFlags {
  readonly app?: string
  readonly watch?: boolean
  readonly watchPath?: readonly string[]
}

/** Adds `dewar run`. Flask: `flask run`. @internal */
export function addRun(program: Command, session: CommandLine, globals: GlobalFlags): Command {
  const command = program
    .command('run')
    .description('Run the app while you write it.')
    .argument('[app]', 'The file that exports the app, and the export: app.ts:app.')
    .option('-w, --watch', 'Start anew whenever a source file changes.')
    .option('--watch-path <path...>', 'Further files or folders to watch.')
  return addListenOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  dewar run --debug --watch         error pages, and a new start at each change
  dewar run shop.ts:app --port 8000
  dewar run --cert adhoc            https with a certificate made for this run`,
    )
    .action(async (place: string | undefined, flags: RunFlags) => {
      const options = readListenFlags(flags)
      if (flags.watch === true) return watch(flags.watchPath ?? [])
      const app = await session.app(place ?? flags.app ?? globals.app)
      await listen(app, options, ({ url }) => {
        const debug = app.debug ? 'Debug mode is on: for this machine only.\n' : ''
        process.stdout.write(`${debug}Ready on ${url}\n`)
      })
    })
}
