/** What the templates let through, as their compiler sees it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../app.ts'
import { type Finding, finding, type Subject } from './finding.ts'
import type { CheckId } from './rules.ts'

/** Looks at all templates that the app can find. */
export function* checkTemplates({ app }: Subject): Iterable<Finding> {
  if (app === null) return
  const { errors, audit } = app.templates.check()
  for (const error of errors) {
    const { line, column } = error
    const place = placeOf(app, error.template, line > 0 ? line : undefined, column > 0 ? column : undefined)
    yield finding('template-broken', error.message.split('\n')[0] ?? '', { place, fix: error.fix })
  }
  for (const { template, line, column, what, why } of audit) {
    const reason = why === '' ? '' : ` It is said why: ${why}`
    yield finding(idOf(what), `${what} in ${template}.${reason}`, {
      place: placeOf(app, template, line, column),
    })
  }
}

function idOf(what: string): CheckId {
  if (what === '|safe') return 'template-safe'
  return what === 'autoescape' ? 'template-autoescape' : 'template-unsafe'
}

/** The template's file; one that lies in no folder is named by its name alone. */
function placeOf(app: App, template: string, line?: number, column?: number) {
  const file = app.templates.folders.map((folder) => join(folder, template)).find(existsSync)
  return file === undefined ? undefined : { file, line, column }
}
