import { settings } from './settings.ts'

/** The bounds of this package. */
export const defaults = settings({
  pathMaxLength: {
    value: 4096,
    unit: 'count',
    guards: 'paths that take minutes to normalize; no file system takes longer ones',
    source: 'Linux: PATH_MAX',
  },
})
