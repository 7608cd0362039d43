/**
 * The steps of a request by name, published on the diagnostics channel `dewar:step` as they begin: for the test of the
 * walk, for tracing, for curiosity. Nobody listening costs one property read a step.
 */
import { channel } from 'node:diagnostics_channel'

/** The steps, in order of a request's walk. */
export type Step =
  | 'receive'
  | 'gate'
  | 'enterContext'
  | 'matchRoute'
  | 'openSession'
  | 'checkAccess'
  | 'checkCsrf'
  | 'runBefore'
  | 'callView'
  | 'renderTemplate'
  | 'makeResponse'
  | 'runAfter'
  | 'saveSession'
  | 'stamp'
  | 'write'
  | 'leaveContext'

/** What is published: the step that begins, and whose it is (a context, or a request that has none yet). */
export interface StepMessage {
  readonly step: Step
  readonly subject: object
}

const steps = channel('dewar:step')

/** Says that a step begins. @internal */
export function announce(step: Step, subject: object): void {
  if (steps.hasSubscribers) steps.publish({ step, subject } satisfies StepMessage)
}
