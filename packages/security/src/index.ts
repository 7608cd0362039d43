export { serializeClearSiteData } from './clear-site-data.ts'
export { type ClientKeyOptions, clientKey } from './client-key.ts'
export { ContentSecurityPolicy, type CspWriter } from './content-security-policy.ts'
export { type Cors, type CorsAnswer, type CorsOptions, createCors } from './cors.ts'
export { type CspReport, parseCspReports } from './csp-report.ts'
export { bindCsrfSecret, checkCsrfToken, createCsrfSecret, csrfHeaderToken, csrfToken } from './csrf.ts'
export {
  type CspDirectives,
  defaults,
  headerDefaults,
  type PermissionsPolicy,
  type SiteData,
} from './defaults.ts'
export { BadRedirectError, CsrfError, type CsrfReason } from './errors.ts'
export { type ForwardedElement, parseForwarded } from './forwarded.ts'
export {
  checkHost,
  createHostCheck,
  type HostCheck,
  isTrustedHost,
  type ParsedHost,
  parseHost,
} from './host.ts'
export { type HttpsRequest, httpsLocation } from './https-location.ts'
export { createNonceSource, type NonceOptions, type RandomBytes } from './nonce.ts'
export {
  checkOrigin,
  isSafeMethod,
  type OriginCheck,
  type OriginVerdict,
  parseTrustedOrigins,
} from './origin.ts'
export type { PolicyChange } from './policy-changes.ts'
export {
  createProxyTrust,
  type ProxyTrust,
  type ReceivedHead,
  type TrustProxyOptions,
  trustProxy,
  type VisitorHead,
} from './proxy.ts'
export { parseRate, parseRates, type Rate } from './rate.ts'
export { RateLimit, type RateLimitOptions, type RateResult, rateLimitHeaders } from './rate-limit.ts'
export { isSafeRedirect, type SafeRedirectOptions, safeRedirect } from './safe-redirect.ts'
export {
  type SecurityHeaders,
  type SecurityHeadersOptions,
  type StampedAnswer,
  securityHeaders,
  serializePermissions,
} from './security-headers.ts'
