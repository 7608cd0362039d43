/** What a check found wrong, and how to mend it. */
export interface Finding {
  /** The file, and the line if there is one: `packages/http/src/headers.ts:12`. */
  readonly where: string
  readonly message: string
  readonly fix: string
  /** A warning is shown and does not fail the check. */
  readonly warning?: true
}

/** One check of `npm run check`. */
export interface Check {
  /** What holds when the check passes, as a short claim. */
  readonly name: string
  /** Looks at a repository; an empty list means that all is well. */
  readonly run: (repository: string) => readonly Finding[] | Promise<readonly Finding[]>
}
