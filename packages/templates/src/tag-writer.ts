import { escapeText } from '@dewar/markup'
import type { Node } from './ast.ts'
import type { CodeWriter } from './code.ts'
import { TemplateError } from './errors.ts'
import { merge } from './html-merge.ts'
import {
  advance,
  afterOutput,
  afterPart,
  beforeText,
  describeState,
  type HtmlState,
  isTagOpen,
  step,
  textState,
} from './html-state.ts'
import { isCode, nonceElements, wantsCsrf, wantsNonce } from './html-tags.ts'
import { scriptUnknown } from './js-state.ts'
import type { Position } from './nunjucks.ts'
import { escapeFor, type OutputCode } from './place.ts'
import type { Scope } from './scope.ts'
import { loopState } from './state-walk.ts'
import { isUrlAttribute } from './url-attributes.ts'

/** What is added to tags. */
export interface TagOptions {
  nonce: boolean
  /** Whether outputs are escaped for their place, or for HTML only. */
  contextual: boolean
  csrf: boolean
}

interface OpenTag {
  element: string
  /** The tag's text, if no output and no branch is in it. */
  text: string | null
  /** The variable that holds where the tag starts in the output. */
  mark: string | null
  buffer: string
}

/** Follows the HTML a template writes and adds to its tags. One for a template. */
export class TagWriter {
  readonly #writer: CodeWriter
  readonly #options: TagOptions
  #state = textState
  #tag: OpenTag | null = null
  #isBehindText = false

  constructor(writer: CodeWriter, options: TagOptions) {
    this.#writer = writer
    this.#options = options
  }

  /** Where the template stands. */
  get state(): HtmlState {
    return this.#state
  }

  /** Starts somewhere else than between tags. */
  start(state: HtmlState): void {
    this.#state = state
  }

  /** Text of the template. */
  text(node: Node<'TemplateData'>, scope: Scope): void {
    const text = node.value
    let at = 0
    let done = 0
    while (at < text.length) {
      const { end, state, event } = step(text, at, this.#state)
      if (event === 'open') {
        const start = text.lastIndexOf('<', end - 1)
        this.#writer.text(text.slice(done, start))
        this.#open(text, end, state, scope)
        done = start
      }
      if (state.element === '/form' && this.#state.place === 'text') {
        const start = text.lastIndexOf('<', end - 1)
        this.#writer.text(text.slice(done, start))
        done = Math.max(start, done)
        this.#endForm()
      }
      const names = this.#state.element
      this.#state = this.#isInert(state, text.slice(done, end)) ? { ...state, isInert: true } : state
      if (state.url === 'ambiguous') this.#refuseScheme(node, state)
      if (event === 'close' && state.place === 'raw') this.#checkRaw(node, names, state)
      if (event === 'close' && this.#tag !== null) {
        this.#close(text.slice(done, end), positionIn(node, text.slice(0, end)))
        done = end
      }
      at = end
    }
    this.#isBehindText = true
    const rest = text.slice(done)
    this.#writer.text(rest)
    if (this.#tag?.text != null) this.#tag.text += rest
  }

  /** Refuses a tag that may be a `<script>` or not, and a text area in SVG: what follows may be HTML. */
  #checkRaw(node: Node, names: string, { element, within }: HtmlState): void {
    if (within === 'foreign' && element !== 'script' && element !== 'style') {
      const message = `In SVG and MathML <${element}> is no such element: what stands in it is HTML.`
      this.refuse(node, message, 'Put it into <foreignObject>, or close the <svg> before it.')
    }
    if (names === element || !names.includes(' ')) return
    const message = `This tag may be <${element}> or another: a branch or an output is in its name.`
    this.refuse(node, message, 'Write the name in the template, and whole tags into each branch.')
  }

  #refuseScheme(node: Node, { attribute, isInert: _, ...state }: HtmlState): void {
    if (isTagOpen(attribute)) {
      const message = 'A branch may leave nothing between the name of the tag and this attribute.'
      this.refuse(node, message, 'Put a blank before the attribute.')
    }
    if (!this.#options.contextual || !isUrlAttribute(attribute, state.element) || state.place !== 'tag')
      return
    const message = `An output may give the attribute '${attribute}' its scheme, the text before ':'.`
    throw this.#error(node, message, 'Write the scheme in the template, or output the whole address at once.')
  }

  /** Whether the script that starts here is no code: `type=text/template` and its like. */
  #isInert(state: HtmlState, last: string): boolean {
    if (state.place !== 'raw' || state.element !== 'script' || this.#tag === null || this.#tag.text === null)
      return false
    return !isCode(this.#tag.text + last)
  }

  /** An output, or anything else that is not text of the template. */
  output(): void {
    this.#state = afterOutput(this.#state)
    this.#leaveConstant()
  }

  /** What others write: a block, an included template. */
  part(node: Node): void {
    const { place, part } = this.#state
    if (place === 'tag' && part === 'equals') {
      const message =
        'This part is a value without quotes; if it is empty, the next attribute becomes the value.'
      this.refuse(node, message, 'Quote the value.')
    }
    this.#state = afterPart(this.#state)
    this.#leaveConstant()
  }

  /** A block: after a bare `<` it gives the name of a tag, and nobody knows which. */
  block(node: Node): void {
    if (this.#state.less !== '<' && this.#state.less !== '</') this.part(node)
    else this.#state = { ...textState, place: 'tag', element: '?' }
  }

  /** An output of one of several texts of the author: they move the state as text does. */
  authorTexts(node: Node, texts: readonly string[], after = ''): void {
    const start = this.#state
    let end: HtmlState | null = null
    for (const text of texts) {
      this.#state = beforeText(advance(escapeText(text), start), after)
      if (this.#state.url === 'ambiguous') this.#refuseScheme(node, this.#state)
      end = end === null ? this.#state : this.#merged(node, end)
    }
    this.#state = end ?? start
    this.#leaveConstant()
  }

  /** The tag that is open, if any, can only be judged when it is written. */
  #leaveConstant(): void {
    this.#isBehindText = false
    if (this.#tag !== null) this.#tag.text = null
  }

  /** Runs a function for a part that starts in a place of its own, and must end there. */
  apart(node: Node, state: HtmlState, run: () => void): void {
    const [before, tag] = [this.#state, this.#tag]
    this.#state = state
    this.#tag = null
    try {
      run()
      this.#checkEnd(node, state)
    } finally {
      this.#state = before
      this.#tag = tag
    }
  }

  #checkEnd(node: Node, state: HtmlState): void {
    const { less } = state
    if (less === '<' || less === '</') return
    if (state.place === 'text' && this.#state.less !== '') {
      const message = `This part ends with '${this.#state.less}': what follows it may make that a tag.`
      this.refuse(node, message, "Write '&lt;' for the sign.")
    }
    if (this.#options.contextual && merge(state, this.#state) === null) {
      const message = `This part starts ${describeState(state)} and ends ${describeState(this.#state)}.`
      throw this.#error(node, message, 'Close in it what it opens.')
    }
  }

  /** Runs functions for the body of a loop and for what follows it; every round must be able to start alike. */
  loop(node: Node<'For'>, round: () => void, otherwise: () => void): void {
    if (this.#state.place !== 'text') {
      const entry = loopState(node.body, this.#state)
      if (entry !== null) this.#state = entry
      else if (this.#options.contextual) {
        const message = `The rounds of this loop do not all start ${describeState(this.#state)}.`
        throw this.#error(node, message, 'Put whole tags, attributes and values into the loop.')
      }
    }
    if (node.recursive && this.#state.script !== '') this.#state = { ...this.#state, script: scriptUnknown }
    this.branches(node, [round, otherwise])
  }

  /**
   * Runs functions for parts of which one is written; they must end in places that agree.
   *
   * @param after the text that follows them at once, if that is known
   */
  branches(node: Node, runs: readonly (() => void)[], after = ''): void {
    this.#leaveConstant()
    const [start, tag] = [this.#state, this.#tag]
    let end: HtmlState | null = null
    let endTag: OpenTag | null = tag
    for (const run of runs) {
      this.#state = start
      this.#tag = tag
      run()
      this.#state = beforeText(this.#state, after)
      if (end === null || this.#tag === tag) endTag = this.#tag
      end = end === null ? this.#state : this.#merged(node, end)
    }
    this.#state = end ?? start
    this.#tag = this.#state.place === 'tag' ? endTag : null
    this.#leaveConstant()
  }

  #merged(node: Node, end: HtmlState): HtmlState {
    const merged = merge(end, this.#state)
    if (merged !== null || !this.#options.contextual) return merged ?? this.#state
    const message = `One branch ends ${describeState(end)}, another ${describeState(this.#state)}.`
    throw this.#error(node, message, 'Put whole tags and attributes into each branch; quote attributes.')
  }

  /** Refuses a second output at the start of a value without quotes: if the first is empty, it would be an attribute. */
  checkBare(node: Node): void {
    const { place, part, url, prefix } = this.#state
    if (place !== 'tag' || part !== 'unquoted' || url !== 'output' || prefix !== '') return
    this.refuse(
      node,
      'Two outputs start a value without quotes, and the first may be empty.',
      'Quote the value.',
    )
  }

  /** Refuses an output in `srcdoc` that does not stand between the tags of that page: it is escaped for there only. */
  checkInner(node: Node): void {
    const { inner } = this.#state
    if (inner === null || (inner.place === 'text' && inner.less === '')) return
    const fix = 'Write that page with {% set page %}…{% endset %} and output it: srcdoc="{{ page }}".'
    this.refuse(node, `In the page of 'srcdoc' this output stands ${describeState(inner)}.`, fix)
  }

  /**
   * Refuses an output that is the name of an element, as in `<{{ name }}>`: nothing makes that safe. What only may become
   * one, as in `a <{{ b }}`, is looked at when it is written.
   */
  checkName(node: Node, next: string): void {
    const { place, less } = this.#state
    const isName = this.#isBehindText && less !== '' && (less === '</' || /^[\s/>]/.test(next))
    if (place !== 'text' || !isName || node.typename === 'FunCall') return
    const fix = "Write the name in the template, one branch for each; '&lt;' is the sign itself."
    this.refuse(node, `This output would be the name of a tag: '${less}' stands before it.`, fix)
  }

  /** The error of a part that cannot be made safe where it stands. */
  refuse(node: Node, message: string, fix: string): void {
    if (this.#options.contextual) throw this.#error(node, message, fix)
  }

  #error(node: Node, message: string, fix: string): TemplateError {
    const place = this.#writer.place(node)
    return new TemplateError('ERR_TEMPLATES_CONTEXT', message, { fix, place, source: this.#writer.source })
  }

  /** The call that escapes a value where the template stands now. */
  escape(output: OutputCode): string {
    if (!this.#options.contextual) return `rt.html(${output.value})`
    const code = escapeFor(this.#state, output)
    if (code.startsWith('rt.scheme(')) this.#state = { ...this.#state, url: 'scheme' }
    return code
  }

  #wants(element: string): boolean {
    if (element === 'form') return this.#options.csrf
    if (element === 'script' && this.#options.contextual) return true
    return this.#options.nonce && nonceElements.has(element)
  }

  /** Notes where a tag starts, unless it ends in the same text and can be judged now. */
  #open(text: string, end: number, state: HtmlState, scope: Scope): void {
    this.#tag = null
    if (!this.#wants(state.element)) return
    const isWhole = step(text, end, state).event === 'close'
    const mark = isWhole ? null : this.#writer.temporary(scope)
    const { buffer } = this.#writer
    if (mark !== null) this.#writer.line(`${mark}=${buffer}.length;`)
    this.#tag = { element: state.element, text: '', mark, buffer }
  }

  /** The field of a form: it goes in at once, and out again if the form turns out to have one of its own. */
  #field(code: string, at: Position): void {
    const writer = this.#writer
    const { buffer } = writer
    writer.note(at, 'csrf', 'in a form', code.startsWith('rt.csrfFor') ? 'decided when written' : 'field')
    writer.line(writer.guarded(`${buffer}s=${buffer}.length;`))
    writer.output(code, true)
    writer.line(writer.guarded(`${buffer}e=${buffer}.length;`))
  }

  #endForm(): void {
    if (!this.#options.csrf) return
    const writer = this.#writer
    const { buffer } = writer
    const code = `${buffer}=rt.oneField(${buffer},${buffer}s,${buffer}e);${buffer}s=-1;`
    writer.line(writer.guarded(`if(${buffer}s>=0){${code}}`))
  }

  /** Ends a tag; `last` is its text up to and with the `>`. */
  #close(last: string, at: Position): void {
    const tag = this.#tag
    this.#tag = null
    const writer = this.#writer
    if (tag === null || tag.buffer !== writer.buffer) {
      writer.text(last)
      return
    }
    const end = /(?:["'\s]|^<\w+)\/>$/.test(last) ? '/>' : '>'
    const whole = tag.text === null ? null : tag.text + last
    if (tag.element === 'form') {
      writer.text(last)
      if (whole === null) this.#field(`rt.csrfFor(ctx,${tag.buffer}.slice(${tag.mark}))`, at)
      else if (wantsCsrf(whole)) this.#field('rt.csrf(ctx)', at)
      return
    }
    writer.text(last.slice(0, last.length - end.length))
    if (!this.#options.nonce) {
      writer.text(end)
      return
    }
    if (whole === null || wantsNonce(whole)) {
      const action = whole === null ? 'decided when written' : 'nonce'
      writer.note(at, 'nonce', `in the tag <${tag.element}>`, action)
    }
    if (whole === null) writer.output(`rt.nonceFor(ctx,${tag.buffer}.slice(${tag.mark}))`, true)
    else if (wantsNonce(whole)) writer.output('rt.nonce(ctx)', true)
    writer.text(end)
  }
}

/** Where a text of the template is after a part of it. */
function positionIn({ lineno, colno }: Position, before: string): Position {
  const lines = before.split('\n')
  if (lines.length === 1) return { lineno, colno: colno + before.length - 1 }
  return { lineno: lineno + lines.length - 1, colno: (lines.at(-1)?.length ?? 1) - 1 }
}
