/** What is measured: the same requests and answers for every server. */

/** A request that each server answers, and what the answer must be. */
export interface Scenario {
  readonly name: ScenarioName
  readonly title: string
  readonly path: string
  /** Whether an answer is right; run before anything is timed. */
  check(response: Response, body: string): string | null
}

export type ScenarioName = 'plaintext' | 'params' | 'secure'

export const greeting = 'Hello, World!'
export const contentType = 'text/html; charset=utf-8'

/** The answer of the route with parameters. */
export function postText(user: number | string, post: number | string): string {
  return `post ${post} of user ${user}`
}

/** The page of the secure scenario: one script that may run because it carries the answer's nonce. */
export function securePage(nonce: string): string {
  return `<!doctype html><title>Hello</title><script nonce="${nonce}">document.title = 'Hi'</script>`
}

/** Forty-nine neighbours of the measured route: half of them fixed, half with parameters, as apps have them. */
export const neighbours: readonly { readonly fixed: string; readonly parameter: string | null }[] =
  Array.from({ length: 49 }, (_, index) => {
    const area = ['users', 'posts', 'teams', 'orders', 'items', 'files', 'admin'][index % 7] ?? ''
    return { fixed: `/${area}/page${index}`, parameter: index % 2 === 0 ? null : 'id' }
  })

/** The headers that the raw server writes by hand and the others are configured for: those that Dewar sends. */
export const secureHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'Permissions-Policy':
    'accelerometer=(), bluetooth=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()',
} as const

export const scenarios: readonly Scenario[] = [
  {
    name: 'plaintext',
    title: 'Plaintext: one route, thirteen bytes',
    path: '/',
    check: (response, body) => expectText(response, body, greeting),
  },
  {
    name: 'params',
    title: 'Parameters: two of them, one route among 50',
    path: '/users/42/posts/7',
    check: (response, body) => expectText(response, body, postText(42, 7)),
  },
  {
    name: 'secure',
    title: 'Secure: a page with every default header of Dewar and a fresh nonce',
    path: '/',
    check: checkSecure,
  },
]

function expectText(response: Response, body: string, expected: string): string | null {
  if (response.status !== 200) return `status ${response.status}`
  return body === expected ? null : `body ${JSON.stringify(body.slice(0, 80))}`
}

function checkSecure(response: Response, body: string): string | null {
  const nonce = /<script nonce="([^"]+)">/.exec(body)?.[1]
  const policy = response.headers.get('content-security-policy') ?? ''
  if (nonce === undefined || body !== securePage(nonce)) return `body ${JSON.stringify(body.slice(0, 80))}`
  if (!policy.includes(`'nonce-${nonce}'`)) return `policy ${policy}`
  for (const name of Object.keys(secureHeaders)) {
    // helmet has no Permissions-Policy; what a server cannot send is listed in the README.
    if (name !== 'Permissions-Policy' && !response.headers.has(name)) return `no ${name}`
  }
  return null
}
