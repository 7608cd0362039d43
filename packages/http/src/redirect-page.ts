/** The page behind a redirect, for clients that do not follow it by themselves. */
import { DewarError } from '@dewar/base'
import { escapeText } from '@dewar/markup'

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 305, 307, 308])

/**
 * A page with one link.
 *
 * @param location where it leads
 */
export function redirectPage(location: string): string {
  const link = escapeText(location)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Redirecting</title>
</head>
<body>
<h1>Redirecting</h1>
<p>You should be taken to <a href="${link}">${link}</a>. If not, follow the link.</p>
</body>
</html>
`
}

/**
 * Passes a status on if it redirects.
 *
 * @param status 301, 302, 303, 305, 307 or 308
 * @throws {DewarError} `ERR_HTTP_STATUS` for any other
 */
export function checkRedirectStatus(status: number): number {
  if (REDIRECTS.has(status)) return status
  throw new DewarError('ERR_HTTP_STATUS', `${status} is no redirect.`, {
    fix: 'Use 301, 302, 303, 307 or 308.',
  })
}
