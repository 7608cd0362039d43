/**
 * The interfaces an app extends by declaration merging, so that `session`, `g` and `app.config` are typed with its names:
 *
 * ```ts
 * declare module 'dewar' {
 *   interface SessionData { lastRead: number }
 * }
 * ```
 */

/** What `session.get` and `session.set` accept. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface SessionData {}

/** What an app keeps in `g` during a request. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface Globals {}

/** Settings of the app's own, beside Dewar's. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface Config {}

/** Who may be logged in: extensions such as `@dewar/auth` name the type they put here. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface Identity {}

/** What each template reads, by its name: `dewar templates types` writes it. Templates that are not in it take anything. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface TemplateContexts {}

/** The types of values by the name that templates read them under: `interface TemplateValues { post: Post }`. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface TemplateValues {}

/** The arguments of each endpoint, by its name: `dewar routes --types` writes it, and `urlFor` is checked against it. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface Endpoints {}
