/** Values that may be promises: what follows them, in code that waits and in code that does not. */

/** What follows a value that may be a promise. */
export function whenReady<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** Runs a function, and another when it has ended, and be it with an error. */
export function finished<T>(run: () => T, end: () => void): T {
  let isWaiting = false
  try {
    const value = run()
    if (!(value instanceof Promise)) return value
    isWaiting = true
    return value.finally(end) as T
  } finally {
    if (!isWaiting) end()
  }
}
