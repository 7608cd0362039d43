/** `dewar shell`: a prompt inside a context of the app. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { start } from 'node:repl'
import type { Command } from 'commander'
import type { App } from './app.ts'
import type { CommandLine } from './cli.ts'
import type { GlobalFlags } from './cli-program.ts'
import { packageVersion } from './cli-version.ts'
import { g } from './globals.ts'
import { urlFor } from './url-for.ts'

/** Adds `dewar shell`. Flask: `flask shell`. @internal */
export function addShell(program: Command, session: CommandLine, globals: GlobalFlags): Command {
  return program
    .command('shell')
    .description('Open a JavaScript prompt in a context of the app.')
    .argument('[app]', 'The file that exports the app, and the export: app.ts:app.')
    .addHelpText('after', '\nAt the prompt: app, g, urlFor, await, and what app.shellContextProcessor adds.')
    .action(async (place: string | undefined, { app: named }: { readonly app?: string }) => {
      await openShell(await session.app(place ?? named ?? globals.app))
    })
}

async function openShell(app: App): Promise<void> {
  await app.start()
  const values = app.makeShellContext()
  const interactive = process.stdin.isTTY === true
  if (interactive) process.stdout.write(greeting(app, Object.keys(values)))
  await app.context(async () => {
    const repl = start({ prompt: interactive ? `${app.name}> ` : '', terminal: interactive })
    const evaluate = repl.eval
    // What is typed runs in the context, whichever callback of the terminal it arrives in.
    const inContext = AsyncLocalStorage.snapshot()
    Object.assign(repl, {
      eval: (...args: Parameters<typeof evaluate>) => inContext(() => evaluate.apply(repl, args)),
    })
    Object.assign(repl.context, { app, g, urlFor, ...values })
    await new Promise<void>((resolve) => repl.once('exit', resolve))
  })
  await app.stop()
}

function greeting({ name, debug }: App, added: readonly string[]): string {
  const names = ['app', 'g', 'urlFor', ...added].join(', ')
  return `Dewar ${packageVersion()}, Node ${process.versions.node}. App: ${name}${debug ? ' (debug)' : ''}.\nAt hand: ${names}. Leave with .exit\n`
}
