/** Pages as browsers read them: parse5 builds the tree, these look things up in it. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node
/** An element of a page. */
export type Element = DefaultTreeAdapterTypes.Element
/** A page. */
export type Document = DefaultTreeAdapterTypes.Document

/** The tree of a page. */
export function parsePage(text: string): Document {
  return parse(text)
}

/** All nodes below one, in document order. */
export function* nodes(root: Node): Generator<Node> {
  yield root
  if ('content' in root) yield* nodes(root.content)
  if ('childNodes' in root) for (const child of root.childNodes) yield* nodes(child)
}

/** The elements below one, of a name if one is given. */
export function elements(root: Node, name?: string): Element[] {
  return [...nodes(root)].filter(
    (node): node is Element => 'tagName' in node && (name === undefined || node.tagName === name),
  )
}

/** The first element with an id. */
export function elementById(root: Node, id: string): Element | undefined {
  return elements(root).find((element) => attribute(element, 'id') === id)
}

/** The elements of a class. */
export function elementsByClass(root: Node, name: string): Element[] {
  return elements(root).filter((element) => attribute(element, 'class') === name)
}

/** An attribute's value; that of `xlink:href` goes by its full name. */
export function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((item) => (item.prefix ? `${item.prefix}:${item.name}` : item.name) === name)
    ?.value
}

/** The text in an element. */
export function textOf(root: Node | undefined): string {
  if (root === undefined) return ''
  return [...nodes(root)].map((node) => ('value' in node ? node.value : '')).join('')
}
