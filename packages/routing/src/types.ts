/**
 * Rules as types: what arguments a rule text has, and what is wrong with it, read off the literal.
 *
 *   rule      = *( text / placeholder )
 *   placeholder = "<" [ converter [ "(" arguments ")" ] ":" ] variable ">"
 */

/**
 * The type each converter gives its variable. Extend it for converters of your own:
 *
 * ```ts
 * declare module '@dewar/routing' {
 *   interface Converters {
 *     hex: bigint
 *   }
 * }
 * ```
 *
 * `any` is refined to the union of its items: `any(a, b)` is `'a' | 'b'`.
 */
export interface Converters {
  string: string
  default: string
  any: string
  int: number
  bigint: bigint
  float: number
  path: string
  uuid: string
}

/** The insides of the placeholders of a rule, as a union. */
type Placeholders<
  R extends string,
  Found extends string = never,
> = R extends `${string}<${infer Inside}>${infer Rest}` ? Placeholders<Rest, Found | Inside> : Found

/** `[converter, arguments, variable]` of one placeholder. */
type Split<P extends string> = P extends `${infer C}(${infer A}):${infer V}`
  ? [C, A, V]
  : P extends `${infer C}:${infer V}`
    ? [C, '', V]
    : ['default', '', P]

type Trim<T extends string> = T extends ` ${infer U}` ? Trim<U> : T extends `${infer U} ` ? Trim<U> : T

type AfterComma<T extends string> = T extends `${string},${infer Rest}` ? Rest : ''

/** The items of `any(…)`, bare or quoted. */
type Items<A extends string, Found extends string = never> =
  Trim<A> extends ''
    ? Found
    : Trim<A> extends `'${infer I}'${infer Rest}`
      ? Items<AfterComma<Rest>, Found | I>
      : Trim<A> extends `"${infer I}"${infer Rest}`
        ? Items<AfterComma<Rest>, Found | I>
        : A extends `${infer I},${infer Rest}`
          ? Items<Rest, Found | Trim<I>>
          : Found | Trim<A>

type Value<S extends [string, string, string]> = S[0] extends 'any'
  ? Items<S[1]>
  : S[0] extends keyof Converters
    ? Converters[S[0]]
    : unknown

/**
 * The arguments of a rule: `RuleArgs<'/posts/<int:id>'>` is `{ id: number }`.
 *
 * A rule that is only known as `string` gives `Record<string, unknown>`.
 */
export type RuleArgs<R extends string> = string extends R
  ? Record<string, unknown>
  : { [P in Placeholders<R> as Split<P>[2]]: Value<Split<P>> }

/**
 * What may be passed to build a URL from a rule: its arguments, those named in `Defaults` optional, and anything more
 * for the query.
 */
export type UrlArgs<R extends string, Defaults extends string = never> = {
  [K in Exclude<keyof RuleArgs<R>, Defaults>]: RuleArgs<R>[K]
} & {
  [K in Extract<keyof RuleArgs<R>, Defaults>]?: RuleArgs<R>[K]
} & { [query: string]: unknown }

/** The parameter list for {@link UrlArgs}: the argument may be left out when nothing in it is required. */
export type UrlParameters<R extends string, Defaults extends string = never> = string extends R
  ? [args?: Record<string, unknown>]
  : [Exclude<keyof RuleArgs<R>, Defaults>] extends [never]
    ? [args?: UrlArgs<R, Defaults>]
    : [args: UrlArgs<R, Defaults>]

/** Converters a rule names that nobody declared. */
type UnknownConverter<P extends string> = P extends string
  ? Split<P>[0] extends keyof Converters
    ? never
    : Split<P>[0]
  : never

/** A variable that stands in a rule twice. */
type Repeated<R extends string, Seen extends string = never> = R extends `${string}<${infer P}>${infer Rest}`
  ? Split<P>[2] extends Seen
    ? Split<P>[2]
    : Repeated<Rest, Seen | Split<P>[2]>
  : never

/** The Flask form of an Express path. */
type Flask<R extends string, Done extends string = ''> = R extends `${infer Before}/:${infer After}`
  ? After extends `${infer Name}/${infer Rest}`
    ? Flask<`/${Rest}`, `${Done}${Before}/<${Name}>`>
    : `${Done}${Before}/<${After}>`
  : `${Done}${R}`

/** A rule without its placeholders. */
type Bare<R extends string, Done extends string = ''> = R extends `${infer Before}<${string}>${infer Rest}`
  ? Bare<Rest, `${Done}${Before}`>
  : `${Done}${R}`

type Complaint<R extends string> = R extends `/${string}`
  ? Bare<R> extends `${string}/:${string}`
    ? { 'write it as': Flask<R> }
    : Bare<R> extends `${string}<${string}`
      ? { 'placeholder without an end': R }
      : [UnknownConverter<Placeholders<R>>] extends [never]
        ? [Repeated<R>] extends [never]
          ? R
          : { 'variable used twice': Repeated<R> }
        : { 'unknown converter': UnknownConverter<Placeholders<R>> }
  : { 'a rule starts with a slash': R }

/**
 * The rule itself if it is well formed, else an object that says what is wrong:
 * `CheckRule<'/posts/<itn:id>'>` is `{ 'unknown converter': 'itn' }`. Use it as `rule: R & CheckRule<R>`.
 */
export type CheckRule<R extends string> = string extends R ? R : Complaint<R>
