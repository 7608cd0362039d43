/** The name of a request, for the visitor who reports an error and for whoever looks into the log. */
import { randomUUID } from 'node:crypto'

/** version "-" trace-id "-" parent-id "-" flags; later versions may add more after another "-". */
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/

/**
 * An id for a request.
 *
 * @param header the `traceparent` header, as tracing proxies and clients send it; one that is malformed counts as none
 * @returns 32 hexadecimal digits: the trace id, so that log lines are found from a trace, else random ones
 * @see W3C Trace Context §3.2
 */
export function requestId(header: string | null): string {
  const traceId = header === null ? undefined : traceparent.exec(header)?.[1]
  return traceId ?? randomUUID().replaceAll('-', '')
}
