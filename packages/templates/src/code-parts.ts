/** Parts of the generated code that need nothing but the nodes they are made of. */
import type { Node, Signature } from './ast.ts'
import type { CodeWriter } from './code.ts'
import { describe, expression, quote } from './code-expressions.ts'
import { TemplateError } from './errors.ts'
import type { HtmlState } from './html-state.ts'
import type { MacroShape } from './macro.ts'
import { type Scope, usesName } from './scope.ts'

/** Refuses two blocks of one name. */
export function refuseTwins(blocks: readonly Node<'Block'>[], writer: CodeWriter): void {
  const seen = new Set<string>()
  for (const block of blocks) {
    const name = block.name.value
    if (seen.has(name)) {
      throw new TemplateError('ERR_TEMPLATES_NAME', `There are two blocks '${name}'.`, {
        fix: 'Name one of them differently; self.name() repeats a block.',
        place: writer.place(block),
        source: writer.source,
      })
    }
    seen.add(name)
  }
}

/** The names a scope holds, as an object. */
export function localsCode(scope: Scope, withLoop = false): string {
  const names = [...scope.visible()].filter(([name]) => withLoop || name !== 'loop')
  return `{__proto__:null,${names.map(([name, variable]) => `[${quote(name)}]:${variable}`).join(',')}}`
}

/** The output of an included template; `place` is where it stands, if not between tags. */
export function includeCode(
  node: Node<'Include'>,
  scope: Scope,
  writer: CodeWriter,
  place: HtmlState | null,
): string {
  const options = JSON.stringify({
    ignoreMissing: node.ignoreMissing,
    what: describe(node.template),
    place,
  }).replace(/}$/, `,"isEscaped":${writer.escaped},"isDirect":${writer.buffer === 'o'}}`)
  const locals = node.withContext ? localsCode(scope) : 'null'
  const code = `rt.include(ctx,${expression(node.template, scope, writer)},${locals},${options})`
  return writer.options.isAsync ? `(await ${code})` : code
}

/** Gives names what another template exports under them. */
export function writeImport(
  node: Node<'Import'> | Node<'FromImport'>,
  scope: Scope,
  writer: CodeWriter,
): void {
  writer.at(node)
  const code = importCode(node, scope, writer)
  const assign = (name: string, value: string): void => {
    const variable = scope.holder(name)?.names.get(name)
    writer.line(`${variable}=${value};`)
    if (scope.holder(name)?.isTop === true) writer.line(`ctx.set(${quote(name)},${variable},false);`)
  }
  if (node.typename === 'Import') {
    assign(node.target, code)
    return
  }
  const module = writer.fresh('m')
  writer.line(`const ${module}=${code};`)
  for (const { name, alias } of node.names) assign(alias, `${module}[${quote(name)}]`)
}

/** What a template exports. */
function importCode(node: Node<'Import'> | Node<'FromImport'>, scope: Scope, writer: CodeWriter): string {
  const locals = node.withContext ? localsCode(scope) : 'null'
  const template = expression(node.template, scope, writer)
  const code = `rt.import(ctx,${template},${locals},${quote(describe(node.template))})`
  return writer.options.isAsync ? `(await ${code})` : code
}

/** What a macro is called and takes; it takes what its body uses. */
export function macroShape(name: string, signature: Signature, body: Node): MacroShape {
  const parameters = signature.parameters.map((parameter) => parameter.name)
  const uses = (word: string): boolean => !parameters.includes(word) && usesName(body, word)
  return { name, parameters, varargs: uses('varargs'), kwargs: uses('kwargs'), caller: uses('caller') }
}

/** A translated text; its values are computed first, each once. */
export function transCode(node: Node<'Trans'>, scope: Scope, writer: CodeWriter): string {
  const variables = new Map<string, string>()
  for (const { name, value } of node.values) {
    const variable = writer.temporary(scope)
    writer.line(`${variable}=${writer.used(value, scope)};`)
    variables.set(name, variable)
  }
  const count = node.count === null ? 'undefined' : (variables.get(node.count) ?? 'undefined')
  if (node.plural !== null) variables.set('num', variables.get('num') ?? count)
  const { singular, plural, context } = node
  const message = JSON.stringify({ singular, plural, context }).replace(/}$/, `,"count":${count}}`)
  const values = [...variables].map(([name, variable]) => `[${quote(name)}]:${variable}`).join(',')
  return `rt.trans(ctx,${message},{__proto__:null,${values}},${writer.escaped})`
}
