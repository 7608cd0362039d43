/** `npm run build`: every package to ESM and declarations in its `dist`, in the order of their references. */
import { globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildPackages } from './build-packages.ts'
import { root } from './workspace.ts'

for (const folder of globSync(join(root, 'packages/*/dist'))) rmSync(folder, { recursive: true })
const result = buildPackages(join(root, 'packages'))
process.stdout.write(result.output)
process.exitCode = result.status
