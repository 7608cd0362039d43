/** Standard Schema: the interface by which zod, valibot, arktype and others take values, whatever else they offer. */

/**
 * A schema of any library that follows the standard.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a schema says to a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** What is wrong, and where. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The type of what a schema accepts, as it comes out. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/**
 * The names that lead to an issue.
 *
 * @param issue the issue
 * @returns the names as text, outermost first; empty if it is about the whole
 */
export function pathOf({ path }: SchemaIssue): string[] {
  return (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step))
}

/**
 * Is the issue that the value is of another type? Libraries say so in their own words; of one unknown here nothing is
 * such an issue.
 *
 * @param issue the issue
 */
export function isTypeIssue(issue: SchemaIssue): boolean {
  const { code, kind } = issue as { code?: unknown; kind?: unknown }
  return code === 'invalid_type' || code === 'domain' || code === 'proto' || kind === 'schema'
}

/**
 * Is the issue that there is something the schema has no place for? As with types, of unknown libraries nothing is.
 *
 * @param issue the issue
 */
export function isUnknownIssue(issue: SchemaIssue): boolean {
  const { code, expected } = issue as { code?: unknown; expected?: unknown }
  return code === 'unrecognized_keys' || expected === 'never'
}
