import type { CodeWriter } from './code.ts'
import { afterOutput, type HtmlState, isSame, merge, step, textState } from './html-state.ts'
import { nonceElements, wantsCsrf, wantsNonce } from './html-tags.ts'
import type { Scope } from './scope.ts'

/** What is added to tags. */
export interface TagOptions {
  nonce: boolean
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

  constructor(writer: CodeWriter, options: TagOptions) {
    this.#writer = writer
    this.#options = options
  }

  /** Where the template stands. */
  get state(): HtmlState {
    return this.#state
  }

  /** Text of the template. */
  text(text: string, scope: Scope): void {
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
      this.#state = state
      if (event === 'close' && this.#tag !== null) {
        this.#close(text.slice(done, end))
        done = end
      }
      at = end
    }
    const rest = text.slice(done)
    this.#writer.text(rest)
    if (this.#tag?.text != null) this.#tag.text += rest
  }

  /** An output, or anything else that is not text of the template. */
  output(): void {
    this.#state = afterOutput(this.#state)
    if (this.#tag !== null) this.#tag.text = null
  }

  /** Runs a function for a part that starts between tags, whatever is around it. */
  apart(state: HtmlState, run: () => void): void {
    const [before, tag] = [this.#state, this.#tag]
    this.#state = state
    this.#tag = null
    run()
    this.#state = before
    this.#tag = tag
  }

  /** Runs functions for parts of which one is written. */
  branches(runs: readonly (() => void)[]): void {
    this.output()
    const [start, tag] = [this.#state, this.#tag]
    let end: HtmlState | null = null
    let endTag: OpenTag | null = tag
    for (const run of runs) {
      this.#state = start
      this.#tag = tag
      run()
      if (end === null || !isSame(end, this.#state)) endTag = this.#tag
      end = end === null ? this.#state : merge(end, this.#state)
    }
    this.#state = end ?? start
    this.#tag = this.#state.place === 'tag' ? endTag : null
    this.output()
  }

  #wants(element: string): boolean {
    return element === 'form' ? this.#options.csrf : this.#options.nonce && nonceElements.has(element)
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

  /** Ends a tag; `last` is its text up to and with the `>`. */
  #close(last: string): void {
    const tag = this.#tag
    this.#tag = null
    const writer = this.#writer
    if (tag === null || tag.buffer !== writer.buffer) {
      writer.text(last)
      return
    }
    const end = /["'\s]\/>$/.test(last) ? '/>' : '>'
    const whole = tag.text === null ? null : tag.text + last
    if (tag.element === 'form') {
      writer.text(last)
      if (whole === null) writer.output(`rt.csrfFor(ctx,${tag.buffer}.slice(${tag.mark}))`, true)
      else if (wantsCsrf(whole)) writer.output('rt.csrf(ctx)', true)
      return
    }
    writer.text(last.slice(0, last.length - end.length))
    if (whole === null) writer.output(`rt.nonceFor(ctx,${tag.buffer}.slice(${tag.mark}))`, true)
    else if (wantsNonce(whole)) writer.output('rt.nonce(ctx)', true)
    writer.text(end)
  }
}
