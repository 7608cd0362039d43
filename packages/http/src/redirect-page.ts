/** The page behind a redirect, for clients that do not follow it by themselves. */
import { escapeText } from '@dewar/markup'

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
