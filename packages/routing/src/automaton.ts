/**
 * Parts with several variables, and expressions with open choices: a backtracking search that never tries the same
 * state at the same place twice. It gives the answer a backtracking engine gives, in time (characters × states).
 *
 * @see Russ Cox, "Regular Expression Matching: the Virtual Machine Approach"; RE2's bit-state matcher
 */
import type { CharacterSet, Expression } from './expression.ts'

/** One state: take a character of a set, go on at two places in turn, note a position, look back, or end. */
type Instruction =
  | { readonly op: 'set'; readonly set: CharacterSet }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'noSlashBefore' }
  | { readonly op: 'end' }

/** What a part is made of: expressions, captured or not, and the optional slash of a rule that ends in one. */
export type Piece =
  | { readonly kind: 'expression'; readonly expression: Expression; readonly captured: boolean }
  | { readonly kind: 'optionalSlash' }

/** Matches a whole text; the captures are the texts of the captured pieces in order, or `null`. */
export type Matcher = (text: string) => string[] | null

/** The states needed for some pieces would pass the limit. */
export class TooManyStates extends Error {
  readonly states: number
  constructor(states: number) {
    super(`${states} states`)
    this.states = states
  }
}

const slash: CharacterSet = { source: '\\/', has: (codePoint) => codePoint === 47 }

/**
 * Compiles pieces to a matcher.
 *
 * @param pieces what the text is made of
 * @param maxStates the most states allowed
 * @throws {TooManyStates} if there would be more
 */
export function compileMatcher(pieces: readonly Piece[], maxStates: number): Matcher {
  const program: Instruction[] = []
  let slots = 0
  for (const piece of pieces) {
    if (piece.kind === 'optionalSlash') {
      program.push({ op: 'noSlashBefore' }, { op: 'save', slot: slots++ })
      emit(
        { kind: 'repeat', item: { kind: 'set', set: slash }, min: 0, max: 1, lazy: false },
        program,
        maxStates,
      )
      program.push({ op: 'save', slot: slots++ })
    } else if (piece.captured) {
      program.push({ op: 'save', slot: slots++ })
      emit(piece.expression, program, maxStates)
      program.push({ op: 'save', slot: slots++ })
    } else emit(piece.expression, program, maxStates)
  }
  program.push({ op: 'end' })
  const count = slots
  return (text) => search(program, text, count)
}

function emit(expression: Expression, program: Instruction[], maxStates: number): void {
  if (program.length > maxStates) throw new TooManyStates(program.length)
  switch (expression.kind) {
    case 'set':
      program.push({ op: 'set', set: expression.set })
      return
    case 'sequence':
      for (const item of expression.items) emit(item, program, maxStates)
      return
    case 'choice':
      emitChoice(expression.branches, program, maxStates)
      return
    case 'repeat':
      emitRepeat(expression, program, maxStates)
  }
}

function emitChoice(branches: readonly Expression[], program: Instruction[], maxStates: number): void {
  const jumps: { op: 'jump'; to: number }[] = []
  branches.forEach((branch, index) => {
    if (index === branches.length - 1) {
      emit(branch, program, maxStates)
      return
    }
    const split = { op: 'split' as const, first: program.length + 1, second: 0 }
    program.push(split)
    emit(branch, program, maxStates)
    const jump = { op: 'jump' as const, to: 0 }
    program.push(jump)
    jumps.push(jump)
    split.second = program.length
  })
  for (const jump of jumps) jump.to = program.length
}

function emitRepeat(
  repeat: Expression & { kind: 'repeat' },
  program: Instruction[],
  maxStates: number,
): void {
  const { item, min, max, lazy } = repeat
  for (let i = 0; i < min; i++) emit(item, program, maxStates)
  if (max === Number.POSITIVE_INFINITY) {
    const split = openSplit(program)
    emit(item, program, maxStates)
    program.push({ op: 'jump', to: split.at })
    closeSplit(split, lazy, program.length)
    return
  }
  const splits: OpenSplit[] = []
  for (let i = min; i < max; i++) {
    splits.push(openSplit(program))
    emit(item, program, maxStates)
  }
  for (const split of splits) closeSplit(split, lazy, program.length)
}

interface OpenSplit {
  readonly at: number
  readonly instruction: { op: 'split'; first: number; second: number }
}

function openSplit(program: Instruction[]): OpenSplit {
  const instruction = { op: 'split' as const, first: 0, second: 0 }
  const at = program.push(instruction) - 1
  return { at, instruction }
}

function closeSplit({ at, instruction }: OpenSplit, lazy: boolean, end: number): void {
  instruction.first = lazy ? end : at + 1
  instruction.second = lazy ? at + 1 : end
}

/** The search: a stack of places still to try, newest first, and a bit for each place already tried. */
function search(program: readonly Instruction[], text: string, slots: number): string[] | null {
  const width = text.length + 1
  const tried = new Uint8Array(Math.ceil((program.length * width) / 8))
  const saved = new Int32Array(slots)
  const stack: number[] = [0, 0]
  while (stack.length > 0) {
    let position = stack.pop() as number
    let state = stack.pop() as number
    if (state < 0) {
      saved[-state - 1] = position
      continue
    }
    for (;;) {
      const bit = state * width + position
      const mask = 1 << (bit & 7)
      if (((tried[bit >> 3] as number) & mask) !== 0) break
      tried[bit >> 3] = (tried[bit >> 3] as number) | mask
      const instruction = program[state] as Instruction
      if (instruction.op === 'end') {
        if (position === text.length) return captures(text, saved)
        break
      }
      if (instruction.op === 'set') {
        const code = text.codePointAt(position)
        if (code === undefined || !instruction.set.has(code)) break
        position += code > 0xffff ? 2 : 1
        state++
      } else if (instruction.op === 'split') {
        stack.push(instruction.second, position)
        state = instruction.first
      } else if (instruction.op === 'jump') state = instruction.to
      else if (instruction.op === 'save') {
        stack.push(-instruction.slot - 1, saved[instruction.slot] as number)
        saved[instruction.slot] = position
        state++
      } else {
        if (position > 0 && text.charCodeAt(position - 1) === 47) break
        state++
      }
    }
  }
  return null
}

function captures(text: string, saved: Int32Array): string[] {
  const found: string[] = []
  for (let slot = 0; slot < saved.length; slot += 2) found.push(text.slice(saved[slot], saved[slot + 1]))
  return found
}
