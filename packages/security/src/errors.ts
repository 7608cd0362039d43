/** Every error of the gate and the stamp: 4xx for what comes from the network, `DewarError` for mistakes at setup. */
import { DewarError, nameRemedy } from '@dewar/base'
import { BadHost, BadRequest, Forbidden, ServiceUnavailable } from '@dewar/http'

/** Why the CSRF check refused. */
export type CsrfReason = 'ORIGIN' | 'REFERER' | 'MISSING' | 'SESSION' | 'TOKEN'

const csrfDescriptions: Readonly<Record<CsrfReason, string>> = {
  ORIGIN: 'This form was sent from another site.',
  REFERER: 'The browser did not say where this form was sent from.',
  MISSING: 'The CSRF token is missing.',
  SESSION: 'The session has ended. Go back, reload the page and try again.',
  TOKEN: 'The CSRF token does not belong to this session. Go back, reload the page and try again.',
}

/** 403: a request that changes something could not prove that it comes from this site. @see Flask-WTF: `CSRFError` */
export class CsrfError extends Forbidden {
  /** Which check failed. */
  readonly reason: CsrfReason

  constructor(reason: CsrfReason, details: Readonly<Record<string, unknown>> = {}, fix?: string) {
    super(csrfDescriptions[reason], { code: `ERR_SECURITY_CSRF_${reason}`, details, fix })
    this.reason = reason
  }
}

/** 400: a redirect target leads away from this site. */
export class BadRedirectError extends BadRequest {
  constructor(target: string | null) {
    super(target === null ? 'The redirect has no target.' : 'The redirect leads to another site.', {
      code: 'ERR_SECURITY_REDIRECT',
      details: { target: target === null ? null : shorten(target) },
      fix: 'Give a fallback, name the host in allowedHosts, or set unsafeExternal for targets no visitor can choose.',
    })
  }
}

export function httpsRequired(): Forbidden {
  return new Forbidden('This address is for https only.', {
    code: 'ERR_SECURITY_HTTPS_REQUIRED',
    fix: 'Send the request to the https address; if a proxy speaks https for this server, declare it.',
  })
}

export function badCspReport(): BadRequest {
  return new BadRequest('This is no report about a Content-Security-Policy.', {
    code: 'ERR_SECURITY_CSP_REPORT',
  })
}

export function csrfRefused(reason: 'MISSING' | 'SESSION' | 'TOKEN'): CsrfError {
  return new CsrfError(
    reason,
    {},
    reason === 'MISSING'
      ? 'Put csrf_token() into the form, or send it in the X-CSRF-Token header.'
      : 'Send a token made for this session.',
  )
}

export function originRefused(reason: 'ORIGIN' | 'REFERER', evidence: string): CsrfError {
  const fix = 'If that site may send forms here, add its origin to CSRF_TRUSTED_ORIGINS.'
  return new CsrfError(reason, { evidence: shorten(evidence) }, reason === 'ORIGIN' ? fix : undefined)
}

export function badHost(host: string, reason: 'missing' | 'malformed' | 'untrusted'): BadHost {
  return new BadHost(null, {
    details: { host: shorten(host), reason },
    fix: reason === 'untrusted' ? 'If it is a name of this site, add it to TRUSTED_HOSTS.' : undefined,
  })
}

export function badRedirect(target: string | null): BadRedirectError {
  return new BadRedirectError(target)
}

export function storeFailed(cause: unknown): ServiceUnavailable {
  return new ServiceUnavailable(null, {
    code: 'ERR_SECURITY_RATE_STORE',
    cause,
    fix: 'The store of the rate limits cannot be reached; the request was refused rather than left uncounted.',
  })
}

export function badTrustedHost(entry: string): DewarError {
  return new DewarError(
    'ERR_SECURITY_TRUSTED_HOST',
    `TRUSTED_HOSTS holds ${quote(entry)}, which is no host name.`,
    {
      fix: 'Write names such as example.com, .example.com (with all below it) or [::1]; no scheme, path or asterisk.',
      details: { entry },
    },
  )
}

export function badTrustedOrigin(origin: string): DewarError {
  return new DewarError(
    'ERR_SECURITY_TRUSTED_ORIGIN',
    `CSRF_TRUSTED_ORIGINS holds ${quote(origin)}, which is no origin.`,
    { fix: 'Write scheme, host and port if any, such as https://shop.example.', details: { origin } },
  )
}

export function badProxyRange(range: string): DewarError {
  return new DewarError(
    'ERR_SECURITY_PROXY_RANGE',
    `${quote(range)} is no address and no range of addresses.`,
    {
      fix: 'Write addresses such as 10.0.0.1 or ranges such as 10.0.0.0/8 and fd00::/8.',
      details: { range },
    },
  )
}

export function mixedProxyHeaders(): DewarError {
  return new DewarError(
    'ERR_SECURITY_PROXY_MIX',
    'The proxy is said to set Forwarded and X-Forwarded-* as well.',
    {
      fix: 'Name only the kind that your proxy writes itself; it lets the other pass from the client.',
    },
  )
}

export function badCorsOrigin(origin: string): DewarError {
  return new DewarError('ERR_SECURITY_CORS_ORIGIN', `CORS cannot allow the origin ${quote(origin)}.`, {
    fix: "Write scheme, host and port if any, such as https://shop.example; never '*' or 'null'.",
    details: { origin },
  })
}

export function badCorsName(name: string): DewarError {
  return new DewarError('ERR_SECURITY_CORS_NAME', `${quote(name)} is no name of a method or header.`, {
    fix: 'List each name by itself; an asterisk is none.',
    details: { name },
  })
}

export function openCorsCredentials(): DewarError {
  return new DewarError(
    'ERR_SECURITY_CORS_CREDENTIALS',
    'CORS cannot allow every origin and cookies at the same time.',
    { fix: 'List the origins, or leave out credentials.' },
  )
}

export function badCspDirective(name: string, known: readonly string[]): DewarError {
  return new DewarError(
    'ERR_SECURITY_CSP_DIRECTIVE',
    `Content-Security-Policy has no directive ${quote(name)}.`,
    {
      fix: nameRemedy(name, known),
      details: { directive: name },
    },
  )
}

export function badCspSource(directive: string, source: string, fix: string): DewarError {
  return new DewarError('ERR_SECURITY_CSP_SOURCE', `${quote(source)} cannot stand in ${directive}.`, {
    fix,
    details: { directive, source },
  })
}

export function badPermission(feature: string, value: string): DewarError {
  return new DewarError(
    'ERR_SECURITY_PERMISSION',
    `${quote(value)} cannot stand in the policy for ${feature}.`,
    {
      fix: "Features are lower-case words; origins are 'self', '*' alone, or such as https://maps.example.",
      details: { feature, value },
    },
  )
}

export function badReportUri(uri: string): DewarError {
  return new DewarError('ERR_SECURITY_REPORT_URI', `Browsers cannot send reports to ${quote(uri)}.`, {
    fix: 'Write a path of this site, such as /csp-reports, or an https address.',
    details: { uri },
  })
}

export function badHeaderName(name: string, nearest: string | undefined): DewarError {
  return new DewarError('ERR_SECURITY_HEADER_NAME', `${quote(name)} is no header that is sent by default.`, {
    fix: nearest === undefined ? 'unsafeOmitHeaders takes header names.' : `Did you mean '${nearest}'?`,
    details: { name },
  })
}

export function badNonce(): DewarError {
  return new DewarError('ERR_SECURITY_NONCE', 'The nonce holds characters that cannot stand in a policy.', {
    fix: 'Take nonces from createNonceSource().',
  })
}

export function badRate(text: string): DewarError {
  return new DewarError('ERR_SECURITY_RATE', `${quote(text)} is no rate.`, {
    fix: "Write such as '5/minute', '100 per hour' or '5 per 2 minutes'; several with ';' between them.",
    details: { rate: text },
  })
}

export function badCost(cost: number): DewarError {
  return new DewarError('ERR_SECURITY_RATE_COST', `A hit cannot cost ${cost}.`, {
    fix: 'Give a whole number from 1 up; result.refund() takes a hit back.',
    details: { cost },
  })
}

function quote(text: string): string {
  return JSON.stringify(shorten(text))
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
