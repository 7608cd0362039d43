/** The `Forwarded` header: what `X-Forwarded-*` say, in one header with a grammar. */
import { isIP } from 'node:net'

/** What one proxy says about the hop before it. */
export interface ForwardedElement {
  /** The node that made the request: an address without port and brackets, `unknown`, or a name with `_`. */
  readonly for?: string
  /** The node that received it. */
  readonly by?: string
  /** The `Host` it was sent to. */
  readonly host?: string
  /** The scheme it came by. */
  readonly proto?: string
}

/*
 * RFC 7239 §4:  Forwarded = 1#( [ pair ] *( ";" [ pair ] ) ) ;  pair = token "=" ( token / quoted-string )
 */
const step =
  /[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~:[\]-]+)|"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e])*)")[ \t]*)?([;,]|$)/y

/**
 * Reads a `Forwarded` header.
 *
 * @param text the header's value; several headers joined with commas
 * @returns what each proxy says, the nearest one last; `null` if the header cannot be read or says a thing twice, since
 *   then nobody can tell where the proxy's part begins
 * @see RFC 7239 §4
 */
export function parseForwarded(text: string): readonly ForwardedElement[] | null {
  const elements: ForwardedElement[] = []
  let element: Record<string, string> = Object.create(null)
  step.lastIndex = 0
  for (;;) {
    const match = step.exec(text)
    if (match === null) return null
    const [, name, token, quoted, separator] = match
    if (name !== undefined) {
      const parameter = name.toLowerCase()
      if (parameter in element) return null
      element[parameter] = token ?? (quoted ?? '').replace(/\\(.)/g, '$1')
    }
    if (separator === ';') continue
    elements.push(toElement(element))
    if (separator === '') return elements
    element = Object.create(null)
  }
}

function toElement(pairs: Readonly<Record<string, string>>): ForwardedElement {
  const { for: client, by, host, proto } = pairs
  return {
    ...(client !== undefined && { for: nodeName(client) }),
    ...(by !== undefined && { by: nodeName(by) }),
    ...(host !== undefined && { host }),
    ...(proto !== undefined && { proto }),
  }
}

/** `"[2001:db8::1]:4711"` and `192.0.2.1:4711` are addresses with ports (RFC 7239 §6). */
function nodeName(node: string): string {
  const address = /^\[([^\]]+)\](?::[\w.-]+)?$/.exec(node)?.[1] ?? /^([\d.]+):[\w.-]+$/.exec(node)?.[1]
  return address !== undefined && isIP(address) !== 0 ? address : node
}
