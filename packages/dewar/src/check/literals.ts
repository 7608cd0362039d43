/** Whether a value stands in the source, and whether a text is a secret by its looks. */
import type { SyntaxNode } from './source-files.ts'

/** Names of settings and variables that hold the app's keys. */
export function isSecretName(name: string): boolean {
  return /^(?:DEWAR_)?(?:SECRET_KEYS?|SECRET_KEY_FALLBACKS)$|^secretKeys?$|^secretKeyFallbacks$/.test(name)
}

/**
 * The text of a value that is written down: literals, what is joined of them, lists and fallbacks that hold one.
 *
 * @returns the text, or `null` if the value comes from elsewhere or is empty
 */
export function literalText(node: unknown): string | null {
  const value = (node ?? {}) as Partial<SyntaxNode>
  switch (value.type) {
    case 'StringLiteral':
      return notEmpty(String(value['value']))
    case 'TemplateElement':
      return notEmpty(String((value['value'] as { readonly raw: string }).raw))
    case 'TemplateLiteral':
      return (value['expressions'] as unknown[]).length === 0 ? literalText(first(value['quasis'])) : null
    case 'ArrayExpression':
      return (value['elements'] as readonly unknown[]).map(literalText).find((text) => text !== null) ?? null
    case 'BinaryExpression':
      return joined(value['left'], value['right'])
    case 'LogicalExpression':
    case 'AssignmentPattern':
      return literalText(value['right'])
    case 'ConditionalExpression':
      return literalText(value['consequent']) ?? literalText(value['alternate'])
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return literalText(value['expression'])
    case 'NewExpression':
      return literalText(first(value['arguments']))
    case 'CallExpression':
      return isConversion(value['callee'])
        ? literalText(first(value['arguments']))
        : convertedText(value['callee'])
    default:
      return null
  }
}

function joined(left: unknown, right: unknown): string | null {
  const [before, after] = [literalText(left), literalText(right)]
  return before === null || after === null ? null : before + after
}

/** `Buffer.from('…')`, `String('…')`: the text is written down all the same. */
function isConversion(callee: unknown): boolean {
  const { type, name, object } = (callee ?? {}) as Partial<SyntaxNode>
  if (type === 'Identifier') return name === 'String' || name === 'atob'
  return type === 'MemberExpression' && (object as Partial<SyntaxNode>)['name'] === 'Buffer'
}

/** `'…'.trim()`, `Buffer.from('…').toString('hex')`. */
function convertedText(callee: unknown): string | null {
  const { type, object, property } = (callee ?? {}) as Partial<SyntaxNode>
  const method = (property as Partial<SyntaxNode> | undefined)?.['name']
  return type === 'MemberExpression' && (method === 'toString' || method === 'trim')
    ? literalText(object)
    : null
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

function notEmpty(text: string): string | null {
  return text === '' ? null : text
}

/** Keys and tokens that say by their form what they are. */
const forms = [
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[\w+/=\\]{16}/, 'A private key'],
  [/^(?:AKIA|ASIA)[A-Z\d]{16}$/, 'An AWS access key'],
  [/^(?:ghp|gho|ghs|ghu|ghr)_\w{36}$|^github_pat_\w{40,}$/, 'A GitHub token'],
  [/^xox[abprs]-[\w-]{20,}$/, 'A Slack token'],
  [/^(?:sk|rk)_live_\w{16,}$/, 'A Stripe key'],
  [/^AIza[\w-]{35}$/, 'A Google API key'],
  [/^npm_\w{36}$/, 'An npm token'],
  [/^[a-z][a-z+]*:\/\/[^\s:/@]+:[^\s/@$]{3,}@[^\s/]+/, 'An address with a password'],
] as const

/** What a text is, if it is a secret. */
export function looksSecret(text: string): string | null {
  return forms.find(([form]) => form.test(text))?.[1] ?? null
}
