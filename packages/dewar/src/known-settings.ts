/** The settings of all rooms by their config keys: the one place that knows which tables there are. */
import type { Setting, SettingsTable } from '@dewar/base'
import { defaults as formsDefaults } from '@dewar/forms'
import { defaults as httpDefaults } from '@dewar/http'
import { defaults as securityDefaults } from '@dewar/security'
import { defaults as serverDefaults } from '@dewar/server'
import { defaults as sessionsDefaults } from '@dewar/sessions'
import { defaults as appDefaults } from './defaults.ts'

const tables = [
  httpDefaults,
  formsDefaults,
  sessionsDefaults,
  securityDefaults,
  serverDefaults,
  appDefaults,
] as const

/** A table by config keys instead of option names. */
type ByKey<T extends SettingsTable> = {
  readonly [K in keyof T as T[K] extends { readonly key: infer Key extends string } ? Key : never]: T[K]
}

/** All tables by config key, as types. */
export type KnownSettings = ByKey<typeof httpDefaults> &
  ByKey<typeof formsDefaults> &
  ByKey<typeof sessionsDefaults> &
  ByKey<typeof securityDefaults> &
  ByKey<typeof serverDefaults> &
  ByKey<typeof appDefaults>

/** All tables by config key; a key two rooms share means the same to both. */
export const knownSettings: ReadonlyMap<string, Setting> = new Map(
  tables.flatMap((table: SettingsTable) =>
    Object.values(table).flatMap((setting) =>
      setting.key === undefined ? [] : [[setting.key, setting] as const],
    ),
  ),
)

/**
 * The options of a room as the app's config has them: for each setting of the table with a key, its value.
 *
 * @param table the room's defaults
 * @param config the app's settings by key
 */
export function roomOptions<T extends SettingsTable>(
  table: T,
  config: object,
): { readonly [K in keyof T]?: T[K]['value'] } {
  const options: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(table)) {
    if (setting.key !== undefined) options[name] = Reflect.get(config, setting.key)
  }
  return options as { readonly [K in keyof T]?: T[K]['value'] }
}
