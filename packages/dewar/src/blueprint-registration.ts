/** Replays a blueprint on an app: names and prefixes go in front of its routes and of those of the blueprints within. */
import { DewarError } from '@dewar/base'
import type { App } from './app.ts'
import type { Blueprint, RegisterOptions } from './blueprint.ts'
import type { RouteRecord } from './scaffold.ts'
import { addStaticRoute, resolveFolder } from './static-files.ts'

/** Where replayed routes go. @internal */
export interface RegistrationTarget {
  readonly app: App
  readonly blueprints: Map<string, Blueprint>
  addRecord(record: RouteRecord): void
}

/**
 * @throws {DewarError} `ERR_DEWAR_BLUEPRINT_TAKEN` if the name is in use; whatever the routes' registration throws
 */
export function registerBlueprint(
  target: RegistrationTarget,
  blueprint: Blueprint,
  options: RegisterOptions,
  outer: { readonly name: string; readonly prefix: string } = { name: '', prefix: '' },
): void {
  const name = `${outer.name}${options.name ?? blueprint.name}`
  const held = target.blueprints.get(name)
  if (held !== undefined) throw nameTaken(name, held === blueprint)
  const prefix = outer.prefix + trimEnd(options.urlPrefix ?? blueprint.options.urlPrefix ?? '')
  target.blueprints.set(name, blueprint)
  blueprint.close()
  for (const record of blueprint.records) target.addRecord(withBlueprint(record, blueprint, name, prefix))
  addFolders(target, blueprint, name, prefix)
  for (const child of blueprint.children) {
    registerBlueprint(target, child.blueprint, child.options, { name: `${name}.`, prefix })
  }
}

function withBlueprint(record: RouteRecord, blueprint: Blueprint, name: string, prefix: string): RouteRecord {
  const { access, limit } = blueprint.options
  const { options } = record
  return {
    ...record,
    rule: prefix + record.rule,
    endpoint: `${name}.${record.endpoint}`,
    options: { ...options, access: options.access ?? access, limit: options.limit ?? limit },
  }
}

function addFolders(target: RegistrationTarget, blueprint: Blueprint, name: string, prefix: string): void {
  const { root, templateFolder, staticFolder } = blueprint.options
  if (templateFolder !== undefined) {
    target.app.templates.addFolder(resolveFolder(root, templateFolder, 'templateFolder'))
  }
  if (staticFolder !== undefined) {
    const folder = resolveFolder(root, staticFolder, 'staticFolder')
    addStaticRoute(target, {
      folder,
      endpoint: `${name}.static`,
      urlPath: `${prefix}/${lastPart(staticFolder)}`,
    })
  }
}

function trimEnd(prefix: string): string {
  let end = prefix.length
  while (end > 0 && prefix[end - 1] === '/') end--
  return prefix.slice(0, end)
}

function lastPart(folder: string): string {
  return folder.split('/').findLast((part) => part !== '') ?? 'static'
}

function nameTaken(name: string, same: boolean): DewarError {
  const who = same ? 'this blueprint' : 'another blueprint'
  return new DewarError('ERR_DEWAR_BLUEPRINT_TAKEN', `The blueprint name '${name}' is taken by ${who}.`, {
    fix: "Register it under another name: app.register(blueprint, { name: '…' }).",
    details: { name },
  })
}
