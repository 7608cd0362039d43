/** The pages of `docs/` that are written from the sources. */
import { renderChecks } from './checks-page.ts'
import { renderDefaults } from './defaults-page.ts'
import { renderDifferences } from './differences-page.ts'
import { renderErrors } from './errors-page.ts'

/** Each page's path from the repository's root, and what writes it. */
export const generatedPages: Readonly<Record<string, (repository: string) => Promise<string>>> = {
  'docs/security-defaults.md': renderDefaults,
  'docs/errors.md': renderErrors,
  'docs/deploy-check.md': renderChecks,
  'docs/differences.md': renderDifferences,
}
