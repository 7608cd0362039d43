/** What the compiler did to a template, for `explain`. */

/** One thing the compiler did. */
export interface CompileNote {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  readonly kind: 'output' | 'nonce' | 'csrf' | 'include' | 'block'
  /** Where in the HTML it stands: `between tags`, `in the attribute 'href'`. */
  readonly place: string
  /** What is done there: the escaper, or what is added. */
  readonly action: string
}
