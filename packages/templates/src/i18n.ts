import { Markup } from '@dewar/markup'
import type { TransMessage } from './environment.ts'
import { isKeywords } from './keywords.ts'
import { formatMarkup } from './operators.ts'
import { textOf } from './values.ts'

/** Translates a message; it gives text with `%(name)s` for its values. */
export type Translate = (message: TransMessage) => string

/** What a message is when nobody translates it. */
export function untranslated({ singular, plural, count }: TransMessage): string {
  return plural !== null && Number(count) !== 1 ? plural : singular
}

/** The functions of Jinja's i18n extension: `_`, `gettext`, `ngettext`, `pgettext`, `npgettext`. */
export function gettextGlobals(translate: Translate): Record<string, unknown> {
  const fill = (message: TransMessage, rest: unknown[]): Markup => {
    const last = rest.at(-1)
    const values: Record<string, unknown> = { ...(isKeywords(last) ? last : {}) }
    if (message.plural !== null) values['num'] ??= message.count
    return formatMarkup(new Markup(translate(message)), values)
  }
  const message = (context: unknown, singular: unknown, plural: unknown, count: unknown): TransMessage => ({
    context: context === null ? null : textOf(context),
    singular: textOf(singular),
    plural: plural === null ? null : textOf(plural),
    count,
  })
  const gettext = (singular: unknown, ...rest: unknown[]): Markup =>
    fill(message(null, singular, null, undefined), rest)
  return {
    _: gettext,
    gettext,
    ngettext: (singular: unknown, plural: unknown, count: unknown, ...rest: unknown[]) =>
      fill(message(null, singular, plural, count), rest),
    pgettext: (context: unknown, singular: unknown, ...rest: unknown[]) =>
      fill(message(context, singular, null, undefined), rest),
    npgettext: (context: unknown, singular: unknown, plural: unknown, count: unknown, ...rest: unknown[]) =>
      fill(message(context, singular, plural, count), rest),
  }
}
