/** How options change the Content-Security-Policy in force. */
import type { SettingsOptions } from '@dewar/base'
import { ContentSecurityPolicy } from './content-security-policy.ts'
import type { headerDefaults } from './defaults.ts'
import { badReportUri } from './errors.ts'

type Settings = Pick<
  SettingsOptions<typeof headerDefaults>,
  'frameOptions' | 'strictDynamic' | 'trustedTypes' | 'cspReportUri'
>

/** The name that `report-to` and `Reporting-Endpoints` have in common. */
export const reportGroup = 'csp'

/**
 * Directives by name, `null` takes a directive away; or a function of the policy in force, such as
 * `(policy) => policy.extend({ 'img-src': ['https://cdn.example'] })`.
 */
export type PolicyChange =
  | Readonly<Record<string, string | readonly string[] | null>>
  | ((policy: ContentSecurityPolicy) => ContentSecurityPolicy)

/** `frame-ancestors` overrules X-Frame-Options in browsers that know both, so that the two must agree. */
export function framedAs(
  policy: ContentSecurityPolicy,
  option: Settings['frameOptions'],
): ContentSecurityPolicy {
  if (option === undefined || policy.get('frame-ancestors') === undefined) return policy
  return policy.with({ 'frame-ancestors': option === 'DENY' ? "'none'" : "'self'" })
}

/** What the short options say about the policy, where they change: a policy written in full stays as it was written. */
export function harden(
  policy: ContentSecurityPolicy,
  before: Required<Settings>,
  { strictDynamic, trustedTypes, cspReportUri }: Settings,
): ContentSecurityPolicy {
  let changed = policy
  if (strictDynamic !== undefined && strictDynamic !== before.strictDynamic) {
    changed = withStrictDynamic(changed, strictDynamic)
  }
  if (trustedTypes !== undefined && trustedTypes !== before.trustedTypes) {
    changed = withTrustedTypes(changed, trustedTypes)
  }
  if (cspReportUri !== undefined && cspReportUri !== before.cspReportUri) {
    checkReportUri(cspReportUri)
    const to = cspReportUri === null ? null : reportGroup
    changed = changed.with({ 'report-uri': cspReportUri, 'report-to': to })
  }
  return changed
}

function withStrictDynamic(policy: ContentSecurityPolicy, wanted: boolean): ContentSecurityPolicy {
  const others = (policy.get('script-src') ?? ["'nonce'"]).filter((source) => source !== "'strict-dynamic'")
  return policy.with({ 'script-src': wanted ? [...others, "'strict-dynamic'"] : others })
}

function withTrustedTypes(
  policy: ContentSecurityPolicy,
  names: readonly string[] | null,
): ContentSecurityPolicy {
  if (names === null) return policy.with({ 'require-trusted-types-for': null, 'trusted-types': null })
  return policy.with({
    'require-trusted-types-for': "'script'",
    'trusted-types': names.length === 0 ? ["'none'"] : names,
  })
}

/** It stands in a structured field and in a directive: no quotes, blanks, commas or semicolons. */
function checkReportUri(uri: string | null): void {
  if (uri === null || /^(?:\/(?!\/)|https:\/\/)[\w./~%?=&:@-]*$/.test(uri)) return
  throw badReportUri(uri)
}

export function changePolicy(
  policy: ContentSecurityPolicy,
  wanted: PolicyChange | ContentSecurityPolicy | undefined,
): ContentSecurityPolicy {
  if (wanted === undefined) return policy
  if (typeof wanted === 'function') return wanted(policy)
  return wanted instanceof ContentSecurityPolicy ? wanted : policy.with(wanted)
}

/** A policy that is only reported on starts from the one before, or from the enforced one. */
export function changeReportOnly(
  before: ContentSecurityPolicy | null,
  enforced: ContentSecurityPolicy,
  wanted: PolicyChange | ContentSecurityPolicy | null | undefined,
): ContentSecurityPolicy | null {
  if (wanted === null) return null
  return wanted === undefined ? before : changePolicy(before ?? enforced, wanted)
}
