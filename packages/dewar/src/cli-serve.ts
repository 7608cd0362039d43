/** `dewar serve`: the app in production. */
import cluster from 'node:cluster'
import { type Command, Option } from 'commander'
import type { CommandLine } from './cli.ts'
import { addListenOptions, type ListenFlags, listen, readListenFlags, usageError } from './cli-listen.ts'
import type { GlobalFlags } from './cli-program.ts'
import { superviseWorkers } from './cli-workers.ts'
import { defaults } from './defaults.ts'

interface ServeFlags extends ListenFlags {
  readonly app?: string
  readonly workers?: string
  readonly locked?: boolean
  readonly allowRead?: readonly string[]
  readonly allowWrite?: readonly string[]
  /** In a locked process: where files with decorators lie compiled. */
  readonly lockedWith?: string
  readonly reusePort?: boolean
}

/** Adds `dewar serve`. Gunicorn: `gunicorn app:app`. @internal */
export function addServe(program: Command, session: CommandLine, globals: GlobalFlags): Command {
  const command = program
    .command('serve')
    .description('Run the app in production: NODE_ENV=production, no debug mode, optional workers.')
    .argument('[app]', 'The file that exports the app, and the export: app.ts:app.')
    .option('--workers <number>', 'Processes that share the port; 1 by default.')
    .option(
      '--locked',
      "Under Node's permission model: read the app, write its instance folder, start nothing.",
    )
    .option('--allow-read <path...>', 'With --locked: further files or folders that may be read.')
    .option(
      '--allow-write <path...>',
      'With --locked: further files or folders that may be written and read.',
    )
    .addOption(new Option('--locked-with <folder>').hideHelp())
    .addOption(new Option('--reuse-port').hideHelp())
  return addListenOptions(command)
    .addHelpText(
      'after',
      `
Stop it with SIGTERM or Ctrl-C: requests in flight are answered first.
Behind a proxy, say so: TRUSTED_PROXY. Several workers share sessions in signed cookies; rates and stored
sessions need a store they all reach, such as Redis.

Examples:
  dewar serve --workers 4
  dewar serve --locked --allow-write /var/lib/shop`,
    )
    .action(async (place: string | undefined, flags: ServeFlags) => {
      process.env['NODE_ENV'] ??= 'production'
      await serve(session, place ?? flags.app ?? globals.app, flags)
    })
}

async function serve(session: CommandLine, place: string | undefined, flags: ServeFlags): Promise<void> {
  const options = readListenFlags(flags)
  const workers = readWorkers(flags.workers)
  if (flags.locked === true) {
    session.status = await lock(place, workers, flags)
    return
  }
  if (flags.allowRead !== undefined || flags.allowWrite !== undefined)
    throw usageError('--allow-read and --allow-write go with --locked.', 'Add --locked, or leave them out.')
  if (workers > 1 && cluster.isPrimary) {
    session.status = await superviseWorkers(workers)
    return
  }
  const isSupervised = cluster.isWorker || flags.lockedWith !== undefined
  try {
    const app = await session.app(place, flags.lockedWith)
    await listen(app, { ...options, reusePort: flags.reusePort }, ({ url }) => {
      if (isSupervised) process.send?.({ ready: url })
      else process.stdout.write(`Ready on ${url}\n`)
    })
  } finally {
    // The channel to the first process would keep this one alive.
    if (isSupervised && process.connected) process.disconnect?.()
  }
}

async function lock(place: string | undefined, workers: number, flags: ServeFlags): Promise<number> {
  const { superviseLocked } = await import('./cli-locked.ts')
  const { allowRead = [], allowWrite = [], host, port, cert, key } = flags
  const listening = {
    ...(host && { host }),
    ...(port && { port }),
    ...(cert && { cert }),
    ...(key && { key }),
  }
  return superviseLocked({ ...listening, place, workers, allowRead, allowWrite })
}

function readWorkers(text: string | undefined): number {
  if (text === undefined) return 1
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= defaults.mostWorkers.value) return count
  throw usageError(
    `'${text}' is no number of workers.`,
    `Give a number from 1 to ${defaults.mostWorkers.value}: --workers 4`,
  )
}
