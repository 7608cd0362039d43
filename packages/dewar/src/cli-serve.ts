/** `dewar serve`: the app in production. */
import cluster from 'node:cluster'
import type { Command } from 'commander'
import type { Session } from './cli.ts'
import { addListenOptions, type ListenFlags, listen, readListenFlags, usageError } from './cli-listen.ts'
import type { Globals } from './cli-program.ts'
import { superviseWorkers } from './cli-workers.ts'

interface ServeFlags extends ListenFlags {
  readonly app?: string
  readonly workers?: string
}

const mostWorkers = 256

/** Adds `dewar serve`. Gunicorn: `gunicorn app:app`. @internal */
export function addServe(program: Command, session: Session, globals: Globals): Command {
  const command = program
    .command('serve')
    .description('Run the app in production: NODE_ENV=production, no debug mode, optional workers.')
    .argument('[app]', 'The file that exports the app, and the export: app.ts:app.')
    .option('--workers <number>', 'Processes that share the port; 1 by default.')
  return addListenOptions(command)
    .addHelpText(
      'after',
      `
Stop it with SIGTERM or Ctrl-C: requests in flight are answered first.
Behind a proxy, say so: TRUSTED_PROXY. Several workers share sessions in signed cookies; rates and stored
sessions need a store they all reach, such as Redis.`,
    )
    .action(async (place: string | undefined, flags: ServeFlags) => {
      process.env['NODE_ENV'] ??= 'production'
      const options = readListenFlags(flags)
      const workers = readWorkers(flags.workers)
      if (workers > 1 && cluster.isPrimary) {
        session.status = await superviseWorkers(workers)
        return
      }
      try {
        const app = await session.app(place ?? flags.app ?? globals.app)
        await listen(app, options, ({ url }) => {
          if (cluster.isPrimary) process.stdout.write(`Ready on ${url}\n`)
          else process.send?.({ ready: url })
        })
      } finally {
        // The channel to the first process would keep this one alive.
        if (cluster.isWorker) cluster.worker?.disconnect()
      }
    })
}

function readWorkers(text: string | undefined): number {
  if (text === undefined) return 1
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= mostWorkers) return count
  throw usageError(
    `'${text}' is no number of workers.`,
    `Give a number from 1 to ${mostWorkers}: --workers 4`,
  )
}
