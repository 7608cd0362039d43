/** The pages that are written from the sources: those of `docs/`, and what each package exports. */
import { renderApi } from './api-page.ts'
import { renderChecks } from './checks-page.ts'
import { renderDefaults } from './defaults-page.ts'
import { renderDifferences } from './differences-page.ts'
import { renderErrors } from './errors-page.ts'
import { readPackages } from './workspace.ts'

/** Each page's path from the repository's root, and what writes it. */
export const generatedPages: Readonly<Record<string, (repository: string) => string | Promise<string>>> = {
  'docs/security-defaults.md': renderDefaults,
  'docs/errors.md': renderErrors,
  'docs/deploy-check.md': renderChecks,
  'docs/differences.md': renderDifferences,
  ...Object.fromEntries(
    readPackages().map(({ short }) => [
      `packages/${short}/api.md`,
      (repository: string) => renderApi(repository, short),
    ]),
  ),
}
