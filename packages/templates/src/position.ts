/** A place in a template as one number, which compiled code keeps up to date while it runs. */
import type { Position } from './nunjucks.ts'

/** How many columns a line has in {@link positionOf}; further ones count as the last. */
export const columns = 4096

/** The line and column of a node as one number. */
export function positionOf({ lineno, colno }: Position): number {
  return (lineno + 1) * columns + Math.min(colno + 1, columns - 1)
}
