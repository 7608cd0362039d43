/** What the app's own source says: keys written into it, options that weaken, shells, code made of text. */
import { readFileSync } from 'node:fs'
import { parse as parseToml } from 'smol-toml'
import { configFiles, scriptFiles } from '../own-files.ts'
import { type Finding, finding, type Subject } from './finding.ts'
import { isSecretName, literalText, looksSecret } from './literals.ts'
import type { CheckId } from './rules.ts'
import { parseFile, type SyntaxNode, walk } from './source-files.ts'

/** Parses all source files, and looks at what they say. */
export function* checkSource({ project }: Subject): Iterable<Finding> {
  for (const file of scriptFiles(project)) {
    try {
      yield* checkFile(file, parseFile(file))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      yield finding('source-unread', reason, { place: { file } })
    }
  }
  for (const file of configFiles(project)) {
    const name = secretIn(file)
    if (name !== null)
      yield finding('key-literal', `${name} is written into a config file.`, { place: { file } })
  }
}

/** A file's findings: what the nodes say, one after the other. */
function* checkFile(file: string, root: SyntaxNode): Iterable<Finding> {
  const shells = shellNames(root)
  const taken = new WeakSet<object>()
  for (const node of walk(root)) {
    // What a pattern takes out of an object sets nothing.
    if (node.type === 'ObjectPattern') for (const each of node['properties'] as object[]) taken.add(each)
    const place = { file, line: node.loc?.start.line, column: (node.loc?.start.column ?? 0) + 1 }
    const weak = taken.has(node) ? [] : weakenings(node)
    for (const [id, message] of [...secrets(node), ...weak, ...dangers(node, shells)])
      yield finding(id, message, { place })
  }
}

type Found = readonly [id: CheckId, message: string]

/** `SECRET_KEY: '…'`, `config.SECRET_KEY = '…'`, `const SECRET_KEY = '…'`, `new KeyRing('…')`. */
function* secrets(node: SyntaxNode): Iterable<Found> {
  const { name, value } = assignment(node)
  if (name !== null && isSecretName(name) && literalText(value) !== null)
    yield ['key-literal', `${name} is written into the source.`]
  if (node.type === 'NewExpression') {
    const called = nameOf(node['callee'])
    const [first] = node['arguments'] as readonly SyntaxNode[]
    if ((called === 'KeyRing' || called === 'Secret') && first !== undefined && literalText(first) !== null)
      yield ['key-literal', `new ${called}(…) gets a key that is written into the source.`]
  }
  const text = node.type === 'StringLiteral' || node.type === 'TemplateElement' ? literalText(node) : null
  const kind = text === null ? null : looksSecret(text)
  if (kind !== null) yield ['secret-literal', `${kind} is written into the source.`]
}

/** What is named, and what it is set to. */
function assignment(node: SyntaxNode): { name: string | null; value: unknown } {
  switch (node.type) {
    case 'ObjectProperty':
      return { name: node['computed'] === true ? null : nameOf(node['key']), value: node['value'] }
    case 'AssignmentExpression':
      return { name: nameOf(node['left']), value: node['right'] }
    case 'VariableDeclarator':
      return { name: nameOf(node['id']), value: node['init'] }
    case 'ClassProperty':
      return { name: nameOf(node['key']), value: node['value'] }
    default:
      return { name: null, value: null }
  }
}

/** `{ unsafeCsrfExempt: true }`, `{ UNSAFE_OMIT_HEADERS: [...] }`, `import { unsafe… }`. */
function* weakenings(node: SyntaxNode): Iterable<Found> {
  const { name, value } = node.type === 'VariableDeclarator' ? { name: null, value: null } : assignment(node)
  if (name !== null && isUnsafe(name) && !isHarmless(value)) yield ['unsafe-option', `${name} is used.`]
  if (node.type === 'ImportSpecifier') {
    const imported = nameOf(node['imported'])
    if (imported !== null && isUnsafe(imported)) yield ['unsafe-option', `${imported} is imported.`]
  }
}

function isUnsafe(name: string): boolean {
  return /^(?:DEWAR_)?(?:unsafe[A-Z]|UNSAFE_)/.test(name)
}

/** `unsafeWeakKeys: false` and `UNSAFE_OMIT_HEADERS: []` change nothing; nothing else is sure to. */
function isHarmless(value: unknown): boolean {
  const { type, value: literal, elements, name } = (value ?? {}) as Partial<SyntaxNode>
  if (type === 'BooleanLiteral') return literal === false
  if (type === 'ArrayExpression') return (elements as readonly unknown[]).length === 0
  return type === 'NullLiteral' || (type === 'Identifier' && name === 'undefined')
}

/** Functions of node:child_process that use a shell, by the names they have in a file. */
function shellNames(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>()
  for (const node of walk(root)) {
    if (node.type !== 'ImportDeclaration') continue
    if (!/^(?:node:)?child_process$/.test(String((node['source'] as SyntaxNode)['value']))) continue
    for (const specifier of node['specifiers'] as readonly SyntaxNode[]) {
      const local = nameOf(specifier['local'])
      const imported = nameOf(specifier['imported'])
      if (local === null) continue
      if (imported === null) for (const name of ['exec', 'execSync']) names.add(`${local}.${name}`)
      else if (imported === 'exec' || imported === 'execSync') names.add(local)
    }
  }
  return names
}

function* dangers(node: SyntaxNode, shells: ReadonlySet<string>): Iterable<Found> {
  const isCall = node.type === 'CallExpression'
  if (isCall || node.type === 'NewExpression') {
    const called = pathOf(node['callee'])
    const [first] = node['arguments'] as readonly SyntaxNode[]
    const isMade = first !== undefined && literalText(first) === null
    if (isCall && shells.has(called) && isMade)
      yield ['shell-command', `${called} gets a command that is put together.`]
    if ((isCall && called === 'eval') || called === 'Function')
      yield ['code-from-text', `${called} runs text.`]
  }
  if (isCall) yield* inlineTemplate(node)
  if (node.type === 'ObjectProperty' && nameOf(node['key']) === 'shell') {
    const { type, value } = node['value'] as SyntaxNode
    if (type === 'BooleanLiteral' && value === true) yield ['shell-command', 'shell: true starts a shell.']
  }
  if (
    node.type === 'ImportDeclaration' &&
    /^(?:node:)?vm$/.test(String((node['source'] as SyntaxNode)['value']))
  )
    yield ['code-from-text', 'node:vm is imported.']
}

/** `renderTemplateString('…')`: its text is a template like those in files. */
function* inlineTemplate(node: SyntaxNode): Iterable<Found> {
  const called = nameOf(node['callee'])
  if (called !== 'renderTemplateString' && called !== 'streamTemplateString') return
  const [first] = node['arguments'] as readonly SyntaxNode[]
  const text = literalText(first)
  if (text === null && first?.type === 'TemplateLiteral')
    yield ['template-from-text', `${called} gets a template with values written into it.`]
  else if (text === null && first?.type === 'BinaryExpression')
    yield ['template-from-text', `${called} gets a template that is put together.`]
  if (text !== null && /\|\s*safe\b/.test(text)) yield ['template-safe', `|safe in a literal of ${called}.`]
  if (text !== null && /\{%-?\s*autoescape\s+false\b/.test(text))
    yield ['template-autoescape', `autoescape in a literal of ${called}.`]
}

/** The name of an identifier, a property or a string key; the last one of `a.b`. */
function nameOf(node: unknown): string | null {
  const { type, name, value, property, computed } = (node ?? {}) as Partial<SyntaxNode>
  if (type === 'Identifier') return String(name)
  if (type === 'StringLiteral') return String(value)
  if (type === 'MemberExpression' || type === 'OptionalMemberExpression')
    return computed === true && (property as SyntaxNode).type !== 'StringLiteral' ? null : nameOf(property)
  return null
}

/** `a.b` as it stands. */
function pathOf(node: unknown): string {
  const { type, object } = (node ?? {}) as Partial<SyntaxNode>
  const last = nameOf(node) ?? ''
  return type === 'MemberExpression' ? `${pathOf(object)}.${last}` : last
}

/** The name of a key in a config file, or `null`. */
function secretIn(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8')
    const values: unknown = file.endsWith('.toml') ? parseToml(text) : JSON.parse(text)
    if (typeof values !== 'object' || values === null) return null
    const hasText = ([, value]: [string, unknown]) => typeof value === 'string' && value !== ''
    return Object.entries(values).find((pair) => isSecretName(pair[0]) && hasText(pair))?.[0] ?? null
  } catch {
    return null // No config file of this app.
  }
}
