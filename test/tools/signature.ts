/** A declaration without its body and its comments, read from formatted source text. */

const start = /^export (?:abstract )?(?:async )?(class|const|function\*?|interface|type) (\w+)\b/
const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm

/**
 * Reads how something is declared: a line for it, and one for each public member.
 *
 * @param source the text of the file that declares it
 * @param name what is looked for
 * @returns its lines, a function's overloads too; none if it is not there
 */
export function readSignature(source: string, name: string): string[] {
  return declarations(withoutInternals(source)).flatMap((lines) => {
    const [, kind = '', found] = start.exec(lines[0] ?? '') ?? []
    if (found !== name) return []
    if (kind === 'class') return [joined(lines, 0), ...members(lines, isPublicMember)]
    if (kind === 'interface') return [joined(lines, 0), ...members(lines, () => true)]
    if (kind === 'type')
      return [
        lines
          .join(' ')
          .replaceAll(/\s+/g, ' ')
          .replace(/^export /, ''),
      ]
    return [joined(lines, 0)]
  })
}

/** What is marked as internal is taken out with its comment, all other comments alone. */
function withoutInternals(source: string): string {
  return source
    .replaceAll(/^( *)\/\*\*(?:(?!\*\/)[\s\S])*@internal(?:(?!\*\/)[\s\S])*\*\/\n/gm, '$1internal ')
    .replaceAll(comment, '')
}

/** The lines of each exported declaration, up to where the next thing begins. */
function declarations(source: string): string[][] {
  const found: string[][] = []
  let isOpen = false
  for (const line of source.split('\n').filter((text) => text.trim() !== '')) {
    if (/^\w/.test(line)) {
      isOpen = start.test(line)
      if (isOpen) found.push([line])
    } else if (isOpen) found.at(-1)?.push(line)
  }
  return found
}

function members(lines: readonly string[], isPublic: (line: string) => boolean): string[] {
  return lines.flatMap((line, index) =>
    /^ {2}[^\s})\]]/.test(line) && isPublic(line) ? [`  ${joined(lines, index)}`] : [],
  )
}

function isPublicMember(line: string): boolean {
  return /^ {2}(?!#|\*#|internal |private |static \{|async #|static #|readonly #|get #|set #|override #)[\w[*]/.test(
    line,
  )
}

/** One statement on one line, without its body or value. */
function joined(lines: readonly string[], first: number): string {
  let text = ''
  for (const line of lines.slice(first)) {
    text += `${text === '' ? '' : ' '}${line.trim()}`
    if (/\{$/.test(line) && depth(text.slice(0, -1)) === 0) return tidy(text.slice(0, -1))
    if (depth(text) === 0 && !/[=|&:,]$/.test(line)) break
  }
  return tidy(text)
}

function depth(text: string): number {
  const plain = text.replaceAll(/'(?:[^'\\]|\\.)*'/g, '')
  return (plain.match(/[([{]/g)?.length ?? 0) - (plain.match(/[)\]}]/g)?.length ?? 0)
}

/** A value is no part of what a thing is; that a parameter has one is. */
function tidy(text: string): string {
  const line = text
    .replace(/^export /, '')
    .replace(/(?<![:=]) \{\}$/, '')
    .replaceAll(/([([]) /g, '$1')
    .replaceAll(/,? ([)\]])/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return /^(?:const\b|(?:static )?(?:override )?(?:readonly )?\w+(?::| =))/.test(line)
    ? line.replace(/ = .*$/, '')
    : line
}
