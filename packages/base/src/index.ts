export { checkNames, nameRemedy } from './check-names.ts'
export { defaults } from './defaults.ts'
export {
  DewarError,
  type DewarErrorCode,
  type DewarErrorOptions,
  LimitError,
  type LimitErrorOptions,
} from './errors.ts'
export { nearestName } from './nearest-name.ts'
export { safeJoin, secureFilename } from './paths.ts'
export { Secret } from './secret.ts'
export {
  checkSetting,
  describeSetting,
  parseSetting,
  resolveSettings,
  type Setting,
  type SettingKind,
  type SettingsOptions,
  type SettingsTable,
  type SettingsValues,
  type SettingValue,
  settings,
} from './settings.ts'
export { systemClock } from './system-clock.ts'
