/** `docs/deploy-check.md`: every id of `dewar check`, read from its tables. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const head = `# Before a release: \`dewar check\`

\`\`\`
$ dewar check --deploy
Keys
  error    key-literal
           app.ts:8:5
           SECRET_KEY is written into the source.
           Take it out and make a new one: it is known. Run \`npx dewar secret\` and put the result into DEWAR_SECRET_KEY …

1 error, 0 warnings, 0 notes (for production)
\`\`\`

The app is loaded and put together as for its first request, and not started: no port is opened, no \`onStart\` runs. Then its settings, routes
and templates are asked, its source is parsed (comments and strings are not mistaken for code; tests, \`node_modules\` and what was built are left
alone), and its files, Node and its dependencies are looked at.

| option | does |
|---|---|
| \`--deploy\` | assumes \`NODE_ENV=production\`, so that a laptop checks what the server will run |
| \`--fail-level error\\|warning\\|note\\|never\` | from which severity on the exit status is 1; \`warning\` by default |
| \`--json\` | for programs |
| \`--sarif\` | SARIF 2.1.0, which code hosts show beside the lines |
| \`--offline\` | does not ask the registry for published weaknesses |
| \`--advisories PATH\` | compares the lockfile with [OSV](https://ossf.github.io/osv-schema/) entries of a file or folder, such as a copy of the GitHub Advisory Database |
| \`--project FOLDER\` | where the app's own files are; by default where its \`package.json\` is |
| \`--list\` | lists the ids |

The exit status is 0 if nothing is as bad as the level, 1 if something is or there is no app, 2 for a wrong command line. In CI:

\`\`\`yaml
- run: npx dewar check --deploy --sarif > dewar.sarif
\`\`\`

## Silencing

\`CHECK_SILENCED: ['csrf-exempt']\` hides an id once you have read every place. What is silenced is itself listed, with how much it hides; SARIF has
it as suppressed. An id that does not exist is a warning.

## Extensions

What an extension puts into \`app.extensions\` says what it touches, \`touches: ['session', 'network']\`, and is listed with it.

## Ids

An id never changes its meaning. *Error*: a hole, or the app does not start. *Warning*: a protection is taken away. *Note*: something to know.
Each Django id that means the same is named; what Django checks and is not here cannot be wrong in Dewar: the middleware cannot be left out
(W001, W002), there is no CSRF cookie to protect (W016), and the types of settings are checked at start (E024, E026).

<!-- Written by \`npm run docs\` from packages/dewar/src/check/rules.ts. -->
`

interface Row {
  readonly group: string
  readonly severity: string
  readonly title: string
  readonly why: string
  readonly fix: string
  readonly django?: string
}

interface Rules {
  readonly checkRules: Readonly<Record<string, Row>>
  readonly checkGroups: readonly string[]
}

/** Writes the page of a repository; one without the command has a page without ids. */
export async function renderChecks(repository: string): Promise<string> {
  const file = join(repository, 'packages/dewar/src/check/rules.ts')
  if (!existsSync(file)) return head
  const { checkRules, checkGroups }: Rules = await import(pathToFileURL(file).href)
  const groups = checkGroups.map((group) => {
    const rows = Object.entries(checkRules).filter(([, row]) => row.group === group)
    return `### ${group}\n\n${rows.map(([id, row]) => entry(id, row)).join('\n')}`
  })
  return [head, ...groups].join('\n')
}

function entry(id: string, { severity, title, why, fix, django }: Row): string {
  const same = django === undefined ? '' : ` Django: ${django}.`
  return `#### ${id}\n\n*${severity}*: ${text(title)}.\n\n${text(why)} ${text(fix)}${same}\n`
}

function text(words: string): string {
  return words.replaceAll('<', '\\<').replaceAll('|', '\\|').replaceAll('*', '\\*')
}
