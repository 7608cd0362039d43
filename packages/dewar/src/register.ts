/**
 * Lets Node run TypeScript files that use decorators: `node --import dewar/register app.test.ts`. The command `dewar` does
 * so by itself.
 */
import { compileDecorators } from './decorator-loader.ts'

compileDecorators()
