/** What the headers of every answer leave open, the Content-Security-Policy above all. */
import type { AppConfig } from '../config.ts'
import { defaults } from '../defaults.ts'
import { type Finding, finding, type Subject } from './finding.ts'

/** Looks at the settings of headers. */
export function* checkHeaders({ app }: Subject): Iterable<Finding> {
  if (app === null) return
  const { config } = app
  const omitted = new Set(config.UNSAFE_OMIT_HEADERS.map((name) => name.toLowerCase()))
  for (const name of config.UNSAFE_OMIT_HEADERS)
    yield finding('headers-omitted', `UNSAFE_OMIT_HEADERS leaves out ${name}.`)
  if (!omitted.has('strict-transport-security')) yield* hsts(config)
  yield* policies(config)
  if (omitted.has('content-security-policy')) {
    yield finding('csp-missing', 'UNSAFE_OMIT_HEADERS leaves out Content-Security-Policy.')
    if (config.CONTENT_SECURITY_POLICY_REPORT_ONLY !== null)
      yield finding('csp-report-only', 'CONTENT_SECURITY_POLICY_REPORT_ONLY is the only policy.')
  } else yield* checkCsp(app.securityHeaders.policy.serialize('x'))
}

function* hsts(config: AppConfig): Iterable<Finding> {
  const { HSTS_MAX_AGE: age, HSTS_INCLUDE_SUBDOMAINS: subdomains, HSTS_PRELOAD: preload } = config
  if (age < defaults.checkShortestHsts.value) yield finding('hsts-off', `HSTS_MAX_AGE is ${age} seconds.`)
  if (!subdomains) yield finding('hsts-subdomains', 'HSTS_INCLUDE_SUBDOMAINS is false.')
  if (!preload) yield finding('hsts-preload', 'HSTS_PRELOAD is false.')
}

function* policies(config: AppConfig): Iterable<Finding> {
  if (config.FRAME_OPTIONS !== 'DENY')
    yield finding('frames-allowed', `FRAME_OPTIONS is '${config.FRAME_OPTIONS}'.`, { severity: 'note' })
  const referrer: string = config.REFERRER_POLICY
  if (referrer === 'no-referrer') yield finding('referrer-none', "REFERRER_POLICY is 'no-referrer'.")
  else if (['no-referrer-when-downgrade', 'origin-when-cross-origin', 'unsafe-url'].includes(referrer))
    yield finding('referrer-wide', `REFERRER_POLICY is '${referrer}'.`, {
      // Only the origin is told: the page's path is not.
      severity: referrer === 'origin-when-cross-origin' ? 'note' : undefined,
    })
  if (config.CROSS_ORIGIN_OPENER_POLICY === 'unsafe-none')
    yield finding('opener-shared', "CROSS_ORIGIN_OPENER_POLICY is 'unsafe-none'.")
  if (config.CROSS_ORIGIN_RESOURCE_POLICY === 'cross-origin')
    yield finding('resources-shared', "CROSS_ORIGIN_RESOURCE_POLICY is 'cross-origin'.")
}

const scriptDirectives = ['script-src', 'script-src-elem', 'script-src-attr']
const styleDirectives = ['style-src', 'style-src-elem', 'style-src-attr']

/** Looks at one policy that is enforced, as browsers get it. */
export function* checkCsp(text: string): Iterable<Finding> {
  const policy = readPolicy(text)
  if (policy.size === 0) return yield finding('csp-missing', 'CONTENT_SECURITY_POLICY has no directive.')
  const base = policy.get('default-src')
  const scripts = scriptDirectives.flatMap((name) => entry(name, policy.get(name)))
  const styles = styleDirectives.flatMap((name) => entry(name, policy.get(name)))
  if (base !== undefined && scripts.length === 0) scripts.push(['default-src', base])
  for (const [name, sources] of scripts) yield* scriptSources(name, sources)
  for (const [name, sources] of styles) {
    if (sources.includes("'unsafe-inline'")) yield inline(name, { severity: 'note' })
    if (sources.includes('*')) yield finding('csp-wildcard', `${name} allows *.`)
  }
  yield* doors(policy, base)
}

/** With a nonce or hash, browsers ignore 'unsafe-inline'; with 'strict-dynamic', hosts and schemes too. */
function* scriptSources(name: string, sources: readonly string[]): Iterable<Finding> {
  const isBound = sources.some((source) => /^'(?:nonce|sha\d+-)/.test(source))
  const isDynamic = isBound && sources.includes("'strict-dynamic'")
  if (sources.includes("'unsafe-inline'") && !isBound) yield inline(name)
  if (sources.includes("'unsafe-eval'")) yield finding('csp-unsafe-eval', `${name} allows 'unsafe-eval'.`)
  if (isDynamic) return
  for (const source of sources) {
    if (/^(?:\*|https?:(?:\/\/\*?)?|data:|blob:|filesystem:)$/.test(source))
      yield finding('csp-wildcard', `${name} allows ${source}.`)
    else if (/^(?:https?:\/\/)?\*\.[a-z]+$/.test(source))
      yield finding('csp-wildcard', `${name} allows ${source}, a whole registry.`)
  }
}

function inline(name: string, options = {}): Finding {
  return finding('csp-unsafe-inline', `${name} allows 'unsafe-inline'.`, options)
}

/** Directives that do not fall back to default-src, and those that have nothing to fall back to. */
function* doors(policy: Policy, base: readonly string[] | undefined): Iterable<Finding> {
  const fallsBack = base !== undefined && !base.includes('*')
  const scripts = scriptDirectives.some((name) => policy.has(name))
  if (!scripts && !fallsBack) yield finding('csp-open', 'Neither script-src nor default-src is set.')
  if (!policy.has('object-src') && !fallsBack) yield finding('csp-open', 'object-src is not set.')
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) {
    const sources = policy.get(name)
    if (sources === undefined) yield finding('csp-open', `${name} is not set, and nothing stands in for it.`)
    else if (sources.some((source) => /^(?:\*|https?:)$/.test(source))) {
      const id = name === 'frame-ancestors' ? 'frames-allowed' : 'csp-wildcard'
      yield finding(id, `${name} allows everybody.`)
    }
  }
}

type Policy = ReadonlyMap<string, readonly string[]>

function entry(name: string, sources: readonly string[] | undefined): [string, readonly string[]][] {
  return sources === undefined ? [] : [[name, sources]]
}

function readPolicy(text: string): Policy {
  const directives = text.split(';').map((directive) => directive.trim().split(/\s+/))
  return new Map(
    directives.flatMap(([name = '', ...sources]) => (name === '' ? [] : [[name, sources] as const])),
  )
}
