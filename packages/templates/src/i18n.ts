import { Markup } from '@dewar/markup'
import type { TransMessage } from './environment.ts'
import { isKeywords } from './keywords.ts'
import { formatMarkup, formatText } from './operators.ts'
import { textOf } from './values.ts'

/** Translates a message; it gives text with `%(name)s` for its values. */
export type Translate = (message: TransMessage) => string

/** What a message is when nobody translates it. */
export function untranslated({ singular, plural, count }: TransMessage): string {
  return plural !== null && Number(count) !== 1 ? plural : singular
}

/** The names of the functions of Jinja's i18n extension. */
export const gettextNames: ReadonlySet<string> = new Set([
  '_',
  'gettext',
  'ngettext',
  'pgettext',
  'npgettext',
])

/** For each of those functions the one that gives text: where output is not escaped, a message is no HTML either. */
const textTwins = new WeakMap<object, unknown>()

/** The function that stands for another where output is not escaped. */
export function textTwin(fn: unknown): unknown {
  return (typeof fn === 'function' && textTwins.get(fn)) || fn
}

/** The functions of Jinja's i18n extension, which give HTML into which values are escaped. */
export function gettextGlobals(translate: Translate): Record<string, unknown> {
  const inHtml = gettextFunctions(translate, (text, values) => formatMarkup(new Markup(text), values))
  const inText = gettextFunctions(translate, formatText)
  for (const [name, fn] of Object.entries(inHtml)) textTwins.set(fn, inText[name])
  return inHtml
}

type Gettext = (...args: unknown[]) => unknown

function gettextFunctions(
  translate: Translate,
  format: (text: string, values: Record<string, unknown>) => unknown,
): Record<string, Gettext> {
  const fill = (message: TransMessage, rest: unknown[]): unknown => {
    const last = rest.at(-1)
    const values: Record<string, unknown> = { ...(isKeywords(last) ? last : {}) }
    if (message.plural !== null) values['num'] ??= message.count
    return format(translate(message), values)
  }
  const gettext: Gettext = (singular, ...rest) => fill(messageOf(null, singular, null, undefined), rest)
  return {
    _: gettext,
    gettext,
    ngettext: (singular, plural, count, ...rest) => fill(messageOf(null, singular, plural, count), rest),
    pgettext: (context, singular, ...rest) => fill(messageOf(context, singular, null, undefined), rest),
    npgettext: (context, singular, plural, count, ...rest) =>
      fill(messageOf(context, singular, plural, count), rest),
  }
}

function messageOf(context: unknown, singular: unknown, plural: unknown, count: unknown): TransMessage {
  return {
    context: context === null ? null : textOf(context),
    singular: textOf(singular),
    plural: plural === null ? null : textOf(plural),
    count,
  }
}
