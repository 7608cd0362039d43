/** Which extensions there are, and what they say they touch. */
import { type Finding, finding, type Subject } from './finding.ts'

/** Lists what is in `app.extensions`. */
export function* checkExtensions({ app }: Subject): Iterable<Finding> {
  for (const [name, extension] of app?.extensions ?? []) {
    const touches = touchesOf(extension)
    yield touches === null
      ? finding('extension-silent', `${name} does not say what it touches.`)
      : finding('extension', `${name} touches ${touches.length === 0 ? 'nothing' : touches.join(', ')}.`)
  }
}

function touchesOf(extension: unknown): readonly string[] | null {
  if (typeof extension !== 'object' || extension === null || !('touches' in extension)) return null
  const { touches } = extension
  return Array.isArray(touches) && touches.every((each) => typeof each === 'string') ? touches : null
}
