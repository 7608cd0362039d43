/**
 * The stamp: what every answer says to the browser.
 *
 * Threat: browsers sniff, frame, refer, embed and fall back to clear text unless they are told not to.
 * Construction: all names and values are written once at setup into one list of header fields; an answer gets those it
 * does not have already. Only the nonce of the Content-Security-Policy varies. Strict-Transport-Security stands in the
 * list for secure requests only.
 * Defaults: the table `headerDefaults`. When not to change: `unsafeOmitHeaders` takes a protection away by name.
 */
import { nearestName, resolveSettings, type SettingsOptions } from '@dewar/base'
import { Headers } from '@dewar/http'
import { ContentSecurityPolicy, type CspWriter } from './content-security-policy.ts'
import { headerDefaults, type PermissionsPolicy } from './defaults.ts'
import { badHeaderName, badNonce, badPermission } from './errors.ts'
import {
  changePolicy,
  changeReportOnly,
  framedAs,
  harden,
  type PolicyChange,
  reportGroup,
} from './policy-changes.ts'

type Settings = SettingsOptions<typeof headerDefaults>

/** Options of {@link securityHeaders}; policies are merged into the defaults, directive by directive. */
export interface SecurityHeadersOptions
  extends Omit<Settings, 'contentSecurityPolicy' | 'contentSecurityPolicyReportOnly' | 'permissionsPolicy'> {
  /** Directives to replace in the default policy (`null` takes one away), or a whole policy of your own. */
  readonly contentSecurityPolicy?: PolicyChange | ContentSecurityPolicy | undefined
  /** A policy that is only reported on: directives to replace in the enforced one, or a whole policy; `null`: none. */
  readonly contentSecurityPolicyReportOnly?: PolicyChange | ContentSecurityPolicy | null | undefined
  /** Features to replace in the default list; `null` takes one away. */
  readonly permissionsPolicy?: Readonly<Record<string, readonly string[] | null>> | undefined
}

/** What a single answer brings along. */
export interface StampedAnswer {
  /** Gives the answer's nonce; called only if the answer has no policy of its own. */
  readonly nonce?: (() => string) | undefined
  /** Whether the visitor came over https. */
  readonly secure: boolean
}

/** The stamp, ready for use. */
export interface SecurityHeaders {
  /** Adds the headers that an answer does not have. */
  apply(headers: Headers, answer: StampedAnswer): void
  /** Another stamp with some options changed: policies merge, other options are replaced. For a single route. */
  with(options: SecurityHeadersOptions): SecurityHeaders
  /** The enforced policy. */
  readonly policy: ContentSecurityPolicy
  /** The names and values for an answer without nonce, for display. */
  describe(secure: boolean): readonly (readonly [string, string])[]
}

interface Plan {
  readonly values: ReturnType<typeof resolveValues>
  readonly policy: ContentSecurityPolicy
  readonly reportOnly: ContentSecurityPolicy | null
  readonly permissions: PermissionsPolicy
}

/**
 * Makes the stamp.
 *
 * @param options changes to the defaults
 * @throws {DewarError} `ERR_SECURITY_OPTION`, `ERR_SECURITY_CSP_DIRECTIVE`, `ERR_SECURITY_CSP_SOURCE`,
 *   `ERR_SECURITY_PERMISSION`, `ERR_SECURITY_HEADER_NAME`
 * @see Flask-Talisman; OWASP Secure Headers Project
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): SecurityHeaders {
  const base: Plan = {
    values: resolveValues({}),
    policy: new ContentSecurityPolicy(headerDefaults.contentSecurityPolicy.value),
    reportOnly: null,
    permissions: headerDefaults.permissionsPolicy.value,
  }
  return fromPlan(change(base, options))
}

function resolveValues(options: Settings) {
  return resolveSettings('security', headerDefaults, options)
}

function change(plan: Plan, options: SecurityHeadersOptions): Plan {
  const { contentSecurityPolicy, contentSecurityPolicyReportOnly, permissionsPolicy, ...rest } = options
  const framed = framedAs(plan.policy, rest.frameOptions)
  const policy = harden(changePolicy(framed, contentSecurityPolicy), plan.values, rest)
  const permissions: Record<string, readonly string[]> = { ...plan.permissions }
  for (const [feature, origins] of Object.entries(permissionsPolicy ?? {})) {
    if (origins === null) delete permissions[feature]
    else permissions[feature] = origins
  }
  return {
    values: resolveValues({ ...plan.values, ...withoutUndefined(rest) }),
    policy,
    reportOnly: changeReportOnly(plan.reportOnly, policy, contentSecurityPolicyReportOnly),
    permissions,
  }
}

function withoutUndefined(options: Settings): Settings {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

const policyName = 'Content-Security-Policy'
const reportOnlyName = 'Content-Security-Policy-Report-Only'
const hstsName = 'Strict-Transport-Security'

function fromPlan(plan: Plan): SecurityHeaders {
  const fixed = fixedFields(plan)
  const omitted = omittedNames(plan, fixed)
  const kept = fixed.filter(([name]) => !omitted.has(name.toLowerCase()))
  const hsts = omitted.has(hstsName.toLowerCase()) ? [] : [[hstsName, hstsValue(plan)] as const]
  const written = (name: string, policy: ContentSecurityPolicy | null): readonly Written[] =>
    policy === null || policy.names.length === 0 || omitted.has(name.toLowerCase())
      ? []
      : [{ name, write: policy.compile() }]
  const policies = [...written(policyName, plan.policy), ...written(reportOnlyName, plan.reportOnly)]
  const plain = createStamp(kept, policies)
  const secure = createStamp([...kept, ...hsts], policies)
  return {
    apply: (headers, answer) => (answer.secure ? secure : plain)(headers, answer.nonce),
    with: (options) => fromPlan(change(plan, options)),
    policy: plan.policy,
    describe: (isSecure) => {
      const headers = new Headers()
      const stamp = isSecure ? secure : plain
      stamp(headers, undefined)
      return [...headers]
    },
  }
}

interface Written {
  readonly name: string
  readonly write: CspWriter
}

/**
 * All fields stand in one list that `Headers` adopts without copying; the places of the policies are filled in just
 * before each use. Safe because nothing else runs in between and every part was checked at setup.
 */
function createStamp(
  fixed: readonly (readonly [string, string])[],
  policies: readonly Written[],
): (headers: Headers, nonce: (() => string) | undefined) => void {
  const raw = [...fixed, ...policies.map(({ name }) => [name, ''] as const)].flat()
  const fields = Headers.fromRaw(raw)
  const first = fixed.length * 2 + 1
  const writers = policies.map(({ write }) => write)
  return (headers, nonce) => {
    if (nonce === undefined || headers.has(policyName)) {
      for (let i = 0; i < writers.length; i++) raw[first + i * 2] = writers[i]?.() ?? ''
    } else {
      const value = checkNonce(nonce())
      for (let i = 0; i < writers.length; i++) raw[first + i * 2] = writers[i]?.(value) ?? ''
    }
    headers.addMissing(fields)
  }
}

function checkNonce(nonce: string): string {
  if (!/^[\w+/-]+={0,2}$/.test(nonce)) throw badNonce()
  return nonce
}

function fixedFields({ values, permissions }: Plan): readonly (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [
    ['X-Content-Type-Options', values.contentTypeOptions],
    ['X-Frame-Options', values.frameOptions],
    ['Referrer-Policy', values.referrerPolicy],
    ['Cross-Origin-Opener-Policy', values.crossOriginOpenerPolicy],
    ['Cross-Origin-Resource-Policy', values.crossOriginResourcePolicy],
    ['Origin-Agent-Cluster', values.originAgentCluster],
    ['X-Permitted-Cross-Domain-Policies', values.permittedCrossDomainPolicies],
  ]
  const permitted = serializePermissions(permissions)
  if (permitted !== '') fields.push(['Permissions-Policy', permitted])
  if (values.crossOriginEmbedderPolicy !== null) {
    fields.push(['Cross-Origin-Embedder-Policy', values.crossOriginEmbedderPolicy])
  }
  if (values.cspReportUri !== null) {
    fields.push(['Reporting-Endpoints', `${reportGroup}="${values.cspReportUri}"`])
  }
  return fields
}

function hstsValue({ values }: Plan): string {
  const subdomains = values.hstsIncludeSubdomains ? '; includeSubDomains' : ''
  return `max-age=${values.hstsMaxAge}${subdomains}${values.hstsPreload ? '; preload' : ''}`
}

function omittedNames({ values }: Plan, fixed: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const known = [...fixed.map(([name]) => name), policyName, reportOnlyName, hstsName]
  const lower = new Set(known.map((name) => name.toLowerCase()))
  for (const name of values.unsafeOmitHeaders) {
    if (!lower.has(name.toLowerCase())) throw badHeaderName(name, nearestName(name, known))
  }
  return new Set(values.unsafeOmitHeaders.map((name) => name.toLowerCase()))
}

/**
 * Writes a Permissions-Policy.
 *
 * @param policy allowed origins by feature: `self`, `*`, or origins such as `https://maps.example`; none: nobody
 * @returns the header's value
 * @throws {DewarError} `ERR_SECURITY_PERMISSION` if a feature or an origin cannot stand in the header
 * @see Permissions Policy §6.1; RFC 9651 §3.2
 */
export function serializePermissions(policy: PermissionsPolicy): string {
  return Object.entries(policy).map(serializeFeature).join(', ')
}

function serializeFeature([feature, origins]: readonly [string, readonly string[]]): string {
  if (!/^[a-z][a-z-]*$/.test(feature)) throw badPermission(feature, feature)
  if (origins.length === 1 && origins[0] === '*') return `${feature}=*`
  const list = origins.map((origin) => {
    if (origin === 'self' || origin === 'src') return origin
    if (!/^https?:\/\/[\w.*:-]+$/.test(origin)) throw badPermission(feature, origin)
    return `"${origin}"`
  })
  return `${feature}=(${list.join(' ')})`
}
