/**
 * `macro` and `call`: the code of what they define.
 *
 * A macro may be called between tags, among attributes, in a script or in a style, and whoever defines it cannot know. One
 * whose text has no tags is therefore compiled for each of these places; the call says which it needs. Called where it
 * was not compiled for, its output is taken as what it is: HTML made for between tags.
 */
import type { Node } from './ast.ts'
import { expression } from './code-expressions.ts'
import { macroShape } from './code-parts.ts'
import type { Compiler } from './compiler.ts'
import { TemplateError } from './errors.ts'
import { type HtmlState, textState } from './html-state.ts'
import { scriptUnknown } from './js-state.ts'
import { isAuthors, type MacroPlace } from './place.ts'
import { findNodes, type Scope } from './scope.ts'
import type { TrustedPlace } from './trusted.ts'

type Definition = Node<'Macro'> | Node<'CallBlock'>

const starts: Readonly<Record<MacroPlace, HtmlState>> = {
  tag: { ...textState, place: 'tag', element: '?', part: 'space' },
  script: { ...textState, place: 'raw', element: 'script', script: scriptUnknown },
  style: { ...textState, place: 'raw', element: 'style' },
}

/** Macros in macros that are compiled for every place; deeper ones are not, or the code would double with each. */
const placedDepth = 2

/** The code of a macro or of the body of a call. */
export function macroCode(name: string, node: Definition, scope: Scope, compiler: Compiler): string {
  const { writer } = compiler
  const shape = macroShape(name, node.signature, node.body)
  const made = isAuthors(node.body) ? 'any' : null
  writer.macroDepth++
  try {
    const code = bodyCode(node, scope, textState, made, compiler)
    const placed = made === null && writer.macroDepth <= placedDepth && isPlaceable(node.body)
    const others = placed ? placedCode(node, scope, compiler) : ''
    return `rt.macro(${JSON.stringify(shape)},${code}${others})`
  } finally {
    writer.macroDepth--
  }
}

/** Whether a text has no tags, so that it may stand inside one, or in code. */
function isPlaceable(body: Node): boolean {
  return !findNodes(body, 'TemplateData').some(({ value }) => value.includes('<'))
}

function placedCode(node: Definition, scope: Scope, compiler: Compiler): string {
  const { writer } = compiler
  if (writer.escaped === 'false' || !writer.options.tags.contextual) return ''
  const bodies: string[] = []
  for (const place of ['tag', 'script', 'style'] as const) {
    try {
      bodies.push(`${place}:${bodyCode(node, scope, starts[place], place, compiler)}`)
    } catch (error) {
      if (!(error instanceof TemplateError && error.code === 'ERR_TEMPLATES_CONTEXT')) throw error
    }
  }
  return bodies.length === 0 ? '' : `,{${bodies.join(',')}}`
}

function bodyCode(
  { signature, body }: Definition,
  scope: Scope,
  start: HtmlState,
  made: TrustedPlace | null,
  compiler: Compiler,
): string {
  const { writer, tags } = compiler
  const shape = macroShape('', signature, body)
  return compiler.innerFunction('a,varargs,kwargs,caller', scope, made, (inner) => {
    for (const word of ['varargs', 'kwargs', 'caller'] as const) if (shape[word]) inner.names.set(word, word)
    for (const [index, parameter] of signature.parameters.entries()) {
      const variable = writer.fresh('v')
      writer.line(`let ${variable}=a[${index}];`)
      const otherwise = parameter.value === null ? 'undefined' : expression(parameter.value, inner, writer)
      writer.line(`if(${variable}===rt.missing)${variable}=${otherwise};`)
      inner.names.set(parameter.name, variable)
    }
    compiler.declare(body, scope, inner)
    tags.apart(body, start, () => compiler.statements(body, inner))
  })
}
