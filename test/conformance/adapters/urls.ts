/** The area `urls`: readable addresses and those for the wire. */
import { iriToUri, parseQuery, quoteUrl, serializeQuery, uriToIri } from '@dewar/http'
import type { Adapter } from '../adapter.ts'

/** Maps the area to `@dewar/http`. */
export const adapter: Adapter = {
  operations: {
    iri_to_uri: ({ iri }: { iri: string }) => iriToUri(iri),
    uri_to_iri: ({ uri }: { uri: string }) => uriToIri(uri),
    url_quote: ({ value, safe }: { value: string; safe: string }) => quoteUrl(value, safe),
    query_parse: ({ query_string }: { query_string: string }) => parseQuery(query_string),
    query_encode: ({ items }: { items: [string, string | number | null][] }) => serializeQuery(items),
  },
  kinds: { ERR_HTTP_URL: 'ValueError', ERR_HTTP_URL_HOST: 'UnicodeError' },
}
