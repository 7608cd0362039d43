/** Decorators under Vite and vitest, whose compiler leaves them as they are. */
import { transform } from 'esbuild'
import { usesDecorators } from './decorator-loader.ts'

/** A plugin, as Vite takes it. */
export interface DecoratorsPlugin {
  readonly name: string
  readonly enforce: 'pre'
  transform(code: string, id: string): Promise<{ code: string; map: string } | null>
}

/**
 * The plugin that compiles decorators in TypeScript files: `defineConfig({ plugins: [decorators()] })`.
 *
 * It needs esbuild as a development dependency of the app.
 */
export function decorators(): DecoratorsPlugin {
  return {
    name: 'dewar-decorators',
    enforce: 'pre',
    async transform(code, id) {
      const file = id.split('?', 1)[0] ?? id
      if (!/\.m?ts$/.test(file) || file.includes('/node_modules/') || usesDecorators(code) === 'no')
        return null
      const options = {
        loader: 'ts',
        target: 'node22',
        keepNames: true,
        sourcemap: true,
        sourcefile: file,
      } as const
      const { code: compiled, map } = await transform(code, options)
      return { code: compiled, map }
    },
  }
}
