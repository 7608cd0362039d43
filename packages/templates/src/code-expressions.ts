/** Expressions of a template as JavaScript. Texts of the template enter the code as JSON strings only. */
import type { CallArguments, Node } from './ast.ts'
import type { CodeWriter } from './code.ts'
import { TemplateError } from './errors.ts'
import { gettextNames } from './i18n.ts'
import { isHidden } from './members.ts'
import type { MacroPlace } from './place.ts'
import type { Scope } from './scope.ts'

/** How JavaScript writes a text. */
export const quote = (text: string): string => JSON.stringify(text)

const binary = {
  Add: 'add',
  Sub: 'subtract',
  Mul: 'multiply',
  Div: 'divide',
  FloorDiv: 'floorDivide',
  Mod: 'remainder',
  Pow: 'power',
} as const

/** Filters and tests that are made for missing values. */
const takesMissing = new Set(['default', 'd'])

/** How the template writes an expression, for error messages. */
export function describe(node: Node): string {
  const text = sketch(node)
  return text === null ? 'A value' : `'${text}'`
}

function sketch(node: Node): string | null {
  switch (node.typename) {
    case 'Symbol':
      return node.value
    case 'LookupVal': {
      const target = sketch(node.target)
      if (target === null) return null
      if (node.dotted && node.val.typename === 'Literal') return `${target}.${String(node.val.value)}`
      return node.val.typename === 'Literal' ? `${target}[${quote(String(node.val.value))}]` : `${target}[…]`
    }
    case 'FunCall': {
      const name = sketch(node.name)
      return name === null ? null : `${name}()`
    }
    default:
      return null
  }
}

/** An expression as JavaScript. */
export function expression(node: Node, scope: Scope, writer: CodeWriter): string {
  const of = (child: Node): string => expression(child, scope, writer)
  const use = (child: Node): string => writer.used(child, scope)
  switch (node.typename) {
    case 'Literal':
      return typeof node.value === 'string' ? quote(node.value) : `(${String(node.value)})`
    case 'Symbol':
      return writer.name(node, scope)
    case 'Tuple':
    case 'Array':
      return sized(writer, `[${node.children.map(use).join(',')}]`)
    case 'Dict':
      return sized(
        writer,
        `rt.dict([${node.children.map(({ key, value }) => `[${use(key)},${of(value)}]`).join(',')}])`,
      )
    case 'LookupVal':
      return lookupCode(node, scope, writer)
    case 'Slice': {
      const part = (child: Node | null): string => (child === null ? 'null' : use(child))
      const bounds = [node.start, node.stop, node.step].map(part).join(',')
      return `rt.slice(${of(node.target)},${bounds},${quote(describe(node.target))})`
    }
    case 'FunCall':
      return callCode(node, scope, writer)
    case 'Filter':
      return filterCode(node, node.target === null ? 'undefined' : null, scope, writer)
    case 'Is':
      return testCode(node, scope, writer)
    case 'InlineIf': {
      return writer.conditionally(
        () =>
          `(rt.truthy(${use(node.cond)})?${of(node.body)}:${node.else_ === null ? 'undefined' : of(node.else_)})`,
      )
    }
    default:
      return operatorCode(node, scope, writer)
  }
}

function lookupCode(node: Node<'LookupVal'>, scope: Scope, writer: CodeWriter): string {
  const counter = counterCode(node, scope)
  if (counter !== null) return counter
  const target = expression(node.target, scope, writer)
  const what = quote(describe(node.target))
  const name = node.val.typename === 'Literal' ? node.val.value : null
  const isName = typeof name === 'string'
  if (node.dotted && isName && !isHidden(name)) return ownCode(target, name, what, scope)
  return `rt.${node.dotted && isName ? 'attr' : 'item'}(${target},${writer.used(node.val, scope)},${what})`
}

/**
 * `target.name`, read here if the target is an object literal that has it, because each place in the code then learns the
 * shape of its objects; else, and for what templates may not have, by the runtime. What others put into `Object.prototype`
 * is not seen.
 */
function ownCode(target: string, name: string, what: string, scope: Scope): string {
  const { temporaries } = scope.function
  if (!temporaries.includes('T')) temporaries.push('T', 'X')
  const key = quote(name)
  const isOwn = `T!==null&&typeof T==='object'&&gp(T)===OP&&OP[${key}]===undefined&&(X=T[${key}])!==undefined`
  const found = "(typeof X==='object'||typeof X==='function'?rt.allowed(X):X)"
  return `(T=${target},${isOwn}?${found}:rt.attr(T,${key},${what}))`
}

function operatorCode(node: Node, scope: Scope, writer: CodeWriter): string {
  const have = (child: Node): string => writer.needed(child, scope)
  const use = (child: Node): string => writer.used(child, scope)
  switch (node.typename) {
    case 'Or':
    case 'And': {
      const value = writer.temporary(scope)
      const [yes, no] = node.typename === 'Or' ? [value, use(node.right)] : [use(node.right), value]
      return `(rt.truthy(${value}=${use(node.left)})?${yes}:${no})`
    }
    case 'Not':
      return `!rt.truthy(${use(node.target)})`
    case 'Neg':
      return `rt.negate(${have(node.target)})`
    case 'Pos':
      return `rt.positive(${have(node.target)})`
    case 'Concat':
      return sized(writer, `rt.concat(${use(node.left)},${use(node.right)},${writer.escaped})`)
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
    case 'Pow':
      return sized(writer, `rt.${binary[node.typename]}(${have(node.left)},${have(node.right)})`)
    case 'Compare':
      return compareCode(node, scope, writer)
    default:
      throw new TypeError(`'${node.typename}' is no expression.`)
  }
}

/** Where a loop stands, without asking its `loop` object. */
function counterCode(node: Node<'LookupVal'>, scope: Scope): string | null {
  if (node.target.typename !== 'Symbol' || node.target.value !== 'loop' || node.val.typename !== 'Literal')
    return null
  const counter = scope.holder('loop')?.counter ?? null
  if (counter === null) return null
  const { index, items } = counter
  switch (node.val.value) {
    case 'index':
      return `(${index}+1)`
    case 'index0':
      return index
    case 'first':
      return `(${index}===0)`
    case 'last':
      return `(${index}===${items}.length-1)`
    case 'length':
      return `${items}.length`
    case 'revindex':
      return `(${items}.length-${index})`
    case 'revindex0':
      return `(${items}.length-${index}-1)`
    default:
      return null
  }
}

/** A value that a user's template made, which must not grow without end. */
function sized(writer: CodeWriter, code: string): string {
  return writer.options.isUsers ? `rt.sized(${code})` : code
}

function compareCode(node: Node<'Compare'>, scope: Scope, writer: CodeWriter): string {
  const isOrdering = (type: string): boolean => type.startsWith('<') || type.startsWith('>')
  const operand = (child: Node, ordered: boolean): string =>
    ordered ? writer.needed(child, scope) : writer.used(child, scope)
  let left = operand(node.expr, isOrdering(node.ops[0]?.type ?? ''))
  const parts = node.ops.map((op, index) => {
    let right = operand(op.expr, isOrdering(op.type))
    const next = index + 1 < node.ops.length ? writer.temporary(scope) : null
    if (next !== null) right = `${next}=${right}`
    const code =
      op.type === '==' ? `rt.equals(${left},${right})` : `rt.compareOp(${left},${quote(op.type)},${right})`
    left = next ?? ''
    return code
  })
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join('&&')})`
}

/** The arguments of a call as the inside of an array: positional ones, then the keyword arguments as one object. */
export function argumentsCode(
  args: CallArguments,
  scope: Scope,
  writer: CodeWriter,
  extra: string[] = [],
): string {
  const positional = args.positional.map((arg) => {
    if (arg.typename !== 'Spread') return expression(arg, scope, writer)
    return `...rt.items(${writer.needed(arg.value, scope)},${quote(describe(arg.value))})`
  })
  const named = namedCode(args, scope, writer, extra)
  if (named === null) return positional.join(',')
  const { mapping } = args
  const keywords =
    mapping === null ? `rt.keywords(${named})` : `rt.keywordsOf(${named},${writer.needed(mapping, scope)})`
  return [...positional, keywords].join(',')
}

function namedCode(args: CallArguments, scope: Scope, writer: CodeWriter, extra: string[]): string | null {
  const pairs = args.keywords.map(({ name, value }) => `[${quote(name)}]:${expression(value, scope, writer)}`)
  if (pairs.length + extra.length === 0 && args.mapping === null) return null
  return `{${[...pairs, ...extra].join(',')}}`
}

/** How a call is written. */
export interface CallOptions {
  /** Further keyword arguments, as properties. */
  extra?: string[]
  /** Where a macro is called, if it is not between tags. */
  place?: MacroPlace | null
}

/** A call as JavaScript. */
export function callCode(
  node: Node<'FunCall'>,
  scope: Scope,
  writer: CodeWriter,
  { extra = [], place = null }: CallOptions = {},
): string {
  const { name } = node
  if (name.typename === 'Symbol' && name.value === 'loop') {
    const holder = scope.holder('loop')
    if (holder !== null && holder.recursion !== null) {
      const [items] = node.args.positional
      const given = items === undefined ? '[]' : writer.needed(items, scope)
      return waited(
        writer,
        `${holder.recursion}(rt.items(${given},'loop'),${holder.names.get('loop')}.depth0+1)`,
      )
    }
  }
  const args = argumentsCode(node.args, scope, writer, extra)
  const at = place === null ? '' : `,${quote(place)}`
  const what = quote(describe(name))
  if (name.typename !== 'LookupVal') {
    const isMessage = name.typename === 'Symbol' && gettextNames.has(name.value)
    const named = expression(name, scope, writer)
    const fn = isMessage && writer.escaped !== 'true' ? `rt.gettext(${named},${writer.escaped})` : named
    return waited(writer, `rt.call(${fn},[${args}],${what}${at})`)
  }
  const target = expression(name.target, scope, writer)
  const key = expression(name.val, scope, writer)
  const owner = quote(describe(name.target))
  return waited(writer, `rt.callMethod(${target},${key},[${args}],${what},${owner}${at})`)
}

/** A value that may be a promise. */
function waited(writer: CodeWriter, code: string): string {
  return writer.options.isAsync ? `(await ${code})` : code
}

/** A filter as JavaScript; `value` stands for the start of the chain in a filter block. */
export function filterCode(
  node: Node<'Filter'>,
  value: string | null,
  scope: Scope,
  writer: CodeWriter,
): string {
  const name = node.name.value
  const { target } = node
  let input = value ?? 'undefined'
  if (target !== null) {
    if (target.typename === 'Filter' && value !== null) input = filterCode(target, value, scope, writer)
    else input = takesMissing.has(name) ? expression(target, scope, writer) : writer.used(target, scope)
  }
  return invoke('filter', name, node, input, node.args, scope, writer)
}

function testCode(node: Node<'Is'>, scope: Scope, writer: CodeWriter): string {
  const code = invoke('test', node.name, node, expression(node.left, scope, writer), node.args, scope, writer)
  return node.negated ? `!${code}` : code
}

function invoke(
  kind: 'filter' | 'test',
  name: string,
  at: Node,
  input: string,
  args: CallArguments,
  scope: Scope,
  writer: CodeWriter,
): string {
  const fn = writer.hoisted(kind, name, at)
  if (fn === null) return `rt.unknown('${kind}',${quote(name)})`
  if (args.mapping !== null) {
    throw new TemplateError('ERR_TEMPLATES_SYNTAX', `A ${kind} takes no '**' arguments.`, {
      place: writer.place(at),
      source: writer.source,
    })
  }
  const positional = argumentsCode({ ...args, keywords: [] }, scope, writer)
  const named = namedCode(args, scope, writer, []) ?? 'null'
  const code = `${fn}(${writer.state(scope)},[${input}${positional === '' ? '' : `,${positional}`}],${named})`
  return waited(writer, writer.options.isUsers ? `rt.sized(${code})` : code)
}
