/** Where a part of a template ends in the HTML, without writing code for it: what comes round in a loop starts there too. */
import { escapeText } from '@dewar/markup'
import type { Node } from './ast.ts'
import { merge } from './html-merge.ts'
import { advance, afterOutput, afterPart, beforeText, type HtmlState, placeKey } from './html-state.ts'
import { authorTexts } from './place.ts'

/** How often a loop may come round before its state has to stay the same. */
const rounds = 6

/**
 * The state that every round of a loop can start in.
 *
 * @param body what is repeated
 * @param start the state before the first round
 * @returns `null` if the rounds end in places that do not agree
 */
export function loopState(body: Node, start: HtmlState): HtmlState | null {
  let state = start
  for (let round = 0; round < rounds; round++) {
    const end = walked(body, state)
    const next = end === null ? null : merge(state, end)
    if (next === null || placeKey(next) === placeKey(state)) return next
    state = next
  }
  return null
}

/** The text that a statement starts with; empty if it starts with anything else. */
export function firstText(node: Node): string {
  const first = node.typename === 'Output' ? node.children[0] : undefined
  return first?.typename === 'TemplateData' ? first.value : ''
}

function walked(node: Node, state: HtmlState, after = ''): HtmlState | null {
  switch (node.typename) {
    case 'Root':
    case 'NodeList':
    case 'Output':
      return node.children.reduce<HtmlState | null>((before, child, index) => {
        const following = node.children[index + 1]
        return before === null
          ? null
          : walked(child, before, following === undefined ? after : firstText(following))
      }, state)
    case 'TemplateData':
      return advance(node.value, state)
    case 'If': {
      const end = walked(node.body, state, after)
      const other = node.else_ === null ? state : walked(node.else_, state, after)
      return end === null || other === null ? null : merge(beforeText(end, after), beforeText(other, after))
    }
    case 'For': {
      const end = loopState(node.body, state)
      const other = node.else_ === null || end === null ? end : walked(node.else_, state)
      return end === null || other === null ? null : merge(end, other)
    }
    case 'With':
    case 'Autoescape':
      return walked(node.body, state)
    case 'Block':
    case 'Include':
      return afterPart(state)
    case 'Set':
    case 'Macro':
    case 'Import':
    case 'FromImport':
    case 'Extends':
    case 'Do':
    case 'Break':
    case 'Continue':
      return state
    default:
      return afterValue(node, state, after)
  }
}

function afterValue(node: Node, state: HtmlState, after: string): HtmlState | null {
  const texts = authorTexts(node)
  if (texts === null) return afterOutput(state)
  return texts
    .map((text) => beforeText(advance(escapeText(text), state), after))
    .reduce<HtmlState | null>(
      (left, right, index) => (index === 0 ? right : left && merge(left, right)),
      state,
    )
}
