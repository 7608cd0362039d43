/** An OpenAPI document out of an app's routes and the schemas that its views name. */
import type { App } from 'dewar'
import { z } from 'zod'

/** What the rule of a route cannot say of it. */
export interface Description {
  readonly summary: string
  readonly query?: Readonly<Record<string, z.ZodType>>
  readonly body?: z.ZodType
  /** What it answers by status; `null` for an answer without a schema of its own. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>
}

const descriptions = new WeakMap<object, Description>()

/** Says of a view what goes into the document. */
export function describeRoute(view: object, description: Description): void {
  descriptions.set(view, description)
}

/** The document: every route that has a description. */
export function openApi(app: App, info: { readonly title: string; readonly version: string }): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const rule of app.urlMap.rules()) {
    const view = app.viewFunctions.get(rule.endpoint)
    const description = view && descriptions.get(view)
    if (!description) continue
    const path = rule.text.replace(/<(?:[^<>]*:)?(\w+)>/g, '{$1}')
    for (const method of rule.methods ?? []) {
      if (method === 'HEAD') continue
      paths[path] = { ...paths[path], [method.toLowerCase()]: operation(rule, description) }
    }
  }
  return {
    openapi: '3.1.0',
    info,
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  }
}

function operation(
  { endpoint, text }: { readonly endpoint: string; readonly text: string },
  { summary, query = {}, body, answers }: Description,
): object {
  const content = (schema: z.ZodType) => ({
    content: { 'application/json': { schema: z.toJSONSchema(schema, { io: 'input' }) } },
  })
  return {
    operationId: endpoint,
    summary,
    parameters: [
      ...Array.from(text.matchAll(/<(?:([^<>:()]*)(?:\([^<>]*\))?:)?(\w+)>/g), ([, converter, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: converter === 'int' ? 'integer' : 'string' },
      })),
      ...Object.entries(query).map(([name, schema]) => ({
        name,
        in: 'query',
        schema: z.toJSONSchema(schema),
      })),
    ],
    ...(body && { requestBody: { required: true, ...content(body) } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, schema]) => [
        status,
        { description: descriptionOf(status), ...(schema === null ? {} : content(schema)) },
      ]),
    ),
  }
}

const meanings: Readonly<Record<string, string>> = {
  200: 'As asked for',
  201: 'Made; its address is in Location',
  204: 'Gone',
  404: 'Not there',
  422: 'The body is not what the schema wants; the answer says where',
}

function descriptionOf(status: string): string {
  return meanings[status] ?? status
}
