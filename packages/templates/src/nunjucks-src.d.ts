/** The parts of nunjucks 3.2 that its types leave out. */
declare module 'nunjucks/src/nodes.js' {
  const nodes: Record<string, unknown>
  export default nodes
}

declare module 'nunjucks/src/parser.js' {
  const parser: { Parser: { extend(name: string, methods: object): new (tokens: unknown) => unknown } }
  export default parser
}

declare module 'nunjucks/src/lexer.js' {
  const lexer: Record<string, unknown>
  export default lexer
}
