/**
 * What Dewar takes from nunjucks: its parser, which {@link ./parser.ts} extends, and the classes of its syntax tree.
 * Nothing in nunjucks is changed; its compiler, runtime, filters and loaders are not used.
 */
import nunjucksNodes from 'nunjucks/src/nodes.js'
import nunjucksParser from 'nunjucks/src/parser.js'
import type { Node } from './ast.ts'

/** nunjucks' names for kinds of tokens. */
export const tokenTypes = Object.freeze({
  string: 'string',
  data: 'data',
  blockStart: 'block-start',
  blockEnd: 'block-end',
  variableStart: 'variable-start',
  variableEnd: 'variable-end',
  leftParen: 'left-paren',
  rightParen: 'right-paren',
  leftBracket: 'left-bracket',
  rightBracket: 'right-bracket',
  leftCurly: 'left-curly',
  rightCurly: 'right-curly',
  operator: 'operator',
  comma: 'comma',
  colon: 'colon',
  tilde: 'tilde',
  pipe: 'pipe',
  int: 'int',
  float: 'float',
  symbol: 'symbol',
} as const)

/** A kind of token. */
export type TokenType = (typeof tokenTypes)[keyof typeof tokenTypes]

/** A token; lines and columns start at 0. */
export interface Token {
  type: TokenType
  value: string
  lineno: number
  colno: number
}

/** Where something stands; lines and columns start at 0. */
export interface Position {
  lineno: number
  colno: number
}

/** What nunjucks' parser reads from. */
export interface TokenSource {
  tags: { VARIABLE_END: string; VARIABLE_START: string; COMMENT_START: string; COMMENT_END: string }
  nextToken(): Token | null
}

/** The methods of nunjucks' parser that Dewar's extension calls. */
export interface NunjucksParser {
  tokens: TokenSource
  breakOnBlocks: readonly string[] | null
  nextToken(): Token | null
  peekToken(): Token | null
  skip(type: TokenType): boolean
  skipValue(type: TokenType, value: string): boolean
  skipSymbol(value: string): boolean
  parseOr(): Node
  parse(): Node<'NodeList'>
  parseUntilBlocks(...names: string[]): Node<'NodeList'>
  parseAsRoot(): Node<'Root'>
}

/** Extends nunjucks' parser, as its own `extend` does. */
export function extendParser<Methods extends object>(
  methods: Methods & ThisType<Methods & NunjucksParser>,
): new (
  tokens: TokenSource,
) => Methods & NunjucksParser {
  const { Parser } = nunjucksParser
  return Parser.extend('JinjaParser', { ...methods }) as new (
    tokens: TokenSource,
  ) => Methods & NunjucksParser
}

interface NodeClass {
  new (lineno: number, colno: number): object
  extend(name: string, properties: object): NodeClass
}

/** Nodes for what Jinja has and nunjucks has not. */
const ownNodes = [
  'Slice',
  'Spread',
  'Tuple',
  'With',
  'Autoescape',
  'Do',
  'Break',
  'Continue',
  'Trans',
  'CallBlock',
]

const classes = new Map<string, NodeClass>()
for (const [name, value] of Object.entries(nunjucksNodes)) {
  if (typeof value === 'function') classes.set(name, value as NodeClass)
}
for (const name of ownNodes) {
  const base = classes.get('Node')
  if (base !== undefined) classes.set(name, base.extend(name, { fields: [] }))
}

/** Makes a node of nunjucks' syntax tree. */
export function node<N extends Node['typename']>(
  typename: N,
  at: Position,
  fields: Omit<Node<N>, 'typename' | 'lineno' | 'colno'>,
): Node<N> {
  const Class = classes.get(typename)
  if (Class === undefined) throw new TypeError(`There is no node '${typename}'.`)
  return Object.assign(new Class(at.lineno, at.colno), fields) as unknown as Node<N>
}
