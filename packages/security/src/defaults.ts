/**
 * Every default of the gate and the stamp, in one table for each subject; `defaults` holds all that can be set in an
 * app's configuration. Loosening a value in one of them is a visible line of a diff.
 */
import { settings } from '@dewar/base'
import { clientDefaults, rateDefaults } from './client-defaults.ts'
import { csrfDefaults, hostDefaults, redirectDefaults, transportDefaults } from './gate-defaults.ts'
import { clearSiteDataDefaults, cspReportDefaults, headerDefaults, nonceDefaults } from './header-defaults.ts'

export { clientDefaults, corsDefaults, rateDefaults } from './client-defaults.ts'
export {
  csrfDefaults,
  hostDefaults,
  proxyDefaults,
  redirectDefaults,
  transportDefaults,
} from './gate-defaults.ts'
export {
  type CspDirectives,
  clearSiteDataDefaults,
  cspReportDefaults,
  headerDefaults,
  nonceDefaults,
  type PermissionsPolicy,
  type SiteData,
} from './header-defaults.ts'

/** Every setting of this package by option name. */
export const defaults = settings({
  ...hostDefaults,
  trustedProxy: {
    value: null as Readonly<Record<string, unknown>> | null,
    key: 'TRUSTED_PROXY',
    accepts: 'mapping',
    optional: true,
    guards: 'forwarding headers that any client can send; null: none is believed',
    source: 'Werkzeug: ProxyFix',
  },
  ...transportDefaults,
  ...csrfDefaults,
  ...headerDefaults,
  ...rateDefaults,
  ...clientDefaults,
  ...nonceDefaults,
  ...redirectDefaults,
  ...cspReportDefaults,
  ...clearSiteDataDefaults,
})
