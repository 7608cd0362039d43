import type { SettingsOptions } from '@dewar/base'
import type { defaults } from './defaults.ts'
import type { TransMessage } from './environment.ts'
import type { LoadAttempt } from './loader.ts'
import type { TemplateExtension } from './parser.ts'
import type { PrecompiledTemplates } from './precompiled.ts'
import type { Delimiters } from './tokens.ts'

/** Options of `createTemplates`; those with defaults are described in `defaults.ts`. */
export interface TemplateOptions extends SettingsOptions<typeof defaults> {
  /** Where templates are found, the first folder first. */
  folders?: readonly string[] | undefined
  /** Templates by name, found before those in folders. */
  sources?: Readonly<Record<string, string>> | undefined
  /** What every template sees, imported ones too. */
  globals?: Readonly<Record<string, unknown>> | undefined
  /** More of that, asked for once in every rendering: what depends on the request. */
  contextGlobals?: (() => Readonly<Record<string, unknown>>) | undefined
  /** Jinja's extensions to turn on: `do`, `loopcontrols` (`break`, `continue`), `i18n` (`trans`). */
  extensions?: readonly TemplateExtension[] | undefined
  /** Translates the messages of `trans`. */
  translate?: ((message: TransMessage) => string) | undefined
  /** Templates compiled before, by `precompile`; they are not looked for on the disk. */
  precompiled?: PrecompiledTemplates | undefined
  /** Hears where each template was looked for when it is read: of folders in order, up to the one that has it. Flask: `EXPLAIN_TEMPLATE_LOADING`. */
  onLoad?: ((name: string, attempts: readonly LoadAttempt[]) => void) | undefined
  /** Other marks for tags than Jinja's. */
  delimiters?: Partial<Delimiters> | undefined
}
