/** The parts of nunjucks 3.2 that its types leave out. */
declare module 'nunjucks/src/nodes.js' {
  const nodes: Record<string, unknown>
  export = nodes
}

declare module 'nunjucks/src/parser.js' {
  const parser: { Parser: { extend(name: string, methods: object): new (tokens: unknown) => unknown } }
  export = parser
}
