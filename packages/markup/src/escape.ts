const special = /["&'<>]/

/**
 * Escapes text for HTML: between tags and inside quoted attributes.
 *
 * `& < > ' "` become `&amp; &lt; &gt; &#39; &#34;`. One scan; the same string comes back when nothing needs escaping.
 *
 * @param text any text
 * @returns the escaped text
 * @see MarkupSafe: `escape`
 */
export function escapeText(text: string): string {
  const first = text.search(special)
  return first === -1 ? text : escapeFrom(text, first)
}

function escapeFrom(text: string, first: number): string {
  let out = ''
  let done = 0
  for (let at = first; at < text.length; at++) {
    let entity: string
    switch (text.charCodeAt(at)) {
      case 34:
        entity = '&#34;'
        break
      case 38:
        entity = '&amp;'
        break
      case 39:
        entity = '&#39;'
        break
      case 60:
        entity = '&lt;'
        break
      case 62:
        entity = '&gt;'
        break
      default:
        continue
    }
    if (done < at) out += text.slice(done, at)
    out += entity
    done = at + 1
  }
  return done < text.length ? out + text.slice(done) : out
}
