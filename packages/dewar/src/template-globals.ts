/** The names every template of an app can use, as in Flask; `config` is not among them. */
import { html, type Markup } from '@dewar/markup'
import { isKeywords, type Keywords, keywords } from '@dewar/templates'
import type { App } from './app.ts'
import { type CsrfTokenOptions, csrfToken } from './csrf.ts'
import { getFlashedMessages } from './flash.ts'
import { g, request, session } from './globals.ts'
import { cspNonce } from './nonce.ts'
import { type UrlForOptions, urlFor } from './url-for.ts'

/** Adds Flask's template globals. @internal */
export function addTemplateGlobals({ templates, config }: App): void {
  templates.addGlobal('url_for', (endpoint: string, named?: Keywords) => templateUrlFor(endpoint, named))
  templates.addGlobal('get_flashed_messages', (...args: unknown[]) => templateFlashes(args))
  templates.addGlobal('csrf_token', (named?: Keywords) => csrfToken(bindingOf(named)))
  templates.addGlobal('csrf_field', (named?: Keywords) => hiddenField(config.CSRF_FIELD_NAME, named))
  templates.addGlobal('csp_nonce', () => cspNonce())
  templates.addGlobal('request', request)
  templates.addGlobal('session', session)
  templates.addGlobal('g', g)
}

function hiddenField(name: string, named?: Keywords): Markup {
  return html`<input type="hidden" name="${name}" value="${csrfToken(bindingOf(named))}">`
}

/** `csrf_field(path=url_for('transfer'))`, `csrf_token(path='/notes/1', method='DELETE')`. */
function bindingOf(named: Keywords | undefined): CsrfTokenOptions | undefined {
  if (named === undefined || !isKeywords(named)) return undefined
  const { path, method } = named
  return {
    path: path === undefined ? undefined : String(path),
    method: method === undefined ? undefined : String(method),
  }
}

/** `url_for('blog.show', id=1, _external=true, _anchor='top')`. */
function templateUrlFor(endpoint: string, named: Keywords = keywords({})): string {
  const values: Record<string, unknown> = {}
  const options: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(named)) {
    if (optionNames.has(name)) options[name.slice(1)] = value
    else values[name] = value
  }
  return urlFor(endpoint, values, options as UrlForOptions)
}

const optionNames: ReadonlySet<string> = new Set(['_external', '_anchor', '_scheme', '_method', '_canonical'])

/** `get_flashed_messages(with_categories=true, category_filter=['error'])`, or by position. */
function templateFlashes(args: readonly unknown[]): unknown {
  const last = args.at(-1)
  const named = isKeywords(last) ? last : keywords({})
  const positional = isKeywords(last) ? args.slice(0, -1) : args
  const withCategories = named['with_categories'] ?? positional[0] ?? false
  const categories = (named['category_filter'] ?? positional[1] ?? []) as readonly string[]
  return withCategories === true
    ? getFlashedMessages({ categories, withCategories: true })
    : getFlashedMessages({ categories })
}
