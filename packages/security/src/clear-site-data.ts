/** `Clear-Site-Data`: what a browser forgets at logout. */
import { clearSiteDataDefaults, type SiteData } from './defaults.ts'

/**
 * Writes the header's value for the answer to a logout.
 *
 * The default leaves cookies alone: the session ends its own, and the browser would also drop those of all subdomains.
 *
 * @param data what to forget; by default the cache, so that "back" shows nothing, and the storage of scripts
 * @returns such as `"cache", "storage"`
 * @see Clear Site Data §3.1; ASVS 5.0 V14.3.1
 */
export function serializeClearSiteData(
  data: readonly SiteData[] = clearSiteDataDefaults.clearSiteData.value,
): string {
  return data.map((kind) => `"${kind}"`).join(', ')
}
