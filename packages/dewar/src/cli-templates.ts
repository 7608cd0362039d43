/** `dewar templates`: the app's templates, what is wrong with them, and what the compiler made of them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { App } from './app.ts'
import type { CommandLine } from './cli.ts'
import type { GlobalFlags } from './cli-program.ts'
import { readReport, reportText, shownPath } from './cli-templates-report.ts'
import { surroundingsOf } from './compile-endpoint.ts'

interface AppFlag {
  readonly app?: string
}

/** Adds `dewar templates`. @internal */
export function addTemplates(program: Command, session: CommandLine, globals: GlobalFlags): Command {
  const load = async (flags: AppFlag): Promise<App> => {
    const app = await session.app(flags.app ?? globals.app)
    app.freeze()
    return app
  }
  const group = program
    .command('templates')
    .description('List the templates, check them, see what each value is escaped for.')
    .helpCommand(false)
    .option('-x, --explain <template>', 'Show the place and the escaper of each value of this template.')
    .option('--json', 'Print JSON, for programs.')
    .action(async (flags: AppFlag & { readonly explain?: string; readonly json?: boolean }) => {
      const app = await load(flags)
      if (flags.explain !== undefined) writeExplanation(app, flags.explain, flags.json === true)
      else writeList(app, flags.json === true)
    })
  addCheck(group, session, load)
  addTypes(group, session, load)
  addPrecompile(group, load)
  return group
}

type Load = (flags: AppFlag) => Promise<App>

function addCheck(group: Command, session: CommandLine, load: Load): void {
  group
    .command('check')
    .description(
      'Compile all templates; list every |safe, autoescape and unsafe…, with the reason beside it.',
    )
    .option('--strict', 'Fail if one of these has no comment that gives the reason.')
    .option('--json', 'Print JSON, for programs.')
    .action(async (_: unknown, command: Command) => {
      const flags: AppFlag & { readonly strict?: boolean; readonly json?: boolean } =
        command.optsWithGlobals()
      const app = await load(flags)
      const report = readReport(app)
      process.stdout.write(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
      const isUnexplained = flags.strict === true && report.audit.some(({ why }) => why === '')
      if (report.errors.length > 0 || isUnexplained) session.status = 1
    })
}

function addTypes(group: Command, session: CommandLine, load: Load): void {
  group
    .command('types')
    .description('Write the names that each template reads, so that the compiler checks renderTemplate().')
    .argument('[file]', 'The declaration file, - for standard output.', 'templates.d.ts')
    .option('--check', 'Write nothing; fail if the file is not up to date.')
    .action(async (file: string, _: unknown, command: Command) => {
      const flags: AppFlag & { readonly check?: boolean } = command.optsWithGlobals()
      const app = await load(flags)
      const text = app.templates.contextTypes({ module: 'dewar', given: namesOfProcessors(app) })
      if (flags.check === true) {
        if (textOf(file) === text) return
        process.stderr.write(`${file} is not up to date.\nRun: dewar templates types ${file}\n`)
        session.status = 1
      } else write(file, text)
    })
}

function addPrecompile(group: Command, load: Load): void {
  group
    .command('precompile')
    .description('Write all templates as a module, for createApp({ templates: { precompiled } }).')
    .argument('[file]', 'The module, .js or .ts, - for standard output.', 'templates.js')
    .action(async (file: string, _: unknown, command: Command) => {
      const app = await load(command.optsWithGlobals())
      const { errors } = app.templates.check()
      const [first] = errors
      if (first !== undefined) throw first
      const text = app.templates.precompile()
      write(file, file.endsWith('.ts') ? typedModule(text) : text)
    })
}

/** The same module with a type, so that it can be imported where JavaScript cannot. */
function typedModule(text: string): string {
  const head = "// @ts-nocheck\nimport type { PrecompiledTemplates } from 'dewar'\n"
  return head + text.replace('export const precompiled =', 'export const precompiled: PrecompiledTemplates =')
}

function write(file: string, text: string): void {
  if (file === '-') process.stdout.write(text)
  else {
    writeFileSync(file, text)
    process.stdout.write(`Wrote ${file}.\n`)
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** The names that context processors give to every page; one that fails outside of a real request gives none. */
function namesOfProcessors(app: App): string[] {
  const processors = [[], ...[...app.blueprints.keys()].map((name) => [name])].flatMap(
    (names) => surroundingsOf(app, names).contextProcessors,
  )
  return app.testRequestContext('/', () =>
    [...new Set(processors)].flatMap((processor) => {
      try {
        return Object.keys(processor())
      } catch {
        return []
      }
    }),
  )
}

function writeList({ templates }: App, isJson: boolean): void {
  const rows = templates.list().map((name) => ({ name, files: templates.files(name).map(shownPath) }))
  if (isJson) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    return
  }
  if (rows.length === 0) {
    process.stdout.write('There are no templates.\n')
    return
  }
  const width = Math.max('Template'.length, ...rows.map(({ name }) => name.length))
  const lines = rows.map(({ name, files: [file = 'source', ...hidden] }) => {
    const note = hidden.length === 0 ? '' : `  (hides ${hidden.join(', ')})`
    return `${name.padEnd(width)}  ${file}${note}`
  })
  process.stdout.write(
    `${['Template'.padEnd(width)]}  File\n${'-'.repeat(width)}  ----\n${lines.join('\n')}\n`,
  )
}

/** Names a template by its name, or by the path of its file, as shells complete it. */
function writeExplanation({ templates }: App, given: string, isJson: boolean): void {
  const path = resolve(given)
  const name = templates.exists(given)
    ? given
    : (templates.list().find((candidate) => templates.files(candidate)[0] === path) ?? given)
  const explanation = templates.explain(name)
  process.stdout.write(isJson ? `${JSON.stringify(explanation, null, 2)}\n` : `${explanation.text}\n`)
}
