import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { defineConfig, type Plugin } from 'vitest/config'

/** Vite leaves TC39 decorators as they are and Node cannot run them yet: files that use them go through esbuild. */
const decorators: Plugin = {
  name: 'lower-decorators',
  enforce: 'pre',
  async transform(code, id) {
    const file = id.split('?', 1)[0] ?? id
    if (!file.endsWith('.ts') || file.includes('/node_modules/') || !/^\s*@[a-z]\w*[.(]/im.test(code))
      return null
    return transform(code, { loader: 'ts', target: 'node22', sourcemap: true, sourcefile: file })
  },
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [decorators],
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 20_000,
  },
})
