/** The steps a view or a hook takes. */
import {
  abort,
  afterThisRequest,
  flash,
  g,
  makeResponse,
  Response,
  request,
  urlFor,
  type ViewResult,
} from 'dewar'
import { errorClasses } from './error-names.ts'

/** A step: its name and what it is given. */
export type Step = readonly [string, ...unknown[]]

/** Where it is written down what ran. */
export type Trace = string[]

const nothing = Symbol('no value: on to the next step')

type Take = (first: unknown, second: unknown, trace: Trace) => unknown

const actions: Readonly<Record<string, Take>> = {
  return: (value) => asReturned(value),
  args: () => sorted(request.viewArgs ?? {}),
  raise(name) {
    const type = errorClasses[String(name)]
    if (type === undefined) throw new Error(`No class '${String(name)}'.`)
    throw new type()
  },
  abort: (status) => abort(Number(status)),
  abort_response: (status, text) => abort(new Response(String(text), { status: Number(status) })),
  trace(name, _, trace) {
    trace.push(String(name))
    return nothing
  },
  after_this(name, _, trace) {
    afterThisRequest(() => {
      trace.push(String(name))
    })
    return nothing
  },
  g_set(key, value) {
    Object.assign(g, { [String(key)]: value })
    return nothing
  },
  g_get: (key) => (String(key) in g ? Reflect.get(g, String(key)) : '(none)'),
  url_for(endpoint, values) {
    const { _external: external, ...rest } = values as Record<string, unknown>
    return urlFor(String(endpoint), rest, { external: external as boolean | undefined })
  },
  info: () => ({
    endpoint: request.endpoint,
    blueprint: request.blueprint,
    blueprints: request.blueprints,
    rule: request.urlRule,
    args: request.viewArgs,
  }),
  form: async () => ({ form: Object.fromEntries((await request.form()).entries()) }),
  json: async () => ({ json: await request.json() }),
  form_key: async (key) => (await request.form()).require(String(key)),
  flash(text) {
    flash(String(text))
    return nothing
  },
  stream: (texts, _, trace) => stream(texts as string[], trace),
}

/** Takes the steps in order; the first that gives a value ends them. */
export async function run(
  steps: readonly Step[],
  trace: Trace,
  label?: string,
): Promise<ViewResult | undefined> {
  if (label !== undefined) trace.push(`${label}:${request.endpoint}`)
  for (const [name, first, second] of steps) {
    const action = actions[name]
    const value = action === undefined ? nothing : await action(first, second, trace)
    if (value !== nothing) return value as ViewResult
  }
  return undefined
}

/** A value as a view returns it; with a status or headers it is what Flask writes as a tuple. */
function asReturned(value: unknown): unknown {
  if (value === null) return undefined
  if (typeof value !== 'object' || !('body' in value)) return value
  const { body, status, headers } = value as Returned
  return status === undefined && headers === undefined ? body : makeResponse(body, status, headers)
}

interface Returned {
  readonly body: ViewResult
  readonly status?: number
  readonly headers?: Record<string, string | string[]>
}

function sorted(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function* stream(texts: readonly string[], trace: Trace): AsyncGenerator<string> {
  for (const text of texts) {
    trace.push(`chunk:${text}`)
    yield text + request.path
  }
}
