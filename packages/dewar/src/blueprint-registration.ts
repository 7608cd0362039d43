/** Replays a blueprint on an app: names and prefixes go in front of its routes and of those of the blueprints within. */
import { DewarError } from '@dewar/base'
import type { Blueprint, RegisterOptions } from './blueprint.ts'
import { BlueprintState, type RegistrationTarget } from './blueprint-state.ts'
import { addStaticRoute, lastPart, resolveFolder } from './static-files.ts'

/**
 * @throws {DewarError} `ERR_DEWAR_BLUEPRINT_TAKEN` if the name is in use; whatever the routes' registration throws
 * @internal
 */
export function registerBlueprint(
  target: RegistrationTarget,
  blueprint: Blueprint,
  options: RegisterOptions,
  outer: BlueprintState | null = null,
): void {
  const state = new BlueprintState(target, blueprint, options, outer)
  const held = target.blueprints.get(state.name)
  if (held !== undefined) throw nameTaken(state.name, held === blueprint)
  target.blueprints.set(state.name, blueprint)
  target.app.cliGroups.set(state.name, cliGroupOf(state))
  blueprint.close()
  addFolders(target, state)
  for (const recorded of blueprint.recorded) recorded(state)
  if (blueprint.options.ownsPrefix === true) target.app.ownPrefix(state.urlPrefix, state.name)
  for (const child of blueprint.children) registerBlueprint(target, child.blueprint, child.options, state)
}

function cliGroupOf({ name, blueprint, options }: BlueprintState): string | null {
  const chosen = options.cliGroup === undefined ? blueprint.options.cliGroup : options.cliGroup
  return chosen === undefined ? name : chosen
}

function addFolders(target: RegistrationTarget, state: BlueprintState): void {
  const { root, templateFolder, staticFolder, staticUrlPath, sendFileMaxAge } = state.blueprint.options
  if (templateFolder !== undefined) {
    target.app.templates.addFolder(resolveFolder(root, templateFolder, 'templateFolder'))
  }
  if (staticFolder === undefined) return
  addStaticRoute(state, {
    folder: resolveFolder(root, staticFolder, 'staticFolder'),
    endpoint: 'static',
    urlPath: staticUrlPath ?? `/${lastPart(staticFolder)}`,
    maxAge: sendFileMaxAge,
  })
}

function nameTaken(name: string, same: boolean): DewarError {
  const who = same ? 'this blueprint' : 'another blueprint'
  return new DewarError('ERR_DEWAR_BLUEPRINT_TAKEN', `The blueprint name '${name}' is taken by ${who}.`, {
    fix: "Register it under another name: app.register(blueprint, { name: '…' }).",
    details: { name },
  })
}
