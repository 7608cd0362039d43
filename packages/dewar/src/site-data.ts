/** What a browser forgets at logout. */
import { type SiteData, serializeClearSiteData } from '@dewar/security'
import { afterThisRequest, useContext } from './context.ts'

/**
 * Tells the browser to forget what this site has left in it, with the answer to this request: for logouts, so that the
 * next person at a shared machine finds no page in the cache and nothing in the storage of scripts. Browsers listen to it
 * over https only, and over http it is not sent. `CLEAR_SITE_DATA` says what is forgotten; an empty list says nothing.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
 * @see Clear Site Data §3.1; ASVS 5.0 V14.3.1
 */
export function clearSiteData(): void {
  const { app, request } = useContext('clearSiteData()')
  const value = serializeClearSiteData(app.config.CLEAR_SITE_DATA as readonly SiteData[])
  if (value === '' || request?.isSecure !== true) return
  afterThisRequest((response) => {
    response.headers.setDefault('Clear-Site-Data', value)
  })
}
